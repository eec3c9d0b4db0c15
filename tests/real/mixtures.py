"""Real ships under one identity, with the truth kept: which fix is whose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from feeds.ais.decoder import AisDecoder
from feeds.ais.recordings import lines_of
from feeds.core.decoding import Batch
from layers.core.ingest import Floats, Ints
from layers.vessels.flags import SUSPECT
from layers.vessels.reports import VesselReports

Row = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Ship:
    """The fixes of one ship in order of time, columns of one length."""

    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats

    @property
    def moves(self) -> bool:
        """It does not lie at a berth all the time."""
        return bool(np.hypot(np.ptp(self.lon), np.ptp(self.lat)) > 0.005)

    @property
    def middle(self) -> tuple[float, float]:
        """Where it is most of the time, on a plane in degrees of latitude."""
        lat = float(np.median(self.lat))
        return float(np.median(self.lon)) * np.cos(np.radians(lat)), lat

    def rows(self, device: str) -> Iterator[tuple[float, bytes]]:
        """(time, line) of each fix as if ``device`` had sent it."""
        columns = (self.at, self.lon, self.lat, self.speed_kn, self.course_deg)
        for at, lon, lat, speed, course in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            row = {
                "device": device,
                "at": datetime.fromtimestamp(at, UTC).isoformat(),
                "lon": lon,
                "lat": lat,
            }
            # NaN is no JSON
            row |= {"speed_kn": speed} if speed == speed else {}
            row |= {"course_deg": course} if course == course else {}
            yield at, json.dumps(row, sort_keys=True).encode()

    def places(self) -> Iterator[Row]:
        columns = (self.at, self.lon, self.lat)
        return zip(*(column.tolist() for column in columns), strict=True)


def ships(path: Path, fewest: int) -> list[Ship]:
    """The ships of a recording with at least so many credible fixes."""
    decoder = AisDecoder()
    body = b"".join(line + b"\n" for line in lines_of(path))
    whole = Batch(1, "s", datetime.now(UTC), body, {"recording": True})
    (delivery,) = decoder.decode([whole]).deliveries
    found = delivery.records
    assert isinstance(found, VesselReports)
    good = np.flatnonzero((found.flags & int(SUSPECT)) == 0)
    # aids and base stations stand still, those do not need to be told apart
    fine = [key.startswith(("mmsi:2", "mmsi:3", "mmsi:4", "mmsi:5", "suez"))
            for key in found.keys]  # fmt: skip
    good = good[np.array(fine)[found.device[good]]]
    order = good[np.lexsort((found.at[good], found.device[good]))]
    device = found.device[order]
    cuts = np.flatnonzero(np.diff(device)) + 1
    return [_ship(found, rows) for rows in np.split(order, cuts) if len(rows) >= fewest]


def _ship(found: VesselReports, rows: Ints) -> Ship:
    rows = rows[np.r_[True, np.diff(found.at[rows]) > 0]]
    return Ship(
        found.at[rows],
        found.lon[rows],
        found.lat[rows],
        found.speed_kn[rows],
        found.course_deg[rows],
    )


def mixed(parts: list[Ship], device: str) -> list[tuple[float, bytes]]:
    return [row for ship in parts for row in ship.rows(device)]


def whose(parts: list[Ship]) -> dict[Row, int]:
    return {key: number for number, ship in enumerate(parts) for key in ship.places()}
