"""Many alerts of one cause stand under one root, so that one is on the list.

Here the root is an alert about a group (a provider whose service is out), for those
whose features belong to it. Roots made over many alerts: ``causes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from layers.core import events

from .causes import OVER_MEMBERS
from .models import Alert
from .records import close_returned, happening

GATHERED = gettext_noop("its members stand under the alert about their group")
CAUSED = gettext_noop("it came of what was wrong with the whole group")
CLOSING = ("active", "cleared_at", "closed_at", "closed_reason", "updated_at")


def under_groups(created: list[Alert]) -> None:
    """Put new alerts under the alert that is open about their group, if one is."""
    keys = {alert.group_key for alert in created if alert.feature_id is not None}
    found = Alert.objects.filter(
        feature_id=None, group_key__in=keys - {""}, active=True, closed_at=None
    ).order_by("raised_at", "pk")
    roots = {(root.layer, root.group_key): root for root in found}
    for alert in created:
        if alert.feature_id is not None:
            alert.root = roots.get((alert.layer, alert.group_key))


def gather(alerts: Iterable[Alert]) -> None:
    """Alerts about groups take the open alerts of their members under them while
    they last, and let them go when they are over or closed."""
    for root in alerts:
        if root.feature_id is not None or not root.group_key:
            continue
        members = Alert.objects.filter(
            layer=root.layer, group_key=root.group_key, closed_at=None
        ).exclude(feature_id=None)
        if root.active and root.closed_at is None:
            _take_in(root, members.exclude(root=root))
        else:
            _let_go(root, members.filter(root=root))


def _take_in(root: Alert, members: QuerySet[Alert]) -> None:
    """Put ``members`` under ``root``; what stood over them till now and is left
    without any is closed."""
    now = timezone.now()
    before = set(members.exclude(root=None).values_list("root_id", flat=True))
    members.update(root=root, updated_at=now)
    old = Alert.objects.filter(OVER_MEMBERS, pk__in=before, closed_at=None)
    below = Alert.objects.filter(root=OuterRef("pk"), closed_at=None)
    close_all(old.filter(~Exists(below)), now, GATHERED)


def _let_go(root: Alert, members: QuerySet[Alert]) -> None:
    """Members stand for themselves again. What was raised since the common cause
    began came of it: once that is over it is closed, for it says nothing about the
    member. (Closed by a person while it lasts, the cause was none.)"""
    now = timezone.now()
    if not root.active:
        close_all(members.filter(raised_at__gte=root.raised_at), now, CAUSED)
    members.filter(closed_at=None).update(root=None, updated_at=now)


def close_all(alerts: Iterable[Alert], now: datetime, reason: str) -> None:
    """Close alerts for a reason of the system's own."""
    closed = list(alerts)
    for alert in closed:
        alert.cleared_at = now if alert.active else alert.cleared_at
        alert.active, alert.updated_at = False, now
        alert.closed_at, alert.closed_reason = now, reason
    Alert.objects.bulk_update(closed, CLOSING)
    events.record(
        happening(alert, "alert.closed", now, new={"active": False}, reason=reason)
        for alert in closed
    )


def settle(root_ids: set[int | None], now: datetime) -> None:
    """A root is over when all its members are; over and acknowledged, it closes."""
    wanted = [root_id for root_id in root_ids if root_id is not None]
    if not wanted:
        return
    below = Alert.objects.filter(root__in=wanted, active=True, closed_at=None)
    lasting = set(below.values_list("root_id", flat=True))
    roots = Alert.objects.select_for_update().filter(
        OVER_MEMBERS,  # an alert about a group ends by its own events
        pk__in=wanted,
        closed_at=None,
    )
    for root in roots:
        if root.active == (root.pk in lasting):
            continue
        root.active = not root.active
        root.cleared_at = None if root.active else now
        kind = "alert.repeated" if root.active else "alert.cleared"
        happened = [happening(root, kind, now, new={"active": root.active})]
        if not root.active and root.acked_at is not None:
            close_returned(root, now)
            told = {"active": False}
            happened.append(happening(root, "alert.closed", now, new=told))
        root.save()
        events.record(happened)
