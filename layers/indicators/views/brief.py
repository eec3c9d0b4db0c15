"""The leaders' brief: one screen, on a phone in one hand and on the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.indicators import board, lateness, reading, showing, wording
from layers.indicators import pace as paces
from layers.indicators.board import Standing
from layers.indicators.contract import Figure
from layers.indicators.models import Indicator
from layers.indicators.reading import scopes
from layers.indicators.reading.facts import catalogue

from .frame import SLUG, Frame, answer, day_of, grant_of
from .pace import newest_plan, rows_of

SINCE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each fit: few on a wall, whose text is read from afar."""

    red: int
    units: int
    late: int
    tiles: int
    paces: int


PAGE = Limits(red=12, units=8, late=8, tiles=8, paces=6)
WALL = Limits(red=6, units=6, late=3, tiles=4, paces=3)


@dataclass(frozen=True, slots=True)
class Red:
    """A red figure in words; ``map_url`` opens the unit's drawer on the map."""

    unit: str
    name: str
    value: str
    measure: str
    period: str
    band: str
    published: str
    url: str
    map_url: str


@dataclass(frozen=True, slots=True)
class Worst:
    """A unit with its red figures."""

    unit: str
    map_url: str
    count: int
    names: str
    width: str


@dataclass(frozen=True, slots=True)
class Late:
    """An indicator whose next figure should have come."""

    name: str
    agency: str
    period: str
    days: int
    words: str
    url: str


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What turned red, the worst units, what is late, the province's figures.

    ``?since=`` a day (a week ago), ``?wall=1`` for a screen read from 8 m.
    """
    grant = grant_of(request)
    wall = request.GET.get("wall") == "1"
    limits = WALL if wall else PAGE
    today = timezone.localdate()
    since = day_of(request, "since") or today - timedelta(days=SINCE_DAYS)
    standing = board.of(grant)
    turned = [entry for entry in standing.judged if entry.turned_red]
    turned.sort(key=_telling)
    fresh = [e for e in turned if timezone.localdate(e.figure.published_at) >= since]
    late = _late(standing.newest, today)
    request.audit("view", layer=SLUG, page="brief")  # type: ignore[attr-defined]
    context = {
        "since": since,
        "today": today,
        "fresh": [_red(entry) for entry in fresh[: limits.red]],
        "wall": wall,
        "fresh_total": len(fresh),
        "earlier": [] if fresh else [_red(entry) for entry in turned[: limits.red]],
        "worst": _worst(standing.judged)[: limits.units],
        "late": late[: limits.late],
        "late_total": len(late),
        **_province(grant, limits),
    }
    frame = Frame(_("Brief for leaders"), wording.day(today), wall=wall)
    return answer(request, "indicators/brief_body.html", frame, context)


def _telling(entry: Standing) -> tuple[bool, float, bool, str]:
    """What can be relied on first, then the newest, then the headlines."""
    figure, headline = entry.figure, _indicator(entry.figure).headline
    published = -figure.published_at.timestamp()
    return bool(entry.verdict.cautions), published, headline is None, figure.code


def _province(grant: Grant, limits: Limits) -> dict[str, Any]:
    """Headline figures and plans of the province; of their own unit for officers."""
    root = scopes.province()
    node = root if root and grant.sees_unit(root.id) else None
    if node is None and grant.units:
        mine = sorted(grant.units)
        node = units.tree().nodes.get(mine[0])
    if node is None:
        return {}
    lines = showing.shown(node.id, reading.profile(grant, node.id))
    plans = paces.of(grant, [node.id], on=newest_plan([node.id]))
    return {
        "place": node,
        "place_url": _map_url(node.id),
        "tiles": showing.headlines(lines)[: limits.tiles],
        "paces": rows_of(plans)[: limits.paces],
    }


def _map_url(unit_id: int) -> str:
    """The map of indicators with the unit's drawer open."""
    slug = by_role(units.ROLE).slug
    return f"{reverse('map')}#open={slug}/{unit_id}"


def _red(entry: Standing) -> Red:
    figure, indicator = entry.figure, _indicator(entry.figure)
    return Red(
        unit=units.tree().title(figure.unit_id),
        name=indicator.name,
        value=wording.number(figure.value, indicator.decimals),
        measure=wording.measure(figure.measure),
        period=wording.period(figure.start, figure.end),
        band=wording.band(entry.verdict.band),
        published=wording.day(timezone.localdate(figure.published_at)),
        url=showing.panel_url(figure.unit_id, figure.code, figure.facet),
        map_url=_map_url(figure.unit_id),
    )


def _worst(entries: Iterable[Standing]) -> list[Worst]:
    """Units by the number of their red figures; the province is no unit among them."""
    nodes = units.tree().nodes
    found = {
        unit_id: reds
        for unit_id, reds in board.reds(entries).items()
        if nodes[unit_id].parent_id is not None
    }
    most = max((len(reds) for reds in found.values()), default=1)
    return [
        Worst(
            unit=nodes[unit_id].title,
            map_url=_map_url(unit_id),
            count=len(reds),
            names=", ".join(_indicator(entry.figure).name for entry in reds[:3]),
            width=f"{len(reds) / most * 100:.1f}",
        )
        for unit_id, reds in found.items()
    ]


def _late(newest: Iterable[Figure], today: date) -> list[Late]:
    """By indicator, the longest overdue first."""
    last: dict[str, Figure] = {}
    for figure in newest:
        if not lateness.regular(figure.start, figure.end, _indicator(figure).period):
            continue
        if figure.code not in last or figure.end > last[figure.code].end:
            last[figure.code] = figure
    found = [
        (lateness.late_days(figure.start, figure.end, today), figure)
        for figure in last.values()
    ]
    found = [(days, figure) for days, figure in found if days]
    return [_late_one(days, figure) for days, figure in sorted(found, key=_longest)]


def _longest(entry: tuple[int, Figure]) -> tuple[int, str]:
    return -entry[0], entry[1].code


def _late_one(days: int, figure: Figure) -> Late:
    indicator = _indicator(figure)
    return Late(
        name=indicator.name,
        agency=indicator.agency,
        period=wording.period(figure.start, figure.end),
        days=days,
        words=wording.late(days),
        url=showing.panel_url(figure.unit_id, figure.code, figure.facet),
    )


def _indicator(figure: Figure) -> Indicator:
    return catalogue().by_code[figure.code]
