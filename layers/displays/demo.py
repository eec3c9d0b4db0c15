"""Demo displays: the eight panels of a wall that nobody has switched on yet. What a
panel says of itself is never made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from layers.core import units
from layers.core.ingest import deliver

from .models import Display
from .services import SLUG

if TYPE_CHECKING:
    from fixtures import Demo

COLUMNS, ROWS = 4, 2


def load(demo: Demo) -> int:
    """In the first ward; how many there are comes back."""
    home = demo.communes[0]
    lon, lat = home.seat
    place = {
        "lon": lon,
        "lat": lat,
        "unit_id": units.tree().codes("commune").get(home.code),
        "wall": "demo",
        "at": None,
    }
    records = [
        place
        | {
            "external_id": f"demo/{column}/{row}",
            "title": f"Demo {column}/{row}",
            "column": column,
            "row": row,
        }
        for row in range(1, ROWS + 1)
        for column in range(1, COLUMNS + 1)
    ]
    with transaction.atomic():
        deliver(SLUG, records)
    return Display.objects.count()
