"""What the after-action report tells, from events, tasks, evidence and looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from layers.alerts import queries as alerts
from layers.alerts.models import Alert
from layers.core import seen, units
from layers.core.models import Event
from layers.core.seen import Look
from layers.directives import queries
from layers.directives.callers import spoken
from layers.directives.log import SLUG
from layers.directives.models import Directive, Evidence, Task

# Looks a little before the draft: whoever drafted had read the alert.
BEFORE = timedelta(hours=1)
# Who looks again sooner had not gone away.
VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the timeline. ``known`` differs from ``at`` for what came late."""

    at: datetime
    known: datetime
    source: str
    what: str
    unit: str
    who: str
    why: str

    @property
    def late(self) -> bool:
        return self.known - self.at > timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of the way, and how long it took (None: it has not been gone)."""

    title: str
    since: datetime | None
    until: datetime | None

    @property
    def took(self) -> timedelta | None:
        if self.since is None or self.until is None or self.until < self.since:
            return None
        return self.until - self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who opened the directive or its alert, from when to when, how many times;
    what follows within half an hour is the same time."""

    who: str
    what: str
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything that is printed."""

    directive: Directive
    alert: Alert | None
    tasks: list[Task]
    log: list[Event]
    moments: list[Moment]
    legs: list[Leg]
    readers: list[Reader]
    evidence: list[Evidence]


def gather(directive: Directive) -> Review:
    """The report as of now; the directive need not be closed yet."""
    alert = None
    if directive.alert_id is not None:
        rows = Alert.objects.select_related("rule", "acked_by", "closed_by")
        alert = rows.filter(pk=directive.alert_id).first()
    tasks = queries.named(list(directive.tasks.order_by("step", "pk")))
    log = queries.log_of(directive)
    return Review(
        directive=directive,
        alert=alert,
        tasks=tasks,
        log=log,
        moments=_moments(directive, alert, log),
        legs=_legs(directive, alert, log),
        readers=_readers(directive, alert),
        evidence=list(
            Evidence.objects.filter(task__directive=directive)
            .select_related("task", "uploaded_by")
            .order_by("uploaded_at", "pk")
        ),
    )


def _moments(
    directive: Directive, alert: Alert | None, log: list[Event]
) -> list[Moment]:
    found = [_moment(event, _("Directive")) for event in log]
    if alert is not None:
        told = alerts.titled(alerts.log_of(alert))
        found += [_moment(event, _("Alert")) for event in told]
    return sorted(found, key=lambda moment: (moment.at, moment.known))


def _moment(event: Event, source: str) -> Moment:
    # what is recorded by the same act is known a few milliseconds later
    return Moment(
        at=event.happened_at,
        known=event.known_at,
        source=source,
        what=event.shown,  # type: ignore[attr-defined]
        unit=getattr(event, "unit_title", ""),
        who=_by(event),
        why=_(event.reason) if event.reason else "",
    )


def _by(event: Event) -> str:
    """Who did it; of a stand-in for whom, too."""
    if event.actor is None:
        return _("the system")
    return spoken(event.actor.display_name, event.new)


def _legs(directive: Directive, alert: Alert | None, log: list[Event]) -> list[Leg]:
    """From what was seen to what was done; each leg begins where the last ended."""
    marks: list[tuple[str, datetime | None]] = []
    if alert is not None:
        marks = [
            (_("It happened"), alert.raised_at),
            (_("The centre knew"), alert.known_at),
            (_("Acknowledged"), alert.acked_at),
        ]
    marks += [
        (_("Drafted"), directive.created_at),
        (_("Issued"), directive.issued_at),
        (_("First received"), _first(log, "task.receive")),
        (_("Last reported"), directive.reported_at),
        (_("Closed"), directive.closed_at),
    ]
    gone = sorted(
        ((title, at) for title, at in marks if at is not None), key=lambda mark: mark[1]
    )
    return [
        Leg(title=f"{before} → {title}", since=since, until=until)
        for (before, since), (title, until) in pairwise(gone)
    ]


def _first(log: Iterable[Event], kind: str) -> datetime | None:
    return min((e.happened_at for e in log if e.kind == kind), default=None)


def _readers(directive: Directive, alert: Alert | None) -> list[Reader]:
    since = directive.created_at - BEFORE
    found = _summed(_("Directive"), seen.looks(SLUG, directive.pk, since))
    if alert is not None:
        found += _summed(_("Alert"), seen.looks("alerts", alert.pk, since))
    return sorted(found, key=lambda reader: reader.first)


def _summed(what: str, looks: list[Look]) -> list[Reader]:
    by_person: dict[str, list[Look]] = {}
    for look in looks:
        by_person.setdefault(look.who, []).append(look)
    return [
        Reader(
            who=who, what=what, first=seen[0].at, last=seen[-1].at, times=_visits(seen)
        )
        for who, seen in by_person.items()
    ]


def _visits(looks: list[Look]) -> int:
    """How many times somebody came to look; ``looks`` oldest first."""
    return 1 + sum(later.at - look.at >= VISIT for look, later in pairwise(looks))


def used(task: Task) -> dict[str, Any]:
    """How long a task took and was allowed to take, minutes (None: not known)."""
    end = task.reported_at
    took = (end - task.issued_at) if end and task.issued_at else None
    return {
        "took": took,
        "needed": (task.needed_by - task.issued_at)
        if task.needed_by and task.issued_at
        else None,
        "over": (end - task.needed_by)
        if end and task.needed_by and end > task.needed_by
        else None,
    }


def of_units(review: Review) -> set[int]:
    """Everyone who was addressed."""
    return {u for t in review.tasks for u in (t.unit_id, *t.co_units) if u} & set(
        units.tree().nodes
    )
