"""Alerts that nobody acknowledges reach further people, level by level.

A policy says after how many minutes who is told. How far an alert has got is one row;
what is due is found by its time, so that a restart neither skips nor repeats a level:
level, event and notice are written in one transaction, and the key of both is the
level with the moment it was due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from layers.core import delivery, events
from layers.core.delivery.contract import Duty, duties
from layers.core.delivery.told import section
from layers.core.drawer import sections
from layers.core.events import Happening, Listener, listeners
from layers.core.models import Event

from . import telling
from .addressing import Addressees, To, desk_duty, resolve
from .models import Alert, Escalation, Policy
from .reactions import Reaction, alert_raised
from .records import SLUG, happening

log = logging.getLogger(__name__)

# How far back the sweeper looks for alerts whose escalation was not begun.
MISSED = timedelta(hours=1)
MOST_AT_ONCE = 200


class Level(BaseModel):
    """After so many minutes without an acknowledgement these people are told.
    ``channels``: slugs or kinds; none: as everyone prefers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_minutes: float = Field(ge=0, le=14_400)
    to: tuple[To, ...] = Field(min_length=1)
    channels: tuple[str, ...] = ()


class Levels(BaseModel):
    """The levels of a policy, each later than the one before."""

    levels: tuple[Level, ...] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _in_order(self) -> Levels:
        minutes = [level.after_minutes for level in self.levels]
        if any(a >= b for a, b in pairwise(minutes)):
            raise ValueError("each level comes later than the one before it")
        return self


_LEVELS: TypeAdapter[Levels] = TypeAdapter(Levels)


def levels(given: object) -> tuple[Level, ...]:
    """``Policy.levels`` as their type. pydantic.ValidationError names what is wrong."""
    return _LEVELS.validate_python({"levels": given}).levels


def policy_for(alert: Alert) -> Policy | None:
    """The first policy in force that fits."""
    fits = Policy.objects.filter(enabled=True, severities__contains=[alert.severity])
    for policy in fits:
        if not policy.layers or alert.layer in policy.layers:
            return policy
    return None


def unseen() -> QuerySet[Alert]:
    """Alerts that somebody has to acknowledge now."""
    return Alert.objects.filter(
        closed_at=None, acked_at=None, suppressed=False, shelved_until=None, root=None
    )


@transaction.atomic
def begin(alert: Alert) -> None:
    """Start the clock of an alert's escalation. The levels are reached by a worker,
    the first one right after the commit: whoever takes data in does not wait for it.
    A second time changes nothing, unless another policy fits by now (the alert became
    graver) or it was stopped in between."""
    policy = policy_for(alert)
    if policy is None or not unseen().filter(pk=alert.pk).exists():
        return
    held = Escalation.objects.select_for_update().filter(alert=alert).first()
    if held is not None and held.policy_id == policy.pk and held.ended_at is None:
        return
    if held is None:
        held = Escalation(alert=alert)
    _start(held, policy, timezone.now())
    transaction.on_commit(partial(_ask, alert.pk), robust=True)


def _ask(alert_id: int) -> None:
    """Ask for work; if the broker is away, the sweeper finds it."""
    from .tasks import escalate_one

    escalate_one.delay(alert_id)


def _start(held: Escalation, policy: Policy, now: datetime) -> None:
    first = levels(policy.levels)[0]
    held.policy, held.level, held.loop, held.ended_at = policy, 0, 0, None
    held.next_at = now + timedelta(minutes=first.after_minutes)
    held.save()


def stop(alert_ids: list[int]) -> int:
    """Somebody has seen these alerts, or they are over; how many were running."""
    return Escalation.objects.filter(alert__in=alert_ids, ended_at=None).update(
        ended_at=timezone.now(), next_at=None
    )


def reach(held: Escalation, alert: Alert, now: datetime) -> bool:
    """The next level of a locked escalation, if it is due: tell its people, write the
    event, set the clock for the level after it."""
    due = held.next_at
    if due is None or due > now:
        return False
    steps = levels(held.policy.levels)
    number = min(held.level, len(steps) - 1)
    step = steps[number]
    told = resolve(step.to, alert, now)
    key = f"escalation:{alert.pk}:{held.loop}.{number}:{due.timestamp():.6f}"
    events.record([_event(held, alert, key, due, number, told)])
    if told:
        delivery.send(_notice(key, alert, step, number, told))
    else:
        log.warning("alert %s: level %s reaches nobody", alert.pk, number)
    held.level = number + 1
    held.next_at = _after(held, steps, due)
    held.save()
    return True


