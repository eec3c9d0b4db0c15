"""From texts of a file or message to a figure of the catalogue, or what is wrong.

``Book`` is the catalogue and the units as they are now; :func:`check` is pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from layers.core import units
from layers.core.units import UnitNode

from . import spans
from .models import Indicator, Vintage
from .models.figures import NATIONAL

WHOLE_DIGITS = 16
SHARES = frozenset({"%"})
COUNTS = frozenset({"count", "cases", "persons", "people"})
VINTAGES = {entry.name.lower(): entry for entry in Vintage}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One figure as a source writes it. ``value`` is a number or a text with a
    decimal point; ``kind`` the level of the unit, "" where its code tells."""

    unit: str
    indicator: str
    period: str
    value: Any
    vintage: str = ""
    facet: str = ""
    published_at: str = ""
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A figure that the catalogue knows; ``published_at`` None: not said."""

    indicator_id: int
    unit_id: int
    facet: str
    start: date
    end: date
    value: Decimal
    vintage: Vintage
    published_at: datetime | None
    note: str


class Wrong(ValueError):
    """``field`` of the entry cannot be used; ``reason`` is a word for counts."""

    def __init__(self, field: str, reason: str, detail: str) -> None:
        super().__init__(field, reason, detail)
        self.field = field
        self.reason = reason
        self.detail = detail


class Book:
    """The catalogue by code, and every unit that ever was by code."""

    def __init__(self) -> None:
        self.indicators = {row.code: row for row in Indicator.objects.all()}
        self.units: dict[str, list[UnitNode]] = defaultdict(list)
        for node in units.tree().nodes.values():
            self.units[node.code].append(node)

    def unit(self, code: str, kind: str, day: date) -> UnitNode:
        """The unit with this code on that day: codes have been used again."""
        known = [n for n in self.units.get(code, []) if kind in ("", n.kind)]
        found = [node for node in known if node.valid_on(day)]
        if len(found) == 1:
            return found[0]
        if found:
            levels = ", ".join(sorted(node.kind for node in found))
            raise Wrong("unit", "ambiguous_unit", f"{code}: {levels}: name the level")
        if not known:
            raise Wrong("unit", "unknown_unit", f"no unit has the code {code!r:.20}")
        spells = "; ".join(
            f"{node.title} ({node.valid_from or '…'} – {node.valid_to or '…'})"
            for node in sorted(known, key=lambda n: n.valid_from or date.min)
        )
        raise Wrong("unit", "unit_of_another_time", f"{code} on {day}: {spells}")


def check(raw: Raw, book: Book, *, now: datetime | None = None) -> Entry:
    """The figure that ``raw`` means. Raises Wrong for the first thing amiss."""
    now = now or timezone.now()
    indicator = book.indicators.get(raw.indicator.strip())
    if indicator is None:
        detail = f"the catalogue has no {raw.indicator!r:.20}"
        raise Wrong("indicator", "unknown_indicator", detail)
    if indicator.formula:
        detail = f"{indicator.code} is computed: {indicator.formula}"
        raise Wrong("indicator", "computed_indicator", detail)
    start, end = _period(raw.period)
    vintage = _vintage(raw.vintage)
    _not_ahead(vintage, (start, end), now)
    node = book.unit(raw.unit.strip(), raw.kind, end)
    _level(indicator, node)
    return Entry(
        indicator_id=indicator.pk,
        unit_id=node.id,
        facet=_facet(raw.facet.strip(), indicator),
        start=start,
        end=end,
        value=_value(raw.value, indicator),
        vintage=vintage,
        published_at=_moment(raw.published_at, now),
        note=raw.note.strip()[:300],
    )


def _period(text: str) -> spans.Span:
    if not text.strip():
        raise Wrong("period", "no_period", "the period is missing")
    try:
        return spans.parse(text)
    except ValueError as error:
        raise Wrong("period", "bad_period", str(error)) from None


def _vintage(text: str) -> Vintage:
    found = VINTAGES.get(text.strip().lower() or "preliminary")
    if found is None:
        known = ", ".join(VINTAGES)
        raise Wrong("vintage", "bad_vintage", f"{text!r:.20} is none of {known}")
    return found


def _not_ahead(vintage: Vintage, span: spans.Span, now: datetime) -> None:
    """Only a plan or an estimate may be of a period that has not ended, and only a
    plan of one that has not begun: it would stand as the newest figure till then."""
    (start, end), today = span, timezone.localdate(now)
    name = vintage.name.lower()
    if end > today and vintage > Vintage.ESTIMATE:
        raise Wrong("vintage", "not_ended", f"{name}, but the period ends on {end}")
    if start > today and vintage > Vintage.PLAN:
        raise Wrong("vintage", "not_begun", f"{name}, but the period begins on {start}")


def _level(indicator: Indicator, node: UnitNode) -> None:
    levels = indicator.levels & {"province", "district", "commune"}
    if levels and node.kind not in levels:
        detail = f"{indicator.code} is measured for {', '.join(sorted(levels))}"
        raise Wrong("unit", "wrong_level", f"{detail}, not for a {node.kind}")


def _facet(text: str, indicator: Indicator) -> str:
    known = {"", NATIONAL, *indicator.parts}
    if text not in known:
        parts = ", ".join(indicator.parts) or "none"
        detail = f"{indicator.code} has no part {text!r:.40}; it has: {parts}"
        raise Wrong("facet", "unknown_part", detail)
    return text


def _value(given: Any, indicator: Indicator) -> Decimal:
    text = str(given).strip() if given is not None else ""
    if not text:
        raise Wrong("value", "no_value", "the value is missing")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Wrong("value", "bad_number", f"{text!r:.30} is no number") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** WHOLE_DIGITS:
        raise Wrong("value", "bad_number", f"{text:.30} cannot be stored")
    measure = indicator.unit.strip()
    if measure in SHARES and not -1000 <= value <= 1000:
        raise Wrong("value", "out_of_range", f"{text:.30} % cannot be")
    if measure in COUNTS and value < 0:
        raise Wrong("value", "out_of_range", f"{text:.30}: a count is not negative")
    return round(value, 4)


def _moment(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    try:
        moment = parse_datetime(text.strip())
        day = parse_date(text.strip()) if moment is None else None
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime.combine(day, time())
    if moment is None:
        detail = f"{text!r:.40} is no date (2024-11-22, 2024-11-22T08:00+07:00)"
        raise Wrong("published_at", "bad_date", detail)
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment > now + timedelta(days=1):
        raise Wrong("published_at", "in_the_future", text[:40])
    return moment.astimezone(UTC)
