"""What people do to alerts. Every act is checked, idempotent and an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.core.versions import begin_change

from . import compounding, grouping
from .desk.words import PERMISSION as PERMISSION
from .models import Alert, Rule
from .records import close_returned, happening

MAX_SHELF = timedelta(days=7)
MAX_TEXT = 300


class NotFoundError(LookupError):
    """No such alert, or not the caller's to see."""


class NotAllowedError(PermissionError):
    """The caller may see the alert but not do this."""


class RefusedError(ValueError):
    """The act makes no sense now; the text says why."""


@dataclass(frozen=True, slots=True)
class Who:
    """The caller: a user with what they may see. No user: the system itself."""

    user: Any = None
    grant: Grant | None = None

    @property
    def id(self) -> int | None:
        return self.user.pk if self.user is not None else None


SYSTEM = Who()


def _locked(alert_id: int, who: Who) -> Alert:
    """The alert, locked, after the checks. The layer's lock is taken first."""
    layer = by_role("alarms")
    grant = who.grant if who.user is not None else everything()
    if grant is None or not grant.allows(layer):
        raise NotFoundError(_("There is no such alert."))
    begin_change(layer.slug)
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None or not grant.sees_unit(alert.unit_id):
        raise NotFoundError(_("There is no such alert."))
    if who.user is not None and not who.user.has_perm(PERMISSION):
        raise NotAllowedError(_("Your role may not change alerts."))
    return alert


def _done(
    alert: Alert, kind: str, who: Who, now: datetime, reason: str = "", **new: Any
) -> Alert:
    alert.save()
    events.record(
        [happening(alert, kind, now, new=new, reason=reason, actor_id=who.id)]
    )
    return alert


@transaction.atomic
def acknowledge(alert_id: int, who: Who) -> Alert:
    """Seen by a person. What is over as well is thereby back to normal."""
    alert = _locked(alert_id, who)
    if alert.acked_at is not None or alert.closed_at is not None:
        return alert
    now = timezone.now()
    alert.acked_at, alert.acked_by_id = now, who.id
    _done(alert, "alert.acknowledged", who, now, acknowledged=True)
    if not alert.active:
        close_returned(alert, now)
        _done(alert, "alert.closed", who, now, alert.closed_reason)
    return alert


@transaction.atomic
def shelve(alert_id: int, who: Who, *, minutes: int, reason: str) -> Alert:
    """Off the list for a while: an end and a reason are needed (ISA-18.2)."""
    reason = _text(reason)
    if not 0 < minutes <= MAX_SHELF.total_seconds() / 60:
        raise RefusedError(_("An alert can be shelved for up to 7 days."))
    alert = _locked(alert_id, who)
    if alert.closed_at is not None:
        raise RefusedError(_("The alert is closed."))
    now = timezone.now()
    until = now + timedelta(minutes=minutes)
    alert.shelved_until, alert.shelved_reason = until, reason
    return _done(alert, "alert.shelved", who, now, reason, until=until.isoformat())


@transaction.atomic
def unshelve(alert_id: int, who: Who) -> Alert:
    """Back on the list."""
    alert = _locked(alert_id, who)
    if alert.shelved_until is None:
        return alert
    alert.shelved_until, alert.shelved_reason = None, ""
    return _done(alert, "alert.unshelved", who, timezone.now())


@transaction.atomic
def assign(alert_id: int, who: Who, *, user: Any) -> Alert:
    """Hand the alert to a person (``None``: to nobody)."""
    alert = _locked(alert_id, who)
    user_id = user.pk if user is not None else None
    if alert.assigned_to_id == user_id:
        return alert
    old = alert.assigned_to_id
    alert.assigned_to_id = user_id
    return _done(alert, "alert.assigned", who, timezone.now(), old=old, user=user_id)


@transaction.atomic
def comment(alert_id: int, who: Who, *, text: str) -> Alert:
    """A note in the alert's log."""
    text = _text(text, limit=2_000)
    alert = _locked(alert_id, who)
    return _done(alert, "alert.commented", who, timezone.now(), text)


@transaction.atomic
def close(alert_id: int, who: Who, *, reason: str) -> Alert:
    """Closed by a person, with the reason."""
    reason = _text(reason)
    alert = _locked(alert_id, who)
    if alert.closed_at is not None:
        return alert
    now = timezone.now()
    if alert.acked_at is None:
        alert.acked_at, alert.acked_by_id = now, who.id
    alert.closed_at, alert.closed_by_id, alert.closed_reason = now, who.id, reason
    _done(alert, "alert.closed", who, now, reason)
    grouping.gather([alert])
    return alert


@transaction.atomic
def save_rule(rule: Rule) -> Rule:
    """Store a rule as its next version and let every process read it anew.

    Raises ValidationError when the rule could not be evaluated.
    """
    begin_change(by_role("alarms").slug)  # first, or two at once have one code
    rule.full_clean(exclude=["version"])
    compounding.check(rule)
    if rule.pk:
        held = Rule.objects.select_for_update().get(pk=rule.pk)
        rule.version = held.version + 1
    rule.save()
    return rule


def _text(text: str, limit: int = MAX_TEXT) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise RefusedError(_("Please give a reason."))
    if len(cleaned) > limit:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": limit}
        )
    return cleaned
