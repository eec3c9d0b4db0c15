"""Published figures of the province, read from ``fixtures/facts/known_figures.csv``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from layers.core import units

from . import spans
from .models import Channel, Fact, Indicator, Load, Vintage

if TYPE_CHECKING:
    from fixtures import Demo

# unit of the source -> factor to the unit of the catalogue
FACTORS = {
    ("bn USD", "mn USD"): Decimal(1000),
    ("Mt", "thousand t"): Decimal(1000),
    ("cases", "count"): Decimal(1),
    ("persons", "count"): Decimal(1),
}
# Parts are data; the drawer translates those that have a translation.
PARTS = (
    gettext_noop("GRDP share industry-construction"),
    gettext_noop("GRDP share services"),
    gettext_noop("GRDP share agriculture"),
    gettext_noop("Public investment disbursed by province"),
    gettext_noop("Tourist arrivals"),
    gettext_noop("Tourism revenue"),
    gettext_noop("DTI rank"),
    gettext_noop("PAPI rank"),
    gettext_noop("PAR INDEX rank"),
)
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def published(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    """Facts of the province that are one number for one indicator and period.

    Ranges, ranks that come with scores, and other places stay in the table.
    """
    by_place = units.tree().codes("province")
    rows = demo.table("known_figures")
    loads = _loads(rows)
    subjects: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        subjects[row["indicator_code"]].add(row["subject"])
    for row in rows:
        span = _span(row["period"])
        indicator = known.get(row["indicator_code"])
        unit_id = by_place.get(row["place"])
        if indicator is None or unit_id is None or span is None:
            continue
        try:
            value = Decimal(row["value"])
        except InvalidOperation:
            continue
        factor = FACTORS.get((row["unit"], indicator.unit))
        same = factor is not None or row["unit"] == indicator.unit
        whole = same and len(subjects[indicator.code]) == 1
        yield Fact(
            indicator=indicator,
            unit_id=unit_id,
            facet="" if whole else row["subject"][:40],
            period_start=span[0],
            period_end=span[1],
            value=value * (factor or 1),
            unit="" if same else row["unit"],
            vintage=_vintage(row["vintage"]),
            published_at=_published_at(row["publisher"], span[1]),
            load=loads[row["publisher"]],
            cell=row["no"],
            note=f"{row['subject']}: {row['vintage']}",
        )


def _span(text: str) -> spans.Span | None:
    try:
        return spans.parse(text)
    except ValueError:
        return None  # "about 2016" is no period


def _loads(rows: list[dict[str, str]]) -> dict[str, Load]:
    """One origin for each publisher."""
    return {
        name: Load.objects.create(
            channel=Channel.FIXTURE, title="known_figures.csv", source=name
        )
        for name in sorted({row["publisher"] for row in rows})
    }


def _vintage(text: str) -> Vintage:
    """Press figures are estimates or preliminary; published rankings are final."""
    if text.startswith("estimate"):
        return Vintage.ESTIMATE
    return Vintage.FINAL if text.startswith("published") else Vintage.PRELIMINARY


def _published_at(publisher: str, period_end: date) -> datetime:
    """The date that ends the publisher's name; else the day after the period."""
    day = period_end + timedelta(days=1)
    if (found := _DAY.search(publisher)) and found[2]:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    return datetime.combine(day, time(), UTC)
