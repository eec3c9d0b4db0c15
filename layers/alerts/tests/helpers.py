"""Rows for rule kinds, as short tuples."""

from __future__ import annotations

import numpy as np
import shapely

from layers.alerts.kinds.base import Batch, States, Transitions, Zones

SQUARE = shapely.box(106.0, 19.0, 106.1, 19.1)
INSIDE = (106.05, 19.05)
OUTSIDE = (106.5, 19.5)
# 300 m east of the square
BESIDE = (106.1028, 19.05)
PLACES = {"in": INSIDE, "out": OUTSIDE, "beside": BESIDE, "none": (np.nan, np.nan)}


def zones(*areas: shapely.Polygon, first_id: int = 1, version: int = 1) -> Zones:
    found = np.empty(len(areas), dtype=object)
    found[:] = areas
    shapely.prepare(found)
    return Zones(
        id=np.arange(first_id, first_id + len(areas)),
        version=np.full(len(areas), version),
        title=[f"zone {number}" for number in range(len(areas))],
        area=found,
    )


def batch(rows: list[tuple], *, field: str = "", now: float = 0.0) -> Batch:
    """Rows (seconds, place name or value) of feature 1, or (feature, seconds, …)."""
    full = [row if len(row) == 3 else (1, *row) for row in rows]
    full.sort(key=lambda row: (row[0], row[1]))
    points = [PLACES.get(what, INSIDE) for _feature, _at, what in full]
    values = {field: np.array([row[2] for row in full], dtype=float)} if field else {}
    return Batch(
        feature_id=np.array([row[0] for row in full], dtype=np.int64),
        at=np.array([row[1] for row in full], dtype=float),
        lon=np.array([lon for lon, _lat in points], dtype=float),
        lat=np.array([lat for _lon, lat in points], dtype=float),
        values=values,
        now=now,
    )


def told(states: States, found: Transitions) -> list[tuple[float, str]]:
    """Transitions as (seconds, "on" or "off")."""
    return [
        (float(at), "on" if on else "off")
        for at, on in zip(found.at, found.on, strict=True)
    ]
