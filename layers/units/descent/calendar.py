"""The spans of days during which the same units were in force. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from layers.core.units import UnitNode


@dataclass(frozen=True, slots=True)
class Span:
    """From ``first`` to ``last``, both included; None: without a beginning, or today
    and on. ``at``: a moment to ask tiles for (None: now). ``counts``: units in force
    by level."""

    first: date | None
    last: date | None
    at: datetime | None
    counts: dict[str, int]


def spans(nodes: Iterable[UnitNode], today: date) -> list[Span]:
    """The spans until today, oldest first. A unit that begins where none ends was
    there before as well, only not in our data: that is no change."""
    known = list(nodes)
    ends = {node.valid_to + timedelta(days=1) for node in known if node.valid_to}
    days = sorted(day for day in ends if day <= today)
    edges = [None, *days]
    found: list[Span] = []
    for place, first in enumerate(edges):
        follows = edges[place + 1] if place + 1 < len(edges) else None
        last = follows - timedelta(days=1) if follows else None
        shown = last or today
        counts = Counter(node.kind for node in known if node.valid_on(shown))
        if set(counts) - {"province"}:
            found.append(Span(first, last, _noon(last), dict(counts)))
    return found


def _noon(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(12))) if day else None
