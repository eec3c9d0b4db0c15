"""Demo displays: the eight panels of a wall and the one of a commune, which nobody has
switched on yet. What a panel says of itself is never made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from layers.core import units
from layers.core.ingest import deliver

from .models import Display
from .services import SLUG

if TYPE_CHECKING:
    from fixtures import Demo

# name of the wall, which commune it hangs in, columns, rows
WALLS = (("demo", 0, 4, 2), ("demo-commune", -1, 1, 1))


def load(demo: Demo) -> int:
    """How many there are comes back."""
    codes = units.tree().codes("commune")
    with transaction.atomic():
        for wall, commune, columns, rows in WALLS:
            home = demo.communes[commune]
            lon, lat = home.seat
            place = {"lon": lon, "lat": lat, "wall": wall, "at": None}
            place["unit_id"] = codes.get(home.code)
            deliver(SLUG, [place | one for one in _panels(wall, columns, rows)])
    return Display.objects.count()


def _panels(wall: str, columns: int, rows: int) -> list[dict[str, Any]]:
    return [
        {
            "external_id": f"{wall}/{column}/{row}",
            "title": f"{wall.capitalize()} {column}/{row}",
            "column": column,
            "row": row,
        }
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    ]
