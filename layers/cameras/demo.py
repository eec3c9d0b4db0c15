"""Demo cameras: 120 of them along real streets' names, ports and dykes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib.gis.geos import Point

from layers.core import units

from .choices import Kind, State
from .models import Camera

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo, Unit

COUNT = 120
SOURCE = "demo"
STATES = (State.ONLINE, State.DEGRADED, State.OFFLINE, State.DISABLED)
STATE_SHARES = (0.87, 0.05, 0.06, 0.02)


def load(demo: Demo) -> int:
    """Place and insert the cameras; how many there are comes back."""
    rng = demo.rng("cameras")
    patterns = demo.table("camera_patterns")
    shares = np.array([float(row["share"]) for row in patterns])
    picks = rng.choice(len(patterns), COUNT, p=shares / shares.sum())
    homes = _urban_communes(demo, rng)
    ids = _unit_ids()
    cameras = [
        _camera(demo, rng, patterns[pick], homes[index], index, ids)
        for index, pick in enumerate(picks)
    ]
    Camera.objects.bulk_create(cameras)
    return len(cameras)


def _unit_ids() -> dict[str, int]:
    return units.tree().codes("commune")


def _urban_communes(demo: Demo, rng: Generator) -> list[Unit]:
    """Cameras stand where people are dense: wards mostly."""
    communes = demo.communes
    weight = np.array(
        [
            unit.population / unit.area_km2 * (3 if unit.type == "ward" else 1)
            for unit in communes
        ]
    )
    picks = rng.choice(len(communes), COUNT, p=weight / weight.sum())
    return [communes[pick] for pick in picks]


def _camera(
    demo: Demo,
    rng: Generator,
    row: dict[str, str],
    home: Unit,
    index: int,
    ids: dict[str, int],
) -> Camera:
    lon, lat = demo.random_points(rng, home, 1, near_seat_km=2.0)[0]
    names = {"street": _street(demo, rng), "commune": home.short_name, "port": ""}
    if row["purpose"] == "port":
        port = demo.ports()[int(rng.integers(len(demo.ports())))]
        lon, lat = port["lon"], port["lat"]
        home = demo.unit_at(lon, lat) or home
        names["port"] = port["name"]
    place = row["pattern"].format(**names)
    state = STATES[rng.choice(len(STATES), p=STATE_SHARES)]
    spread = rng.normal(1.0, 0.15)
    panoramic = row["kind"] == Kind.PANORAMIC
    return Camera(
        source=SOURCE,
        external_id=f"CAM-{index + 1:03d}",
        title=place,
        unit_id=ids.get(home.code),
        geom=Point(float(lon), float(lat), srid=4326),
        kind=row["kind"],
        purpose=row["purpose"],
        agency=row["agency"],
        address=f"{place}, {home.name}",
        height_m=round(float(row["height_m"]) * spread, 1),
        azimuth_deg=0.0 if panoramic else float(rng.integers(0, 72) * 5),
        fov_deg=float(row["fov_deg"]),
        range_m=round(float(row["range_m"]) * spread),
        stream_kind="file",
        stream_address="",
        **_health(demo, rng, state),
    )


def _street(demo: Demo, rng: Generator) -> str:
    streets = demo.table("streets")
    return streets[int(rng.integers(len(streets)))]["name"]


def _health(demo: Demo, rng: Generator, state: State) -> dict[str, Any]:
    """State, since when, and the newest picture: the last one before it was lost."""
    since = demo.today - timedelta(hours=float(rng.exponential(60)))
    lost = state in (State.OFFLINE, State.DISABLED)
    return {
        "state": state,
        "state_since": since,
        "last_seen": since if lost else demo.today,
    }
