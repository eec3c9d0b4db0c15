"""Lines of figures made ready for templates: one place for how a figure is said.

Pure but for :func:`shown`, which looks up the catalogue and the origins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from . import wording
from .contract import Figure, Line
from .judging import CAUTIONS
from .models import Direction, Indicator, Load, Subsystem
from .reading.facts import catalogue
from .sparkline import spark

# A bar ends at this share of the plan or pace; its mark stands at 1.
BAR_END = 1.25


@dataclass(frozen=True)
class Shown:
    """A line of ``unit_id`` with its words; ``load`` is the origin of its figure."""

    unit_id: int
    line: Line
    indicator: Indicator
    load: Load | None

    @property
    def code(self) -> str:
        return self.line.code

    @cached_property
    def name(self) -> str:
        facet = self.line.facet
        return f"{self.indicator.name} · {_(facet)}" if facet else self.indicator.name

    @property
    def status(self) -> str:
        return self.line.verdict.status if self.line.verdict else ""

    @property
    def turned_red(self) -> bool:
        """Red now and known not to have been so before."""
        return self.line.turned_red and self.line.before is not None

    @property
    def shape(self) -> str:
        return wording.SHAPES.get(self.status, "")

    @property
    def status_word(self) -> str:
        return wording.status(self.status)

    @cached_property
    def value(self) -> str:
        figure = self.line.figure
        return self.number(figure.value) if figure else ""

    @cached_property
    def measure(self) -> str:
        figure = self.line.figure
        return wording.measure(figure.measure if figure else self.indicator.unit)

    @cached_property
    def period(self) -> str:
        figure = self.line.figure
        return wording.period(figure.start, figure.end) if figure else ""

    @cached_property
    def vintage(self) -> str:
        figure = self.line.figure
        return wording.vintage(figure.vintage) if figure else ""

    @cached_property
    def estimated(self) -> str:
        return wording.estimated(self.line.figure) if self.line.figure else ""

    @cached_property
    def source(self) -> str:
        return wording.source(self.load.source) if self.load else ""

    @cached_property
    def band(self) -> str:
        """The band it lies in and what it was compared with."""
        verdict = self.line.verdict
        if verdict is None:
            return ""
        held = wording.band(verdict.band)
        beside = wording.against(verdict, self.indicator.decimals)
        return f"{held} ({beside})" if beside else held

    @cached_property
    def plan(self) -> str:
        """``78 % of plan``; of the pace where the year is not over."""
        share, plan = self.line.plan_share, self.line.plan
        if share is None or plan is None:
            return ""
        words = _("%(share)s %% of pace; plan %(plan)s")
        if not self.indicator.accumulates:
            words = _("%(share)s %% of plan %(plan)s")
        return words % {
            "share": wording.number(share * 100, 0),
            "plan": self.number(plan.value),
        }

    @cached_property
    def bar(self) -> dict[str, str] | None:
        """Width of the bar and place of the mark in a viewBox 100 wide."""
        share = self.line.plan_share
        if share is None:
            return None
        width = min(max(share, 0.0), BAR_END) / BAR_END * 100
        return {"width": f"{width:.1f}", "mark": f"{100 / BAR_END:.1f}"}

    @cached_property
    def change(self) -> str:
        """``+3,2 %``: difference to the same period; points where it is a share."""
        if self.line.change is None:
            return ""
        points = "%" in self.indicator.unit
        decimals = max(self.indicator.decimals, 1) if points else 1
        unit = _("points") if points else "%"
        return f"{wording.signed(self.line.change, decimals)} {unit}"

    @cached_property
    def same(self) -> str:
        figure = self.line.same_period
        return self.number(figure.value) if figure else ""

    @cached_property
    def mean(self) -> str:
        return "" if self.line.mean is None else self.number(self.line.mean)

    @property
    def rank(self) -> str:
        line = self.line
        return f"{line.rank}/{line.of}" if line.rank and line.of > 1 else ""

    @cached_property
    def points(self) -> str:
        return spark([value for _day, value in self.line.trend])

    @property
    def part(self) -> str:
        return _(self.line.facet) if self.line.facet else _("Whole")

    @property
    def cautions(self) -> list[str]:
        verdict = self.line.verdict
        return [str(CAUTIONS[name]) for name in verdict.cautions] if verdict else []

    @property
    def bands(self) -> list[tuple[str, str, str]]:
        return bands(self.indicator)

    @cached_property
    def better(self) -> str:
        direction = Direction(self.indicator.direction)
        return "" if direction == Direction.NONE else str(direction.label)

    @property
    def url(self) -> str:
        return panel_url(self.unit_id, self.code, self.line.facet)

    @property
    def passport(self) -> str:
        """The passport of the figure; a figure made when read has one by its day."""
        figure = self.line.figure
        return passport_url(figure) if figure else ""

    def number(self, value: float) -> str:
        return wording.number(value, self.indicator.decimals)


@dataclass(frozen=True)
class Group:
    """The lines of a subsystem, those with figures first."""

    slug: str
    title: str
    lines: list[Shown]

    @property
    def missing(self) -> int:
        return sum(line.line.figure is None for line in self.lines)

    @property
    def red(self) -> int:
        return sum(line.status == "red" for line in self.lines)


def shown(unit_id: int, lines: Iterable[Line]) -> list[Shown]:
    """Two look-ups, however many lines there are: the catalogue and the origins."""
    lines = list(lines)
    known = catalogue().by_code
    origins = {
        line.figure.load_id for line in lines if line.figure and line.figure.load_id
    }
    loads = Load.objects.in_bulk(origins)
    return [
        Shown(
            unit_id,
            line,
            known[line.code],
            loads.get(line.figure.load_id or 0) if line.figure else None,
        )
        for line in lines
    ]


def headlines(lines: Sequence[Shown]) -> list[Shown]:
    """Those that the catalogue names so, in its order; the missing ones too."""
    named = [
        line
        for line in lines
        if line.indicator.headline is not None and not line.line.facet
    ]
    return sorted(named, key=lambda line: line.indicator.headline or 0)


def reds(lines: Iterable[Shown]) -> list[Shown]:
    """What is red: what can be relied on first, in it what has turned red, then the
    headlines."""
    return sorted((line for line in lines if line.status == "red"), key=_telling)


def _telling(line: Shown) -> tuple[bool, bool, bool, str]:
    doubtful = bool(line.cautions or line.estimated)
    headline = line.indicator.headline
    return doubtful, not line.turned_red, headline is None, line.code


def groups(lines: Iterable[Shown]) -> list[Group]:
    """By subsystem, in the order of the catalogue; the missing ones last."""
    found: dict[str, list[Shown]] = {}
    for line in lines:
        found.setdefault(line.indicator.subsystem, []).append(line)
    for members in found.values():
        members.sort(key=lambda line: (line.line.figure is None, line.code))
    return [
        Group(subsystem.value, str(subsystem.label), found[subsystem.value])
        for subsystem in Subsystem
        if subsystem.value in found
    ]


def bands(indicator: Indicator) -> list[tuple[str, str, str]]:
    """(status, its shape and name, the band in words), the best first."""
    texts = (indicator.green, indicator.amber, indicator.red)
    return [
        (
            status,
            f"{wording.SHAPES[status]} {wording.status(status)}",
            wording.band(text),
        )
        for status, text in zip(("green", "amber", "red"), texts, strict=True)
        if text
    ]


def panel_url(unit_id: int, code: str, facet: str = "") -> str:
    """The page of an indicator of a unit."""
    url = reverse("indicators:indicator", args=[unit_id, code])
    return f"{url}?{urlencode({'facet': facet})}" if facet else url


def passport_url(figure: Figure) -> str:
    """The passport of a published figure, or of one that was cast."""
    if figure.fact_id is not None:
        return fact_url(figure.fact_id)
    url = reverse("indicators:cast-passport", args=[figure.unit_id, figure.code])
    asked = {"date": figure.end.isoformat(), "facet": figure.facet}
    return f"{url}?{urlencode({key: value for key, value in asked.items() if value})}"


def fact_url(fact_id: int) -> str:
    return reverse("indicators:passport", args=[fact_id])
