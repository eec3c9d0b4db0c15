"""What the drawer of a unit shows of its figures, and one indicator of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.units import UnitNode
from layers.indicators import reading, showing, trend, wording
from layers.indicators.contract import Area
from layers.indicators.models import Indicator
from layers.indicators.reading.facts import catalogue

from .frame import SLUG, Frame, answer, day_of, grant_of, unit_of

# The level whose units lie in a unit; former districts are still how leaders look.
BELOW = {"province": "district", "district": "commune"}


def section(request: HttpRequest, unit_id: int) -> dict[str, Any] | None:
    """Headline tiles, what is red, and every indicator of the unit by subsystem."""
    grant = request.grant  # type: ignore[attr-defined]
    node = units.tree().nodes.get(unit_id)
    allowed = grant.allows(by_role(SLUG)) and grant.sees_unit(unit_id)
    if node is None or not allowed:
        return None
    found = reading.profile(grant, unit_id, date=day_of(request))
    lines = showing.shown(unit_id, found)
    return {
        "unit": node,
        "reds": showing.reds(lines),
        "tiles": showing.headlines(lines),
        "groups": showing.groups(lines),
        "with_figures": sum(line.line.figure is not None for line in lines),
    }


@login_required
@require_GET
def group(request: HttpRequest, unit_id: int, subsystem: str) -> HttpResponse:
    """The indicators of a subsystem of a unit, as the section opens them."""
    grant = grant_of(request)
    unit_of(grant, unit_id)
    codes = [
        code
        for code, each in catalogue().by_code.items()
        if each.subsystem == subsystem
    ]
    found = reading.profile(grant, unit_id, date=day_of(request), codes=codes)
    node = units.tree().nodes[unit_id]
    lines = [
        line
        for line in showing.shown(unit_id, found)
        if line.line.figure or node.kind in line.indicator.levels
    ]
    groups = showing.groups(lines)
    request.audit("view", layer=SLUG, feature_id=unit_id)  # type: ignore[attr-defined]
    rows = groups[0].lines if groups else []
    return render(request, "indicators/group.html", {"lines": rows})


@login_required
@require_GET
def indicator(request: HttpRequest, unit_id: int, code: str) -> HttpResponse:
    """One indicator of a unit: the verdict, the trend with its vintages, the units
    below. ``?facet=`` a part, ``?kind=`` of period, ``?date=`` as of a day."""
    grant = grant_of(request)
    node = unit_of(grant, unit_id)
    day = day_of(request)
    try:
        found = reading.profile(grant, unit_id, date=day, codes=[code])
    except reading.NotFound as error:
        raise Http404 from error
    lines = showing.shown(unit_id, found)
    asked = request.GET.get("facet", "")
    line = next((each for each in lines if each.line.facet == asked), lines[0])
    request.audit("view", layer=SLUG, feature_id=unit_id, code=code)  # type: ignore[attr-defined]
    context = {
        "unit": node,
        "line": line,
        "facets": lines if len(lines) > 1 else [],
        "path": _path(grant, node, line),
        **_trend(request, grant, node, line),
        **_below(grant, node, line, day),
    }
    up = (reverse("drawer", args=[by_role(units.ROLE).slug, unit_id]), node.title)
    frame = Frame(line.name, node.title, up)
    return answer(request, "indicators/indicator_body.html", frame, context)


def _path(grant: Grant, node: UnitNode, line: showing.Shown) -> list[tuple[str, str]]:
    """The same indicator of the units above, the province first."""
    above = units.tree().ancestors(node.id)[:0:-1]
    return [
        (showing.panel_url(other.id, line.code, line.line.facet), other.title)
        for other in above
        if grant.sees_unit(other.id)
    ]


def _trend(
    request: HttpRequest, grant: Grant, node: UnitNode, line: showing.Shown
) -> dict[str, Any]:
    found = reading.series(grant, line.code, node.id, line.line.facet)
    drawn = trend.trend(line.indicator, found, request.GET.get("kind"))
    level = [
        other.id for other in units.tree().nodes.values() if other.kind == node.kind
    ]
    whole = all(grant.sees_unit(unit_id) for unit_id in level)
    peers = level if whole and len(level) > 1 else []
    means = trend.means(line.indicator, line.line.facet, peers, drawn)
    kinds = [
        (f"?{urlencode({'facet': line.line.facet, 'kind': kind})}", wording.kind(kind))
        for kind in drawn.kinds
    ]
    return {
        "trend": trend.chart(drawn, means),
        "versions": trend.table(drawn),
        "kinds": list(zip(kinds, drawn.kinds, strict=True)) if len(kinds) > 1 else [],
        "kind": drawn.kind,
    }


@dataclass(frozen=True, slots=True)
class Below:
    """A unit below with its figure, in words."""

    title: str
    url: str
    value: str
    rank: int | None
    status: str
    shape: str
    width: str
    estimated: str


def _below(
    grant: Grant, node: UnitNode, line: showing.Shown, day: date | None
) -> dict[str, Any]:
    """The units inside, worst first; those without a figure last."""
    kind = BELOW.get(node.kind)
    children = set(units.tree().children.get(node.id, []))
    if kind is None or not children:
        return {}
    figure = line.line.figure
    on = day or (figure.end if figure and kind == "district" else None)
    if kind == "district" and on is None:
        on = _last_day(children)
    found = reading.choropleth(
        grant, line.code, kind=kind, units_on=on, date=day, facet=line.line.facet
    )
    areas = [area for area in found.areas if area.unit_id in children]
    most = max((abs(a.figure.value) for a in areas if a.figure), default=0) or 1
    areas.sort(key=_worst_first)
    known = [area for area in areas if area.figure]
    facet = line.line.facet
    return {
        "below": [_row(area, line.indicator, facet, most) for area in known],
        "below_kind": wording.level(kind),
        "below_missing": [area.title for area in areas if not area.figure],
    }


def _last_day(ids: set[int]) -> date | None:
    """The last day on which the units were in force, if all of them have ended."""
    ends = [units.tree().nodes[unit_id].valid_to for unit_id in ids]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _worst_first(area: Area) -> tuple[bool, int, str]:
    return area.figure is None, -(area.rank or 0), area.title


def _row(area: Area, indicator: Indicator, facet: str, most: float) -> Below:
    figure, verdict = area.figure, area.verdict
    status = verdict.status if verdict else ""
    return Below(
        title=area.title,
        url=showing.panel_url(area.unit_id, indicator.code, facet),
        value=wording.number(figure.value, indicator.decimals) if figure else "",
        rank=area.rank,
        status=status,
        shape=wording.SHAPES.get(status, ""),
        width=f"{abs(figure.value) / most * 100:.1f}" if figure else "0",
        estimated=wording.estimated(figure) if figure else "",
    )
