"""Alerts opened, repeated and cleared by crossings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext_noop

from layers.core import events
from layers.core.events import Happening
from layers.core.versions import begin_change

from . import grouping
from .crossings import Crossing, Outcome
from .models import Alert
from .places import place_all
from .reactions import react
from .ruleset import now_suppressed

SLUG = "alerts"
LATE = timedelta(minutes=10)
RETURNED = gettext_noop("returned to normal")


@dataclass(slots=True)
class Work:
    """What one outcome does to alerts, collected and then written at once."""

    outcome: Outcome
    now: datetime
    open: dict[int | None, Alert]
    created: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    log: list[tuple[Alert, str, datetime, dict[str, Any]]] = field(default_factory=list)

    def note(self, alert: Alert, kind: str, at: datetime, **new: Any) -> None:
        self.log.append((alert, kind, at, new))
        if alert.pk:
            self.changed[alert.pk] = alert


def apply(outcome: Outcome, crossings: list[Crossing]) -> None:
    """Open, repeat or clear the alerts that these new crossings concern."""
    begin_change(SLUG)
    row = outcome.rule.row
    features = {crossing.feature_id for crossing in crossings}
    found = Alert.objects.select_for_update().filter(
        rule_id=row.pk,
        layer=outcome.layer.slug,
        feature_id__in=features,
        closed_at=None,
    )
    work = Work(outcome, timezone.now(), {alert.feature_id: alert for alert in found})
    raise_on, lasting = outcome.rule.kind.raises(outcome.rule.params)
    for crossing in crossings:
        if crossing.on == raise_on:
            _raise(work, crossing, lasting)
        elif lasting:
            _clear(work, crossing)
    _write(work)


def _raise(work: Work, crossing: Crossing, lasting: bool) -> None:
    active = lasting and crossing.feature_id in work.outcome.active
    alert = work.open.get(crossing.feature_id)
    if alert is None:
        alert = _new_alert(work, crossing)
        work.open[crossing.feature_id] = alert
        work.created.append(alert)
        work.note(alert, "alert.raised", crossing.moment, severity=alert.severity)
    else:
        alert.repeats += 1
        work.note(alert, "alert.repeated", crossing.moment, repeats=alert.repeats)
        if not alert.active and alert.acked_at is not None:
            # it had gone and was seen; that it is back must be seen again
            alert.acked_at = alert.acked_by = None
            work.note(alert, "alert.realarmed", crossing.moment)
    alert.last_at = max(alert.last_at, crossing.moment)
    if active:
        alert.active, alert.cleared_at = True, None
    elif not lasting or alert.active:
        alert.active, alert.cleared_at = False, alert.cleared_at or crossing.moment
        if not lasting:
            work.note(alert, "alert.cleared", crossing.moment)


def _clear(work: Work, crossing: Crossing) -> None:
    alert = work.open.get(crossing.feature_id)
    if alert is None or crossing.feature_id in work.outcome.active:
        return
    alert.active, alert.cleared_at = False, crossing.moment
    work.note(alert, "alert.cleared", crossing.moment)
    if alert.acked_at is not None:
        close_returned(alert, work.now)
        work.note(alert, "alert.closed", work.now, reason=RETURNED)


def close_returned(alert: Alert, now: datetime) -> None:
    """ISA-18.2: over and acknowledged is back to normal, off the list."""
    alert.closed_at, alert.closed_reason = now, RETURNED


def _new_alert(work: Work, crossing: Crossing) -> Alert:
    row, slug = work.outcome.rule.row, work.outcome.layer.slug
    late = crossing.late or work.now - crossing.moment > LATE
    placed = crossing.lon is not None and crossing.lat is not None
    return Alert(
        source=f"rule:{row.slug}"[:60],
        external_id=f"{row.version}:{slug}:{crossing.feature_id}:{crossing.at:.3f}",
        title=f"{row.title}: {crossing.title}"[:200],
        unit_id=crossing.unit_id,
        geom=Point(crossing.lon, crossing.lat, srid=4326) if placed else None,
        rule=row,
        rule_version=row.version,
        layer=slug,
        feature_id=crossing.feature_id,
        feature_title=crossing.title[:200],
        severity=row.severity,
        playbook=row.playbook,
        zone_layer=row.zone_layer if crossing.zone_id else "",
        zone_id=crossing.zone_id,
        zone_title=crossing.zone_title[:200],
        raised_at=crossing.moment,
        last_at=crossing.moment,
        late=late,
        suppressed=now_suppressed(row, work.now),
    )


CHANGING = (
    "active",
    "cleared_at",
    "last_at",
    "repeats",
    "acked_at",
    "acked_by",
    "closed_at",
    "closed_reason",
    "updated_at",
)


def _write(work: Work) -> None:
    place_all(work.created)
    root = grouping.root_for(work.outcome, work.created, work.now)
    Alert.objects.bulk_create(work.created)
    for alert in work.changed.values():
        alert.updated_at = work.now
    Alert.objects.bulk_update(work.changed.values(), CHANGING)
    events.record(
        happening(alert, kind, at, new=new) for alert, kind, at, new in work.log
    )
    grouping.settle({alert.root_id for alert in work.changed.values()}, work.now)
    wanted = [root] if root is not None else work.created
    react(alert for alert in wanted if not alert.suppressed)


def happening(
    alert: Alert,
    kind: str,
    at: datetime,
    *,
    old: Any = None,
    new: Any = None,
    reason: str = "",
    actor_id: int | None = None,
) -> Happening:
    """An event of the alert itself."""
    return Happening(
        key=f"{kind}:{alert.pk}:{at.timestamp():.6f}",
        kind=kind,
        layer=SLUG,
        feature_id=alert.pk,
        title=alert.title,
        unit_id=alert.unit_id,
        lon=alert.geom.x if alert.geom else None,
        lat=alert.geom.y if alert.geom else None,
        old=old,
        new=new,
        reason=reason,
        happened_at=at,
        actor_id=actor_id,
    )
