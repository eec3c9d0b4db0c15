"""Handing the desk over: what is open, what happened, notes, and two signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from layers.alerts import queries
from layers.alerts.models import Alert, Handover
from layers.alerts.queries import AlertFilter
from layers.alerts.services import NotAllowedError, NotFoundError, RefusedError
from layers.core import events
from layers.core.events import Happening
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.versions import begin_change

from . import account, orders, watches
from .words import PERMISSION

MAX_NOTES = 4_000
# Of each list so many are written down; the count is of all.
MOST = 300
LISTS = ("unacknowledged", "escalated", "active", "shelved", "suppressed")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who gives or takes."""

    user: Any
    grant: Grant


def since_of(user: Any, now: datetime) -> datetime:
    """When the user's watch began; without one: the hand-over taken last, or the
    length of a usual watch ago."""
    watch = watches.mine(user, now)
    if watch is not None and watch.came_at is not None:
        return watch.came_at
    earliest = now - watches.USUAL
    taken = Handover.objects.filter(taken_by=user, taken_at__gt=earliest)
    newest = taken.order_by("-taken_at").first()
    return newest.taken_at if newest and newest.taken_at else earliest


def snapshot(grant: Grant, since: datetime, now: datetime) -> dict[str, Any]:
    """The state of the list and what happened since, as JSON. Every entry names its
    unit, so that a reader of less scope sees less."""
    found: dict[str, Any] = {"at": now.isoformat(), "lists": {}, "counts": {}}
    for name in LISTS:
        wanted = AlertFilter(state=name, limit=MOST, sort="severity")
        found["lists"][name] = [_entry(alert) for alert in queries.find(grant, wanted)]
        found["counts"][name] = queries.matching(grant, wanted).count()
    found["orders"] = [_order(entry) for entry in orders.open_orders(grant)]
    found["account"] = account.of(grant, since, now)
    found["watch"] = [str(watch.user) for watch in watches.now_there(now)]
    return found


def _order(order: orders.Order) -> dict[str, Any]:
    needed = order.needed_by
    return order.as_json() | {"needed_by": needed.isoformat() if needed else None}


def _entry(alert: Alert) -> dict[str, Any]:
    escalation = getattr(alert, "escalation", None)
    until = alert.shelved_until
    ends = alert.suppressed_by.ends_at if alert.suppressed_by else None
    return {
        "id": alert.pk,
        "title": alert.title,
        "severity": alert.severity,
        "unit": alert.unit_id,
        "raised_at": alert.raised_at.isoformat(),
        "acknowledged": alert.acknowledged,
        "assigned": str(alert.assigned_to) if alert.assigned_to else "",
        "until": until.isoformat() if until else ends.isoformat() if ends else "",
        "reason": alert.shelved_reason
        or (alert.suppressed_by.reason if alert.suppressed_by else ""),
        "level": escalation.level if escalation else 0,
    }


@transaction.atomic
def give(signer: Signer, *, notes: str, key: str, leave: bool = True) -> Handover:
    """Write a hand-over. ``key`` names the form that it came from: sent twice, it is
    one; two people who give at once leave two. ``leave``: the watch ends with it."""
    _check(signer)
    notes = notes.strip()
    if len(notes) > MAX_NOTES:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": MAX_NOTES}
        )
    begin_change(by_role("alarms").slug)
    held = Handover.objects.filter(given_by=signer.user, snapshot__key=key).first()
    if held is not None:
        return held
    now = timezone.now()
    since = since_of(signer.user, now)
    body = snapshot(signer.grant, since, now) | {"key": key}
    given = Handover.objects.create(
        given_by=signer.user, since=since, notes=notes, snapshot=body
    )
    _tell(given, "handover.given", now, signer.user)
    if leave and watches.mine(signer.user, now) is not None:
        watches.leave(signer.user)
    return given


@transaction.atomic
def take(handover_id: int, signer: Signer) -> Handover:
    """Sign that it was read. The first signature stands; taking puts on watch."""
    _check(signer)
    begin_change(by_role("alarms").slug)
    found = Handover.objects.select_for_update().filter(pk=handover_id).first()
    if found is None:
        raise NotFoundError(_("There is no such hand-over."))
    if found.taken_by_id == signer.user.pk:
        return found
    if found.taken_by is not None:
        raise RefusedError(_("%(who)s has taken it already.") % {"who": found.taken_by})
    if found.given_by_id == signer.user.pk:
        raise RefusedError(_("Another person than the giver takes it."))
    now = timezone.now()
    found.taken_by, found.taken_at = signer.user, now
    found.save()
    _tell(found, "handover.taken", now, signer.user)
    watches.come(signer.user)
    return found


def _check(signer: Signer) -> None:
    if not signer.grant.allows(by_role("alarms")):
        raise NotFoundError(_("There is no such hand-over."))
    if not signer.user.has_perm(PERMISSION):
        raise NotAllowedError(_("Your role keeps no watch at the desk."))


def _tell(found: Handover, kind: str, at: datetime, user: Any) -> None:
    happening = Happening(
        key=f"{kind}:{found.pk}",
        kind=kind,
        layer=by_role("alarms").slug,
        feature_id=None,
        title=str(found.given_by),
        new={"handover": found.pk},
        happened_at=at,
        actor_id=user.pk,
    )
    events.record([happening])


def history(limit: int = 50, offset: int = 0) -> QuerySet[Handover]:
    """Hand-overs, the newest first."""
    rows = Handover.objects.select_related("given_by", "taken_by")
    return rows.order_by("-given_at", "-pk")[offset : offset + limit]


def waiting(now: datetime | None = None) -> list[Handover]:
    """Given within two days and not yet taken."""
    since = (now or timezone.now()) - timedelta(days=2)
    rows = Handover.objects.select_related("given_by").filter(
        taken_by=None, given_at__gte=since
    )
    return list(rows.order_by("-given_at", "-pk"))


def shown_to(grant: Grant, body: dict[str, Any]) -> dict[str, Any]:
    """The snapshot as the reader may see it: rows of their units, times as times.
    The lists of the whole centre's work (orders, worst sources, counts) are shown to
    who sees the whole province."""
    lists = {
        name: [_timed(entry) for entry in entries if grant.sees_unit(entry["unit"])]
        for name, entries in body.get("lists", {}).items()
    }
    whole = grant.units is None
    return {
        **body,
        "lists": lists,
        "counts": body.get("counts", {})
        if whole
        else {name: len(entries) for name, entries in lists.items()},
        "orders": [_timed(entry) for entry in body.get("orders", [])] if whole else [],
        "account": body.get("account") if whole else None,
    }


def _timed(entry: dict[str, Any]) -> dict[str, Any]:
    found = dict(entry)
    for name in ("raised_at", "until", "needed_by"):
        if found.get(name):
            found[name] = parse_datetime(found[name])
    return found
