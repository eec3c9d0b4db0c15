"""Three case files of the demo, opened as staff would: a draft, one forwarded, one
closed without violation. What lies in them came through the real ingest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone, translation

from layers.core.scope import everything
from layers.vessels.models import Vessel

from . import services
from .choices import LEGAL_BASIS, Kind
from .entries import Entered

if TYPE_CHECKING:
    from fixtures import Demo

KINDS = (Kind.SILENT_6H, Kind.CLOSED_AREA, Kind.BEYOND)
HOURS = 12

# Registered fishing boats of different units with the most fixes lately.
_BOATS = """
SELECT DISTINCT ON (v.unit_id) v.id, max(p.at)
FROM vessels_vessel v
JOIN vessels_fitting f ON f.vessel_id = v.id
JOIN vessels_position p ON p.device_id = f.device_id AND p.branch = f.branch
WHERE v.vessel_class = 'fishing' AND v.unit_id IS NOT NULL AND p.at <= %s
GROUP BY v.id, v.unit_id ORDER BY v.unit_id, count(*) DESC, v.id LIMIT %s
"""


def load(demo: Demo) -> int:
    """Open the cases; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BOATS, [timezone.now(), len(KINDS)])
        boats = cursor.fetchall()
    with translation.override("vi"):
        for (vessel_id, last), kind in zip(boats, KINDS, strict=False):
            entered = Entered(
                kind=kind,
                legal_basis=str(LEGAL_BASIS[kind]),
                since=last - timedelta(hours=HOURS),
                until=last,
            )
            vessel = Vessel.objects.get(pk=vessel_id)
            case = services.open_case(vessel, entered, None)
            _move(case.pk, kind)
    return len(boats)


def _move(case_id: int, kind: str) -> None:
    steps = {Kind.SILENT_6H: (), Kind.CLOSED_AREA: ("open", "forward")}
    for slug in steps.get(Kind(kind), ("close",)):
        services.step(case_id, slug, None, everything(), text="DEMO")
