"""Published figures and plans of the province, each with its publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from layers.core import units
from layers.indicators import spans
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage
from layers.indicators.models.figures import NATIONAL

if TYPE_CHECKING:
    from fixtures import Demo

Row = dict[str, str]

PROVINCE = "38"
# unit of the source -> (unit of the catalogue, factor)
CONVERTED = {
    "bn USD": ("mn USD", 1000),
    "Mt": ("thousand t", 1000),
    "M visits": ("thousand visits", 1000),
    "M VND/person": ("mn VND/person", 1),
    "cases": ("count", 1),
    "of 63": ("rank/63", 1),
}
PEOPLE = {"people", "count"}
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def figures(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    """Facts of the province that are one number for one indicator and period, and
    the country's as the part that stands beside it. Ranges, sums of years and
    figures of other places stay in the table."""
    home = units.tree().codes("province")[PROVINCE]
    rows = demo.table("known_figures")
    loads = _loads("known_figures.csv", (row["publisher"] for row in rows))
    for row in rows:
        span = _span(row["period"])
        indicator = known.get(row["indicator_code"])
        ours = row["place"] == PROVINCE or row["facet"] == NATIONAL
        number = _number(row["value"])
        if indicator is None or not ours or span is None or number is None:
            continue
        unit, factor = _measure(row["unit"], indicator)
        yield Fact(
            indicator=indicator,
            unit_id=home,
            facet=row["facet"],
            period_start=span[0],
            period_end=span[1],
            value=number * factor,
            unit=unit,
            vintage=_vintage(row["vintage"]),
            published_at=_published_at(row["publisher"], span[1]),
            load=loads[row["publisher"]],
            cell=row["no"],
            note=f"{row['subject']}: {row['vintage']}",
        )


def plans(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    """Plan values of the province; how each is known stands in its note."""
    rows = demo.table("indicator_plans")
    places = units.tree().codes("province")
    loads = _loads("indicator_plans.csv", (row["source"] for row in rows))
    for n, row in enumerate(rows, start=2):  # the first row is the header
        start, end = spans.parse(row["period"])
        unit = _part_unit(known[row["code"]], row["facet"])
        yield Fact(
            indicator=known[row["code"]],
            unit_id=places[row["place"]],
            facet=row["facet"],
            period_start=start,
            period_end=end,
            value=Decimal(row["value"]),
            unit=unit,
            vintage=Vintage.PLAN,
            published_at=midnight(date.fromisoformat(row["published"])),
            load=loads[row["source"]],
            row=n,
            note=row["basis"],
        )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None  # "20/26", ">1000"


def _measure(unit: str, indicator: Indicator) -> tuple[str, int]:
    """Unit to keep with the fact ("" for the indicator's own), and the factor."""
    unit, factor = CONVERTED.get(unit, (unit, 1))
    people = unit == "persons" and indicator.unit in PEOPLE
    return "" if people or unit == indicator.unit else unit, factor


def _part_unit(indicator: Indicator, facet: str) -> str:
    """An indicator of two measures names them in the order of its parts."""
    measures = indicator.unit.split("; ")
    if facet in indicator.parts and len(measures) == len(indicator.parts):
        return measures[indicator.parts.index(facet)]
    return ""


def _span(text: str) -> spans.Span | None:
    try:
        return spans.parse(text)
    except ValueError:
        return None  # "about 2016" is no period


def _loads(title: str, sources: Iterable[str]) -> dict[str, Load]:
    """One origin for each publisher."""
    return {
        name: Load.objects.create(channel=Channel.FIXTURE, title=title, source=name)
        for name in sorted(set(sources))
    }


def _vintage(text: str) -> Vintage:
    """Press figures are estimates or preliminary; published lists are final."""
    if text.startswith("estimate"):
        return Vintage.ESTIMATE
    final = text.startswith(("published", "census", "official"))
    return Vintage.FINAL if final else Vintage.PRELIMINARY


def _published_at(publisher: str, period_end: date) -> datetime:
    """The date that ends the publisher's name; else the day after the period."""
    day = period_end + timedelta(days=1)
    if (found := _DAY.search(publisher)) and found[2]:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    return midnight(day)
