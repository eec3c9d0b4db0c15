"""The two clocks of a directive or task as people read them: how much is gone, and
what is left in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from . import rules, timing
from .models import Directive, Task


@dataclass(frozen=True, slots=True)
class Bar:
    """``share`` of the time gone, 0 to 100; ``words`` what is left, or by how much it
    is over. ``state``: in_time, due_soon, overdue or stopped."""

    title: str
    until: datetime
    share: int
    words: str
    state: str


def bars(task: Task, directive: Directive, now: datetime | None = None) -> list[Bar]:
    """Needed-by first, then the legal deadline; those that there are. The first is
    what the badge of the task says. While the directive is suspended both stand."""
    now = now or timezone.now()
    stands = directive.status == rules.SUSPENDED
    return [
        _bar(task, legal, (directive.paused_at or now) if stands else now, stands)
        for legal in (False, True)
        if (task.legal_deadline if legal else task.needed_by)
    ]


def bars_of(
    directive: Directive, tasks: list[Task], now: datetime | None = None
) -> list[Bar]:
    """Those of the task whose clock the directive shows; without an open one the
    directive's own, which stand."""
    leading = timing.leading(tasks)
    if leading is not None:
        return bars(leading, directive, now)
    named = (
        (False, directive.needed_by),
        (True, directive.legal_deadline),
    )
    return [Bar(_title(legal), at, 0, "", "stopped") for legal, at in named if at]


def _title(legal: bool) -> str:
    return _("Legal deadline") if legal else _("Needed by")


def _bar(task: Task, legal: bool, now: datetime, stands: bool) -> Bar:
    """A clock of a task at ``now``, when it ``stands`` for good."""
    until = task.legal_deadline if legal else task.needed_by
    assert until is not None  # noqa: S101 - asked for those that there are
    state = timing.clock(task, now, legal=legal)
    if state == "stopped":
        return Bar(_title(legal), until, 0, "", state)
    span = timing.minutes(task, legal=legal)
    share = min(round(rules.share_at(span, until, now)), 100)
    over = now > until
    if stands:
        form = _("Stopped %(time)s over") if over else _("Stopped with %(time)s left")
        state = "stopped"
    else:
        form = _("%(time)s over") if over else _("%(time)s left")
    text = length(abs(until - now))
    return Bar(_title(legal), until, share, form % {"time": text}, state)


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
