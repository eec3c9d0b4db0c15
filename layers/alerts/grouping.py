"""Many alerts of one cause stand under one root, so that one is on the list."""

from __future__ import annotations

from datetime import datetime

from django.contrib.gis.geos import MultiPoint
from django.utils.translation import ngettext

from layers.core import events
from layers.core.events import Happening

from .crossings import Outcome
from .models import Alert
from .ruleset import now_suppressed

# So many new alerts of one rule in one batch have one cause.
GROUP_FROM = 10


def root_for(outcome: Outcome, created: list[Alert], now: datetime) -> Alert | None:
    """The root above ``created`` when they are many; they are put under it."""
    if len(created) < GROUP_FROM:
        return None
    row = outcome.rule.row
    root = (
        Alert.objects.select_for_update()
        .filter(rule=row, layer=outcome.layer.slug, feature_id=None, closed_at=None)
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


def settle(root_ids: set[int | None], now: datetime) -> None:
    """A root is over when all its members are; over and acknowledged, it closes."""
    wanted = [root_id for root_id in root_ids if root_id is not None]
    for root in Alert.objects.select_for_update().filter(pk__in=wanted, closed_at=None):
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


def _event(root: Alert, kind: str, at: datetime, new: dict[str, object]) -> Happening:
    return Happening(
        key=f"{kind}:{root.pk}:{at.timestamp():.6f}",
        kind=kind,
        layer="alerts",
        feature_id=root.pk,
        title=root.title,
        lon=root.geom.x if root.geom else None,
        lat=root.geom.y if root.geom else None,
        new=new,
        happened_at=at,
    )
