"""What the pages of a unit or a figure share: who may see them, and how they are
shown: a fragment inside the drawer of the map, or a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.units import UnitNode
from layers.indicators import spans

SLUG = "indicators"


@dataclass(frozen=True, slots=True)
class Frame:
    """Head of a page: ``up`` is (address, title) of what it was opened from."""

    title: str
    kicker: str
    up: tuple[str, str] | None = None
    wall: bool = False


def grant_of(request: HttpRequest) -> Grant:
    """The caller's grant; to whoever may not see the layer nothing is here."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role(SLUG)):
        raise Http404
    return grant


def unit_of(grant: Grant, unit_id: int) -> UnitNode:
    node = units.tree().nodes.get(unit_id)
    if node is None or not grant.sees_unit(unit_id):
        raise Http404
    return node


def day_of(request: HttpRequest, name: str = "date") -> date | None:
    """A day of the address; one that cannot be read is left out, and so is one that
    no figure can be of: years are counted back and forth from it."""
    try:
        found = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if found and found.year in spans.YEARS else None


def answer(
    request: HttpRequest, body: str, frame: Frame, context: dict[str, Any]
) -> HttpResponse:
    """``body`` inside the drawer when htmx asks for it, as a page otherwise."""
    inside = bool(getattr(request, "htmx", False))
    outer = "indicators/inside.html" if inside else "indicators/page.html"
    link = request.get_full_path()
    return render(
        request, outer, {**context, "body": body, "frame": frame, "link": link}
    )