def _after(
    held: Escalation, steps: tuple[Level, ...], due: datetime
) -> datetime | None:
    """When the next level is due. The first level of another time through comes as
    long after the last as that came after the one before it."""
    last = steps[held.level - 1].after_minutes
    if held.level < len(steps):
        return due + timedelta(minutes=steps[held.level].after_minutes - last)
    held.loop += 1
    if held.loop >= held.policy.loops:
        return None
    held.level = 0
    pause = last - steps[-2].after_minutes if len(steps) > 1 else last
    return due + timedelta(minutes=max(pause, 1.0))


def _event(
    held: Escalation,
    alert: Alert,
    key: str,
    due: datetime,
    number: int,
    told: Addressees,
) -> Happening:
    """That a level was reached, at the time it was due."""
    new = {
        "level": number + 1,
        "loop": held.loop + 1,
        "policy": held.policy.slug,
        "people": len(told),
    }
    return replace(happening(alert, "alert.escalated", due, new=new), key=key)


def _notice(
    key: str, alert: Alert, step: Level, number: int, told: Addressees
) -> delivery.Notice:
    return delivery.Notice(
        key=key,
        kind="alert",
        severity=alert.severity,
        subject=partial(telling.subject, alert),
        body=partial(telling.body, alert, number),
        short=partial(telling.short, alert),
        url=f"/alerts/{alert.pk}/",
        users=told.users,
        contacts=told.contacts,
        channels=step.channels,
        unit_id=alert.unit_id,
        layer=SLUG,
        feature_id=alert.pk,
    )


def sweep() -> int:
    """Begin what was missed and reach the levels that are due; how many."""
    now = timezone.now()
    begun = Escalation.objects.filter(alert=OuterRef("pk"))
    missed = unseen().filter(~Exists(begun), known_at__gt=now - MISSED)
    for alert in missed.select_related("rule").order_by("pk")[:MOST_AT_ONCE]:
        _spared(alert.pk, partial(begin, alert))
    now = timezone.now()  # what has begun just now is due
    due = Escalation.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    ids = list(due.values_list("alert_id", flat=True)[:MOST_AT_ONCE])
    return sum(_spared(pk, partial(advance, pk, now)) for pk in ids)


def _spared(alert_id: int, step: Callable[[], object]) -> bool:
    """One broken policy or alert does not hold up the others."""
    try:
        return bool(step())
    except (LookupError, ValueError):
        log.exception("escalation of alert %s", alert_id)
        return False


@transaction.atomic
def advance(alert_id: int, now: datetime) -> bool:
    """The next level of one alert. The alert is locked first, as people's acts do:
    an acknowledgement comes before or after, never in between."""
    rows = Alert.objects.select_for_update(skip_locked=True, of=("self",))
    alert = rows.select_related("rule").filter(pk=alert_id).first()
    held = (
        Escalation.objects.select_for_update(of=("self",))
        .select_related("policy")
        .filter(alert_id=alert_id, next_at__lte=now)
        .first()
    )
    if alert is None or held is None:
        return False
    if alert.shelved_until is not None and alert.closed_at is None:
        held.next_at = max(alert.shelved_until, now + timedelta(minutes=1))
        held.save()
        return False
    if not unseen().filter(pk=alert.pk).exists() or not held.policy.enabled:
        stop([alert.pk])
        return False
    return reach(held, alert, now)


SEEN = frozenset({"alert.acknowledged", "alert.closed"})


def hear(fresh: list[Event]) -> None:
    """An acknowledgement stops the clock; one that was taken back starts it anew."""
    own = [event for event in fresh if event.layer == SLUG]
    seen = [e.feature_id for e in own if e.kind in SEEN and e.feature_id is not None]
    if seen:
        stop(seen)
    again = [
        e.feature_id
        for e in own
        if e.kind == "alert.realarmed" and e.feature_id is not None
    ]
    for alert in unseen().filter(pk__in=again).select_related("rule").order_by("pk"):
        begin(alert)


REACTION = alert_raised.register(Reaction(slug="escalation", run=begin))
LISTENER = listeners.register(Listener(slug="escalation", order=80, run=hear))
DUTY = duties.register(Duty(slug="desk", run=desk_duty))
TOLD = sections.register(section(SLUG, role="alarms"))
