"""The span of time that a chart shows, and in which steps: read from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

RAW, HOUR, DAY = STEPS = ("raw", "hour", "day")
# So much is answered at once: about 100,000 values of a station with 12 series.
LONGEST = {
    RAW: timedelta(days=31),
    HOUR: timedelta(days=400),
    DAY: timedelta(days=25 * 366),
}
RANGES = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "year": timedelta(days=365),
}
FIRST_RANGE = "24h"
# Longer spans are drawn from hours, and from days.
MOST_RAW, MOST_HOURS = timedelta(days=2), timedelta(days=90)
MINUTE_S = 300


class SpanError(ValueError):
    """A span that cannot be read; the message says what is wrong with which part."""


@dataclass(frozen=True, slots=True)
class Span:
    """Values after ``since`` and up to ``until``, both aware, in steps of ``step``."""

    since: datetime
    until: datetime
    step: str

    @property
    def epochs(self) -> tuple[float, float]:
        return self.since.timestamp(), self.until.timestamp()


def step_for(length: timedelta) -> str:
    """The step that draws a span of this length without thousands of points."""
    if length <= MOST_RAW:
        return RAW
    return HOUR if length <= MOST_HOURS else DAY


def read(asked: Mapping[str, str], now: datetime) -> Span:
    """``from`` and ``to`` (ISO 8601, without a zone: Asia/Ho_Chi_Minh), or ``range``
    (one of RANGES) up to ``to`` or now; ``step`` where it is not the usual one.

    Raises SpanError.
    """
    until = moment(asked.get("to", ""), "to") or _next_step(now)
    since = moment(asked.get("from", ""), "from")
    if since is None:
        name = asked.get("range", "") or FIRST_RANGE
        if name not in RANGES:
            text = _("range: one of %(names)s") % {"names": ", ".join(RANGES)}
            raise SpanError(text)
        since = until - RANGES[name]
    return make(since, until, asked.get("step", ""))


def make(since: datetime, until: datetime, step: str = "") -> Span:
    """A checked span; ``step`` empty: by its length. Raises SpanError."""
    if since >= until:
        raise SpanError(_("from: must lie before to"))
    step = step or step_for(until - since)
    if step not in STEPS:
        raise SpanError(_("step: one of %(names)s") % {"names": ", ".join(STEPS)})
    if until - since > LONGEST[step]:
        raise SpanError(
            _("step %(step)s: at most %(days)s days at once")
            % {"step": step, "days": LONGEST[step].days}
        )
    return Span(since, until, step)


def moment(text: str, name: str) -> datetime | None:
    """A time of an address, aware; None when it is not given. Raises SpanError."""
    if not text:
        return None
    # a plus sign that nobody escaped arrives as a space
    text = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        found = parse_datetime(text)
        day = parse_date(text) if found is None else None
    except ValueError:
        found = day = None
    if found is None and day is not None:
        found = datetime.combine(day, time.min)
    if found is None or not 1970 <= found.year <= 2200:
        raise SpanError(
            _("%(name)s: a time such as 2026-11-22T08:00:00+07:00") % {"name": name}
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _next_step(now: datetime) -> datetime:
    """The next five minutes, so that addresses without times agree for a while."""
    whole = -(-int(now.timestamp()) // MINUTE_S) * MINUTE_S
    return datetime.fromtimestamp(whole, UTC)
