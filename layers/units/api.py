"""``/api/v1/units``: which unit a code names on a day, and the days units changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError

from layers.core import units
from layers.core.api import grant_of, json, layer_or_404
from layers.core.units import UnitNode

from .descent import calendar
from .layer import LAYER

PREFIX = LAYER.slug
router = Router(tags=[LAYER.slug])


@router.get("/resolve")
def resolve(
    request: HttpRequest,
    code: str = Query(..., max_length=12),
    kind: Literal["province", "district", "commune"] = "commune",
    date: date | None = None,
) -> HttpResponse:
    """The unit that had this code on this day (today), what it was made from and what
    became of it. Codes are used again, so the same code may be another unit."""
    layer_or_404(request, LAYER.slug)
    day = date or timezone.localdate()
    unit_id = units.tree().codes(kind, day).get(code)
    if unit_id is None:
        raise HttpError(404, f"no {kind} has the code {code!r:.20} on {day}")
    return json({"date": day, "unit": _unit(unit_id), **_descent(unit_id)})


@router.get("/dates")
def dates(request: HttpRequest) -> HttpResponse:
    """The spans between the days on which units changed, oldest first, with how many
    units of each level were in force and a moment (``at``) to ask for them."""
    layer_or_404(request, LAYER.slug)
    today = timezone.localdate()
    spans = calendar.spans(units.tree().nodes.values(), today)
    return json({"today": today, "spans": [asdict(span) for span in spans]})


@router.get("/{unit_id}/contacts")
def contacts(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Who answers for a unit now, whoever is on duty first. Numbers and addresses are
    empty for callers without the permission."""
    layer_or_404(request, LAYER.slug)
    if unit_id not in units.tree().nodes:
        raise HttpError(404, f"no unit {unit_id}")
    held = grant_of(request).masks
    found = [contact.shown(held) for contact in units.responsible(unit_id)]
    request.audit("list", layer=LAYER.slug, feature_id=unit_id)  # type: ignore[attr-defined]
    return json({"contacts": [asdict(contact) for contact in found]})


def _unit(unit_id: int) -> dict[str, Any]:
    return _shown(units.tree().nodes[unit_id])


def _shown(node: UnitNode) -> dict[str, Any]:
    return {**asdict(node), "url": f"/#open={LAYER.slug}/{node.id}"}


def _descent(unit_id: int) -> dict[str, Any]:
    lines = units.lineage()
    return {
        "successors": [
            {"unit": _unit(line.new_id), **_shares(line)}
            for line in lines
            if line.old_id == unit_id
        ],
        "forerunners": [
            {"unit": _unit(line.old_id), **_shares(line)}
            for line in lines
            if line.new_id == unit_id
        ],
    }


def _shares(line: units.Descent) -> dict[str, Any]:
    return {
        "share_people": line.share_people,
        "share_area": line.share_area,
        "basis": line.basis,
    }
