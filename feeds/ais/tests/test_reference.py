"""The arrays against pyais: every field of every message of every recording."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan
from typing import Any

import numpy as np
import pytest
from pyais.bit_vector import bit_vector
from pyais.messages import MSG_CLASS

from feeds.ais import decoder, yields
from feeds.ais.checking import check
from feeds.ais.decoder import AisDecoder
from feeds.ais.fields import POSITIONS, Payloads
from feeds.ais.group import Group
from feeds.ais.positions import Positions
from feeds.ais.recordings import lines_of
from feeds.ais.statics import read
from feeds.core.decoding import Batch

RECORDINGS = (
    "aishub_global_2012-03-14.nmea",
    "amsa_australia_2012-01-27.txt.gz",
    "dma_denmark_2013-11-12_5min.txt.gz",
    "dma_drift_538004030_2014-09-28.txt",
    "exactearth_sat_2012-01-31.txt",
    "exactearth_tagblock_2012-04-13.txt",
    "guernsey_channel_2011-07-26.nmea",
    "kystverket_1000_2019-08-07.nm4",
    "libais_tagblock.nmea",
    "mixed_gpsd_ais-nmea_2020-04-07.log",
    "nasty_gofree_2014-04-16.nmea",
    "nasty_gpsd_sample.aivdm",
    "nasty_libais_test.aivdm",
    "nasty_pyais_mixed.txt",
    "vn_haiphong_2024-10-04_a.nmea",
)
SIZES = ("to_bow", "to_stern", "to_port", "to_starboard")


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_field_is_what_pyais_reads(
    name: str, shared_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    for group in _groups(list(lines_of(shared_file(f"ais/{name}"))), monkeypatch):
        data = np.frombuffer(group.text, np.uint8)
        found = check(group, data)
        for layout in yields.LAYOUTS:
            rows = np.flatnonzero((found.reason == 0) & np.isin(found.kind, layout))
            if len(rows):
                _compare(group, data, rows, layout[0], found.mmsi[rows])
                compared += len(rows)
    assert compared


def _groups(lines: list[bytes], monkeypatch: pytest.MonkeyPatch) -> list[Group]:
    """The messages that the decoder makes of the lines."""
    found: list[Group] = []
    make = yields.make

    def keep(group: Group, repeats: Any) -> Any:
        found.append(group)
        return make(group, repeats)

    monkeypatch.setattr(decoder, "make", keep)
    reader = AisDecoder()
    now = datetime.now(UTC)
    for start in range(0, len(lines), 20_000):
        body = b"".join(line + b"\n" for line in lines[start : start + 20_000])
        reader.decode([Batch(start + 1, "s", now, body, {"recording": True})])
    return found


def _compare(
    group: Group, data: np.ndarray, rows: np.ndarray, layout: int, mmsi: np.ndarray
) -> None:
    start, length, fill = group.start[rows], group.length[rows], group.fill[rows]
    payloads = Payloads(data, start, length, fill)
    place = Positions.of(len(rows))
    if layout in POSITIONS:
        place.read(layout, np.arange(len(rows)), payloads)
    raw = read(layout, payloads, mmsi) if layout in (5, 19, 21, 24) else {}
    for index in range(len(rows)):
        first = int(start[index])
        text = group.text[first : first + int(length[index])]
        vector = bit_vector(text, int(fill[index]))
        said = MSG_CLASS[vector.get(0, 6)].from_vector(vector)
        assert said.mmsi == mmsi[index]
        if layout in POSITIONS:
            _same_position(place, index, said, layout)
        if raw:
            _same_static(raw, index, said, len(vector))


def _same_position(place: Positions, index: int, said: Any, layout: int) -> None:
    assert (place.lon[index], place.lat[index]) == (said.lon, said.lat)
    assert place.there[index] == (abs(said.lon) <= 180 and abs(said.lat) <= 90)
    if layout != 27:
        assert place.second[index] == said.second
    status = getattr(said, "status", None)
    assert place.status[index] == (-1 if status is None else int(status))
    top = {27: 63, 9: 1_022}.get(layout, 102.2)
    speed = getattr(said, "speed", None)
    spoken = speed is not None and speed < top and (layout in (9, 27) or speed != 52)
    assert _equal(place.speed_kn[index], speed if spoken else None)
    for name, column in (("course", "course_deg"), ("heading", "heading_deg")):
        value = getattr(said, name, None)
        known = value is not None and value < 360
        assert _equal(getattr(place, column)[index], value if known else None)
    turn = getattr(said, "turn", None)
    if turn is not None and abs(int(turn)) not in (127, 128):
        assert place.turn_deg_min[index] == turn


def _same_static(raw: dict[str, np.ndarray], index: int, said: Any, bits: int) -> None:
    auxiliary = said.mmsi // 10_000_000 == 98
    names = [n for n in SIZES if hasattr(said, n)] if not auxiliary else []
    for name in [n for n in ("imo", *names) if hasattr(said, n)]:
        assert raw[name][index] == getattr(said, name), name
    if hasattr(said, "ship_type"):
        # pyais knows the reserved types of each ten by one number
        assert raw["ship_type"][index] // 10 == int(said.ship_type) // 10 or (
            int(said.ship_type) == 0
        )
    if hasattr(said, "draught"):
        assert raw["draught"][index] / 10 == said.draught
    for name in ("shipname", "name", "callsign", "destination"):
        value = getattr(said, name, None)
        # 420 bits end inside the last letter of the destination
        if value is None or (name == "destination" and bits < 422):
            continue
        column = raw["shipname" if name == "name" else name]
        read_as = bytes(column[index]).rstrip(b"\0").decode("ascii")
        assert read_as.split() == value.split("@")[0].split(), name


def _equal(value: float, expected: float | None) -> bool:
    return isnan(value) if expected is None else bool(value == expected)
