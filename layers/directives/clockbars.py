"""The two clocks of a directive or task as people read them: how much is gone, and
what is left in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from . import rules
from .models import Directive, Task

STOPPED = frozenset({rules.SUSPENDED, rules.WITHDRAWN, rules.CLOSED, rules.REPORTED})


@dataclass(frozen=True, slots=True)
class Bar:
    """``share`` of the time gone, 0 to 100; ``words`` what is left, or by how much it
    is over. ``state``: in_time, due_soon, overdue or stopped."""

    title: str
    until: datetime
    share: int
    words: str
    state: str


def bars(item: Directive | Task, now: datetime | None = None) -> list[Bar]:
    """Needed-by first, then the legal deadline; those that there are."""
    now = now or timezone.now()
    named = (
        (_("Needed by"), item.needed_by),
        (_("Legal deadline"), item.legal_deadline),
    )
    return [_bar(item, title, until, now) for title, until in named if until]


def _bar(item: Directive | Task, title: str, until: datetime, now: datetime) -> Bar:
    if item.status in STOPPED or item.issued_at is None:
        return Bar(title, until, 0, "", "stopped")
    state = rules.clock_of(item.status, item.issued_at, until, now)
    span = (until - item.issued_at).total_seconds()
    gone = (now - item.issued_at).total_seconds()
    share = 100 if span <= 0 else min(max(round(100 * gone / span), 0), 100)
    text = length(abs(until - now))
    words = (
        _("%(time)s over") % {"time": text}
        if now > until
        else _("%(time)s left") % {"time": text}
    )
    return Bar(title, until, share, words, state)


def length(span: timedelta) -> str:
    """``2 d 3 h``, ``3 h 5 min``, ``45 min``."""
    minutes = int(span.total_seconds() // 60)
    days, rest = divmod(minutes, 1_440)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    return _("%(m)d min") % {"m": minutes}
