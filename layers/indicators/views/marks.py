"""What the layer's control on the map needs: what can be chosen, what is red."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from layers.core import units
from layers.indicators import board, exploring
from layers.indicators.reading.facts import catalogue

from .frame import grant_of

LEVEL = "district"
NAMED = 4


@login_required
@require_GET
def marks(request: HttpRequest) -> JsonResponse:
    """Indicators with figures of former districts, and the red figures of each.

    ``units_on`` is the day whose districts are drawn, ``box`` the province: west,
    south, east, north.
    """
    grant = grant_of(request)
    nodes, known = units.tree().nodes, catalogue().by_code
    red = [
        {
            "unit_id": unit_id,
            "count": len(entries),
            "names": [known[entry.figure.code].name for entry in entries[:NAMED]],
        }
        for unit_id, entries in board.reds(board.of(grant).judged).items()
        if nodes[unit_id].kind == LEVEL
    ]
    listed = [
        {"code": entry["code"], "name": entry["name"], "group": entry["group"]}
        for entry in exploring.catalogue(grant)
        if LEVEL in entry["levels"]
    ]
    answer = JsonResponse(
        {
            "indicators": listed,
            "red": red,
            "units_on": _drawn_on().isoformat(),
            "box": _box(),
        }
    )
    patch_cache_control(answer, private=True, max_age=30)
    return answer


def _drawn_on() -> date:
    """Today, or the last day of the former districts that still stand as areas on the
    map: those that units in force name as the one above."""
    tree, today = units.tree(), timezone.localdate()
    parents = {n.parent_id for n in tree.nodes.values() if n.valid_on(today)}
    drawn = [n for n in tree.nodes.values() if n.kind == LEVEL and n.id in parents]
    return min([n.valid_to for n in drawn if n.valid_to], default=today)


def _box() -> list[float] | None:
    found = exploring.outlines("province", timezone.localdate())["units"]
    return found[0]["box"] if found else None
