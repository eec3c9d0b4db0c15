"""Panels as things on the map: what they tell goes to the layer that holds displays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from layers.core.ingest import deliver as ingest
from layers.core.spec import by_role

from .models import Wall

ROLE = "wall-panels"


def records(walls: Iterable[Wall]) -> list[dict[str, Any]]:
    """One record for each panel that a wall has, without a heartbeat."""
    return [
        _record(wall, column, row)
        for wall in walls
        for row in range(1, wall.rows + 1)
        for column in range(1, wall.columns + 1)
    ]


def _record(wall: Wall, column: int, row: int) -> dict[str, Any]:
    return {
        "external_id": f"{wall.slug}/{column}/{row}",
        "title": f"{wall.title} {column}/{row}",
        "lon": wall.lon,
        "lat": wall.lat,
        "unit_id": wall.unit_id,
        "wall": wall.slug,
        "column": column,
        "row": row,
        "at": None,
    }


def deliver(beats: list[dict[str, Any]]) -> None:
    """Hand heartbeats (``wall.beat``) to the layer; those of panels that no wall has
    are left out. Raises LookupError without such a layer."""
    layer = by_role(ROLE)
    walls = {wall.slug: wall for wall in Wall.objects.all()}
    found = []
    for beat in beats:
        wall = walls.get(beat["wall"])
        column, row = beat["panel"]
        if wall is None or column > wall.columns or row > wall.rows:
            continue
        heard = {
            "at": datetime.fromtimestamp(beat["at"] / 1000, UTC),
            "address": beat["address"],
            **beat["stats"],
        }
        found.append(_record(wall, column, row) | heard)
    if found:
        with transaction.atomic():
            ingest(layer.slug, found)


def configure(walls: Iterable[Wall]) -> None:
    """Make a row for every panel, so that those that never came are seen."""
    found = records(walls)
    if found:
        with transaction.atomic():
            ingest(by_role(ROLE).slug, found)
