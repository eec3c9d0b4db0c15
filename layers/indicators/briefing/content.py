"""What a briefing says: one reading of the figures for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from layers.core import units
from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators import exploring, reading, showing, wording
from layers.indicators.contract import Area, Choropleth
from layers.indicators.models import Indicator
from layers.indicators.reading.facts import NotFound, catalogue
from layers.indicators.showing import Group, Shown

MOST = 12
# A level in force wins with half as many figures as one that has ended.
PREFERENCE = 0.5
# the levels below each
BELOW = {"province": ("district", "commune"), "district": ("commune",)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in the ranking of a map, in words."""

    rank: str
    title: str
    value: str
    estimated: bool
    shape: str


@dataclass(frozen=True, slots=True)
class Map:
    """The units below on a map; ``outlines`` as :func:`exploring.outlines` gives
    them, of these units only."""

    choropleth: Choropleth
    outlines: dict[str, Any]

    @property
    def missing(self) -> int:
        """Units without a figure."""
        return sum(area.figure is None for area in self.choropleth.areas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One indicator of the briefing: the unit's own line, and the units below on a
    map with their ranking."""

    shown: Shown
    map: Map | None
    ranking: tuple[Ranked, ...]
    caption: str

    @property
    def indicator(self) -> Indicator:
        return self.shown.indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """``day`` is the day that figures are of, ``made_at`` when it was made."""

    unit: UnitNode
    day: date
    made_at: datetime
    by: str
    tiles: list[Shown]
    reds: list[Shown]
    pages: list[Page]
    groups: list[Group]
    plans: Sequence[Any]

    @property
    def path(self) -> str:
        above = units.tree().ancestors(self.unit.id)[1:]
        return " · ".join(node.title for node in above)


def gather(
    grant: Grant,
    unit: UnitNode,
    *,
    by: str,
    codes: Sequence[str] = (),
    day: date | None = None,
    plans: Sequence[Any] = (),
) -> Briefing:
    """Read everything that the caller may see of ``unit``. ``codes`` are the
    indicators with a page of their own (by default the headlines), at most 12; those
    that do not exist are left out."""
    day = day or unit.valid_to  # what has ended is shown as it was last
    lines = showing.shown(unit.id, reading.profile(grant, unit.id, date=day))
    tiles = showing.headlines(lines)
    named = {line.code: line for line in lines if not line.line.facet}
    wanted = [named[code] for code in codes if code in named] if codes else tiles
    shown_day = day or timezone.localdate()
    return Briefing(
        unit=unit,
        day=shown_day,
        made_at=timezone.now(),
        by=by,
        tiles=tiles,
        reds=showing.reds(lines),
        pages=[_page(grant, unit, line, day) for line in wanted[:MOST]],
        groups=showing.groups(lines),
        plans=plans,
    )


def _page(grant: Grant, unit: UnitNode, shown: Shown, day: date | None) -> Page:
    found = _map(grant, unit, shown.code, day)
    if found is None:
        return Page(shown=shown, map=None, ranking=(), caption="")
    inside = units.tree().expand([unit.id])
    drawn = exploring.outlines(found.kind, found.units_on)
    kept = [entry for entry in drawn["units"] if entry["id"] in inside]
    areas = tuple(area for area in found.areas if area.unit_id in inside)
    if not any(area.figure for area in areas):
        return Page(shown=shown, map=None, ranking=(), caption="")
    found = replace(found, areas=areas)
    return Page(
        shown=shown,
        map=Map(found, drawn | {"units": kept}),
        ranking=tuple(_ranked(area, shown) for area in in_order(areas)),
        caption=_caption(found),
    )


def _map(
    grant: Grant, unit: UnitNode, code: str, day: date | None
) -> Choropleth | None:
    """The level below the unit that has most figures; one that is in force on the
    day is preferred to one that has ended."""
    best: tuple[float, Choropleth] | None = None
    for kind in BELOW.get(unit.kind, ()):
        on, stands = _day(kind, day)
        try:
            found = reading.choropleth(grant, code, kind=kind, units_on=on, date=day)
        except NotFound:
            continue
        figures = [area.figure for area in found.areas]
        own = [bool(figure and figure.how == "own") for figure in figures]
        score = sum(own) / max(len(own), 1) + PREFERENCE * stands
        if any(own) and (best is None or score > best[0]):
            best = (score, found)
    return best[1] if best else None


def _day(kind: str, day: date | None) -> tuple[date, bool]:
    """The day whose units are drawn, and whether it is the day asked for: a level
    that has ended is drawn as it was last."""
    today = day or timezone.localdate()
    nodes = [node for node in units.tree().nodes.values() if node.kind == kind]
    if any(node.valid_on(today) for node in nodes):
        return today, True
    ends = [node.valid_to for node in nodes if node.valid_to and node.valid_to < today]
    return max(ends, default=today), False


def in_order(areas: Sequence[Area]) -> list[Area]:
    """By rank; what has none behind, the missing ones last."""
    far = len(areas) + 1
    return sorted(
        areas,
        key=lambda area: (area.figure is None, area.rank or far, area.title),
    )


def _ranked(area: Area, shown: Shown) -> Ranked:
    figure = area.figure
    return Ranked(
        rank=str(area.rank) if area.rank else "",
        title=area.title,
        value=shown.number(figure.value) if figure else "",
        estimated=bool(figure and figure.how != "own"),
        shape=wording.SHAPES.get(area.verdict.status, "") if area.verdict else "",
    )


def _caption(choropleth: Choropleth) -> str:
    """Period and level of a map; the period that most of its units have."""
    periods = [
        wording.period(area.figure.start, area.figure.end)
        for area in choropleth.areas
        if area.figure
    ]
    common = max(set(periods), key=periods.count) if periods else ""
    return " · ".join(filter(None, (wording.level(choropleth.kind), common)))


def sources(briefing: Briefing) -> list[str]:
    """Who published what is shown, each once."""
    found = {line.source for group in briefing.groups for line in group.lines}
    return sorted(found - {""})


def known_codes(grant: Grant) -> list[Indicator]:
    """What may be chosen for a page, headlines first."""
    known = catalogue().by_code.values()
    return sorted(known, key=lambda entry: (entry.headline is None, entry.code))
