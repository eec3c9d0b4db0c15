"""Zone tests: points in areas and ways across lines, on arrays and real outlines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import Batch, Zones, no_states
from layers.alerts.kinds.geometry import edges
from tests.bench import Row
from tests.bench._fences import peers

COMMUNES = "units/thanh_hoa_communes_637_2009.geojson"
POINTS = 1_000_000
ROUNDS = 3
BUDGET_PER_S = 1_000_000


def communes(path: Path) -> Any:
    """The polygons of a file, valid and prepared."""
    from layers.core.geofiles import read_frame

    found = shapely.make_valid(read_frame(path).geometry.to_numpy())
    shapely.prepare(found)
    return found


def zones_of(areas: Any) -> Zones:
    z = len(areas)
    return Zones(
        id=np.arange(1, z + 1),
        version=np.ones(z, dtype=np.int64),
        title=[""] * z,
        area=areas,
        edge=edges(areas),
    )


def reports(areas: Any, n: int, step_m: float) -> Batch:
    """n boats over the areas, each with a fix 60 s before, ``step_m`` away."""
    rng = np.random.default_rng(4)
    west, south, east, north = shapely.total_bounds(areas)
    lon, lat = rng.uniform(west, east, n), rng.uniform(south, north, n)
    angle = rng.uniform(0, 2 * np.pi, n)
    return Batch(
        feature_id=np.arange(n),
        at=np.full(n, 60.0),
        lon=lon,
        lat=lat,
        values={
            "before_at": np.zeros(n),
            "before_lon": lon + step_m / 105_000 * np.cos(angle),
            "before_lat": lat + step_m / 110_700 * np.sin(angle),
        },
    )


def best(work: Callable[[], Any]) -> float:
    """Seconds of the fastest of a few rounds."""
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return min(took)


def rows(path: Path, n: int = POINTS) -> Iterator[Row]:
    """Tests a second against the areas of a file, and what others make of the same.

    ``positions``: points against all areas. ``ways``: segments of about 300 m, as
    AIS sends them, and their ends. ``kind zone``: with states, every boat new.
    """
    areas = communes(path)
    zones = zones_of(areas)
    zones.search  # noqa: B018  (made on first use)
    batch = reports(areas, n, 300)
    low = np.column_stack([batch.values["before_lon"], batch.values["before_lat"]])
    here = np.column_stack([batch.lon, batch.lat])

    def ways() -> None:
        near = zones.search.boxes(np.minimum(low, here), np.maximum(low, here))
        lines = shapely.linestrings(np.stack([low[near], here[near]], axis=1))
        zones.search.shapes(lines)
        zones.search.points(batch.lon, batch.lat)

    few = reports(areas, n // 20, 300)
    zone = kinds["zone"]
    assert zone.evaluate is not None
    evaluate, typed = zone.evaluate, zone.params()
    speed = n / best(lambda: zones.search.points(batch.lon, batch.lat))
    yield Row(
        name=f"zone tests, positions against {len(areas)} communes",
        value=speed,
        unit="/s",
        budget=f">= {BUDGET_PER_S:,}",
        passed=speed >= BUDGET_PER_S,
    )
    yield Row(name="zone tests, ways of 300 m", value=n / best(ways), unit="/s")
    yield Row(
        name="zone tests, kind zone with new states",
        value=len(few) / best(lambda: evaluate(typed, zones, no_states(), few)),
        unit="/s",
    )
    yield from peers(areas, batch.lon, batch.lat)
