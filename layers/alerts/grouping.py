"""Many alerts of one cause stand under one root, so that one is on the list.

The root is an alert about a group (a provider whose service is out) for those whose
features belong to it, or one made here when many arise at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import MultiPoint
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop, ngettext

from layers.core import events
from layers.core.events import Happening

from .crossings import Outcome
from .models import Alert
from .ruleset import now_suppressed

GATHERED = gettext_noop("its members stand under the alert about their group")
CAUSED = gettext_noop("it came of what was wrong with the whole group")
CLOSING = ("active", "cleared_at", "closed_at", "closed_reason", "updated_at")
# So many new alerts of one rule in one batch have one cause.
GROUP_FROM = 10


def root_for(outcome: Outcome, created: list[Alert], now: datetime) -> Alert | None:
    """The root above ``created`` when they are many; they are put under it."""
    created = [alert for alert in created if alert.feature_id is not None]
    if len(created) < GROUP_FROM:
        return None
    row = outcome.rule.row
    root = (
        Alert.objects.select_for_update()
        .filter(
            rule=row,
            layer=outcome.layer.slug,
            feature_id=None,
            group_key="",
            closed_at=None,
        )
        .first()
    )
    root = root or _new_root(outcome, created, now)
    for alert in created:
        alert.root = root
    return root


def _new_root(outcome: Outcome, created: list[Alert], now: datetime) -> Alert:
    row = outcome.rule.row
    raised_at = max(alert.raised_at for alert in created)
    points = [alert.geom for alert in created if alert.geom is not None]
    root = Alert.objects.create(
        source=f"rule:{row.slug}"[:60],
        external_id=f"{row.version}:{outcome.layer.slug}:all:{raised_at.timestamp():.3f}",
        title=_title(row.title, len(created)),
        geom=MultiPoint(points, srid=4326).centroid if points else None,
        rule=row,
        rule_version=row.version,
        layer=outcome.layer.slug,
        severity=row.severity,
        playbook=row.playbook,
        raised_at=raised_at,
        last_at=raised_at,
        active=any(alert.active for alert in created),
        suppressed=now_suppressed(row, now),
    )
    events.record([_event(root, "alert.raised", raised_at, {"members": len(created)})])
    return root


def _title(title: str, count: int) -> str:
    many = ngettext("%(count)s feature", "%(count)s features", count) % {"count": count}
    return f"{title}: {many}"[:200]


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
    old = Alert.objects.filter(pk__in=before, group_key="", closed_at=None)
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
        _event(alert, "alert.closed", now, {"active": False}, reason)
        for alert in closed
    )


def settle(root_ids: set[int | None], now: datetime) -> None:
    """A root is over when all its members are; over and acknowledged, it closes."""
    wanted = [root_id for root_id in root_ids if root_id is not None]
    roots = Alert.objects.select_for_update().filter(
        pk__in=wanted,
        group_key="",  # an alert about a group ends by its own events
        closed_at=None,
    )
    for root in roots:
        if root.active == root.members.filter(active=True, closed_at=None).exists():
            continue
        root.active = not root.active
        root.cleared_at = None if root.active else now
        kind = "alert.repeated" if root.active else "alert.cleared"
        happened = [_event(root, kind, now, {"active": root.active})]
        if not root.active and root.acked_at is not None:
            root.closed_at, root.closed_reason = now, "returned to normal"
            happened.append(_event(root, "alert.closed", now, {"active": False}))
        root.save()
        events.record(happened)


def _event(
    root: Alert, kind: str, at: datetime, new: dict[str, object], reason: str = ""
) -> Happening:
    return Happening(
        key=f"{kind}:{root.pk}:{at.timestamp():.6f}",
        kind=kind,
        layer="alerts",
        feature_id=root.pk,
        title=root.title,
        lon=root.geom.x if root.geom else None,
        lat=root.geom.y if root.geom else None,
        new=new,
        reason=reason,
        happened_at=at,
    )
