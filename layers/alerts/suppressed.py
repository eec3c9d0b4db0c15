"""Suppression by design (ISA-18.2): calibration, maintenance, an outage, an exercise.

Alerts about what is suppressed are raised and logged, off the list and without
reaction. When nothing suppresses them any longer, what is still active comes to the
list as new; what is over is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from layers.core import events
from layers.core.spec import registry
from layers.core.versions import begin_change

from . import causes, grouping
from .models import Alert, Suppression
from .reactions import react
from .records import RETURNED, SLUG, close_returned, happening
from .ruleset import now_suppressed
from .sight import matching

HIDING = ("suppressed", "suppressed_by", "updated_at")
SHOWING = (*HIDING, "closed_at", "closed_reason", "root")


def mark(alerts: list[Alert], now: datetime) -> None:
    """New alerts (not stored yet) of what is suppressed now, or was when they arose
    (late data of a calibration)."""
    by_rule = [alert for alert in alerts if now_suppressed(alert.rule, now)]
    for alert in by_rule:
        alert.suppressed = True
    if not alerts:
        return
    first = min(alert.raised_at for alert in alerts)
    for row in _rows(since=min(first, now), until=now):
        _mark(row, [alert for alert in alerts if _at(row, alert, now)])


def _mark(row: Suppression, alerts: list[Alert]) -> None:
    mine = [alert for alert in alerts if alert.suppressed_by is None]
    for alert in _meant(row, mine):
        alert.suppressed, alert.suppressed_by = True, row


def _rows(since: datetime, until: datetime) -> QuerySet[Suppression]:
    """Suppressions in force at some time of the span."""
    over = Coalesce("ended_at", "ends_at")
    found = Suppression.objects.annotate(over=over).select_related("rule")
    return found.filter(starts_at__lte=until, over__gt=since).order_by("pk")


def _at(row: Suppression, alert: Alert, now: datetime) -> bool:
    over = row.ended_at or row.ends_at
    return row.starts_at <= now < over or row.starts_at <= alert.raised_at < over


def _meant(row: Suppression, alerts: list[Alert]) -> list[Alert]:
    """Those of ``alerts`` that a suppression is about, by rule, layer, feature, part
    and filter."""
    found = [
        alert
        for alert in alerts
        if row.rule_id in (None, alert.rule_id)
        and row.layer in ("", alert.layer)
        and row.feature_id in (None, alert.feature_id)
        and row.part in ("", alert.part)
    ]
    if not row.feature_filter or not found:
        return found
    slug = row.layer or (row.rule.layer if row.rule else "")
    if slug not in registry:
        return []
    ids = [alert.feature_id for alert in found if alert.feature_id is not None]
    wanted = matching(registry[slug], row.feature_filter, ids)
    return [alert for alert in found if alert.feature_id in wanted]


def sweep() -> int:
    """Hide what is open and suppressed now, and bring back what no longer is; how many
    alerts changed."""
    now = timezone.now()
    if not _rows(now, now).exists() and not _held().exists():
        return 0
    with transaction.atomic():
        begin_change(SLUG)
        hidden = sum(_hide(row, now) for row in _rows(now, now))
        return hidden + _release(now)


def _held() -> QuerySet[Alert]:
    return Alert.objects.filter(suppressed=True, closed_at=None)


def _open(row: Suppression) -> QuerySet[Alert]:
    """Listed alerts that a suppression may be about; roots follow their members."""
    exact = {
        "rule_id": row.rule_id,
        "layer": row.layer or None,
        "feature_id": row.feature_id,
        "part": row.part or None,
    }
    root = causes.OVER_MEMBERS & Q(feature_id=None, members__isnull=False)
    return (
        Alert.objects.filter(suppressed=False, closed_at=None)
        .filter(**{name: value for name, value in exact.items() if value is not None})
        .exclude(pk__in=Alert.objects.filter(root, closed_at=None).values("pk"))
    )


def _hide(row: Suppression, now: datetime) -> int:
    alerts = _meant(row, list(_open(row).select_for_update().select_related("rule")))
    for alert in alerts:
        alert.suppressed, alert.suppressed_by, alert.updated_at = True, row, now
    Alert.objects.bulk_update(alerts, HIDING)
    note = {"until": row.ends_at.isoformat(), "kind": row.kind}
    events.record(
        happening(alert, "alert.suppressed", now, new=note, reason=row.reason)
        for alert in alerts
    )
    _roots({alert.root_id for alert in alerts}, now)
    return len(alerts)


def _release(now: datetime) -> int:
    """Alerts that nothing suppresses any longer."""
    held = list(_held().select_for_update(of=("self",)).select_related("rule"))
    members = Alert.objects.filter(root__in=held, closed_at=None)
    over = set(members.values_list("root_id", flat=True))
    held = [a for a in held if a.pk not in over and not now_suppressed(a.rule, now)]
    covered: set[int] = set()
    for row in _rows(now, now):
        covered |= {alert.pk for alert in _meant(row, held)}
    free = [alert for alert in held if alert.pk not in covered]
    if free:
        _show(free, now)
    return len(free)


def _show(alerts: list[Alert], now: datetime) -> None:
    log = []
    back = []
    for alert in alerts:
        alert.updated_at = now
        if alert.active:
            alert.suppressed, alert.suppressed_by = False, None
            back.append(alert)
            log.append(happening(alert, "alert.unsuppressed", now))
        else:
            close_returned(alert, now)
            log.append(happening(alert, "alert.closed", now, reason=RETURNED))
    made = _arranged(back, now)
    Alert.objects.bulk_update(alerts, SHOWING)
    events.record(log)
    roots = {alert.root_id for alert in alerts}
    _roots(roots, now)
    grouping.settle(roots, now)
    grouping.gather(alerts)
    shown = Alert.objects.filter(pk__in=[a.pk for a in back], root=None)
    react([*made, *shown.select_related("rule")])


def _arranged(alerts: list[Alert], now: datetime) -> list[Alert]:
    """New on the list: under roots where they are many."""
    by_layer: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        by_layer[alert.layer].append(alert)
    return [
        root
        for slug, mine in sorted(by_layer.items())
        if slug in registry
        for root in causes.arrange(registry[slug], mine, now)
    ]


def _roots(root_ids: Iterable[int | None], now: datetime) -> None:
    """A root over members is suppressed when all of them are."""
    wanted = [root_id for root_id in root_ids if root_id is not None]
    roots = Alert.objects.filter(causes.OVER_MEMBERS, pk__in=wanted, closed_at=None)
    for root in roots.select_for_update():
        open_members = root.members.filter(closed_at=None)
        shown = open_members.filter(suppressed=False).exists()
        if not open_members.exists() or root.suppressed != shown:
            continue
        root.suppressed, root.updated_at = not shown, now
        root.save(update_fields=["suppressed", "updated_at"])
        kind = "alert.unsuppressed" if shown else "alert.suppressed"
        events.record([happening(root, kind, now)])
