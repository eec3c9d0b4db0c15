"""Alerts opened, repeated and cleared by crossings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from xxhash import xxh3_64_hexdigest

from layers.core import events
from layers.core.spec import Layer
from layers.core.versions import begin_change

from . import causes, grouping, suppressed
from .crossings import Crossing, Outcome, Subject
from .kinds.base import RuleKind
from .models import Alert, Certainty
from .places import place_all
from .reactions import react
from .records import RETURNED, SLUG, close_returned, happening

LATE = timedelta(minutes=10)
Note = tuple[Alert, str, datetime, str, dict[str, Any]]


# A rule and what an alert of it is about.
Key = tuple[int, Subject]


@dataclass(slots=True)
class Work:
    """What the rules of one layer do to alerts, collected and then written at once.
    ``outcome``: of the rule that is at work."""

    layer: Layer
    now: datetime
    outcome: Outcome
    open: dict[Key, Alert]
    created: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    upgraded: list[Alert] = field(default_factory=list)
    log: list[Note] = field(default_factory=list)

    def note(
        self, alert: Alert, kind: str, at: datetime, reason: str = "", **new: Any
    ) -> None:
        self.log.append((alert, kind, at, reason, new))
        if alert.pk:
            self.changed[alert.pk] = alert

    def key(self, crossing: Crossing) -> Key:
        return self.outcome.rule.row.pk, crossing.subject


def apply(outcome: Outcome, crossings: list[Crossing]) -> None:
    """Open, repeat or clear the alerts that these new crossings concern."""
    apply_all([(outcome, crossings)])


def apply_all(told: list[tuple[Outcome, list[Crossing]]]) -> None:
    """The same for the new crossings of many rules over one layer."""
    if not told:
        return
    begin_change(SLUG)
    first = told[0][0]
    work = Work(first.layer, timezone.now(), first, _open(told))
    for outcome, crossings in told:
        work.outcome = outcome
        raise_on, lasting = outcome.rule.kind.raises(outcome.rule.params)
        for crossing in crossings:
            if crossing.on == raise_on:
                if not crossing.reason:  # an expired zone is no reason for an alert
                    _raise(work, crossing, lasting and not crossing.maybe)
            elif lasting:
                _clear(work, crossing)
    _write(work)


def _open(told: list[tuple[Outcome, list[Crossing]]]) -> dict[Key, Alert]:
    """The open alerts of the rules about what the crossings concern."""
    every = [crossing for _outcome, crossings in told for crossing in crossings]
    features = {crossing.feature_id for crossing in every} - {None}
    groups = {c.group for c in every if c.feature_id is None}
    found = Alert.objects.select_for_update().filter(
        Q(feature_id__in=features) | Q(feature_id=None, group_key__in=groups),
        rule_id__in={outcome.rule.row.pk for outcome, _crossings in told},
        layer=told[0][0].layer.slug,
        closed_at=None,
    )
    return {(alert.rule_id, subject_of(alert)): alert for alert in found}


def subject_of(alert: Alert) -> Subject:
    """What an alert is about, as crossings say it."""
    group = alert.group_key if alert.feature_id is None else ""
    return alert.feature_id, alert.part, group


def _raise(work: Work, crossing: Crossing, lasting: bool) -> None:
    held = crossing.subject in work.outcome.active
    alert = work.open.get(work.key(crossing))
    if alert is None:
        alert = _new_alert(work, crossing)
        work.open[work.key(crossing)] = alert
        work.created.append(alert)
        work.note(alert, "alert.raised", crossing.moment, severity=alert.severity)
    elif crossing.maybe and alert.active:
        return  # what lasts is worse than what may have been
    elif alert.active and held and crossing.moment < alert.raised_at:
        # late observations show that what lasts began earlier: once, not again
        alert.raised_at = crossing.moment
        if alert.pk:
            work.changed[alert.pk] = alert
    else:
        _again(work, alert, crossing)
    alert.last_at = max(alert.last_at, crossing.moment)
    if lasting and held:
        alert.active, alert.cleared_at = True, None
    elif not lasting or alert.active:
        alert.active, alert.cleared_at = False, alert.cleared_at or crossing.moment
        if not lasting:
            work.note(alert, "alert.cleared", crossing.moment)


def _again(work: Work, alert: Alert, crossing: Crossing) -> None:
    """An open alert whose condition came once more, or is now proven."""
    alert.repeats += 1
    work.note(alert, "alert.repeated", crossing.moment, repeats=alert.repeats)
    upgraded = not crossing.maybe and alert.certainty == Certainty.POSSIBLE
    if upgraded:
        alert.certainty = Certainty.PROVEN
        alert.severity = work.outcome.rule.row.severity
        work.note(alert, "alert.proven", crossing.moment, severity=alert.severity)
        work.upgraded.append(alert)
    if alert.acked_at is not None and (upgraded or not alert.active):
        # it had gone and was seen, or was less; that must be seen again
        alert.acked_at = alert.acked_by = None
        work.note(alert, "alert.realarmed", crossing.moment)
    if crossing.evidence is not None and crossing.moment >= alert.last_at:
        alert.evidence = crossing.evidence
    if crossing.group:
        alert.group_key = crossing.group


def _clear(work: Work, crossing: Crossing) -> None:
    alert = work.open.get(work.key(crossing))
    if alert is None or crossing.subject in work.outcome.active:
        return
    alert.active, alert.cleared_at = False, crossing.moment
    work.note(alert, "alert.cleared", crossing.moment, reason=crossing.reason)
    if alert.acked_at is not None:
        close_returned(alert, work.now)
        work.note(alert, "alert.closed", work.now, reason=RETURNED)


def expire(alerts: Iterable[Alert], span: timedelta) -> int:
    """Clear alerts of which nothing new was told for ``span``; how many."""
    now, log, changed = timezone.now(), [], list(alerts)
    for alert in changed:
        alert.active, alert.cleared_at = False, alert.last_at + span
        log.append(happening(alert, "alert.cleared", alert.cleared_at))
        if alert.acked_at is not None:
            close_returned(alert, now)
            log.append(happening(alert, "alert.closed", now, reason=RETURNED))
        alert.save()
    events.record(log)
    grouping.gather(changed)
    grouping.settle({alert.root_id for alert in changed}, now)
    return len(changed)


def _new_alert(work: Work, crossing: Crossing) -> Alert:
    row, slug = work.outcome.rule.row, work.layer.slug
    late = crossing.late or work.now - crossing.moment > LATE
    kind, params = work.outcome.rule.kind, work.outcome.rule.params
    lesser = kind.maybe_severity(params) if crossing.maybe else ""
    placed = crossing.lon is not None and crossing.lat is not None
    return Alert(
        source=f"rule:{row.slug}"[:60],
        external_id=_name(f"{row.version}:{slug}:{crossing.name}:{crossing.at:.3f}"),
        title=_title(row.title, crossing),
        unit_id=crossing.unit_id,
        geom=Point(crossing.lon, crossing.lat, srid=4326) if placed else None,
        rule=row,
        rule_version=row.version,
        layer=slug,
        feature_id=crossing.feature_id,
        part=crossing.part,
        part_title=crossing.part_title,
        group_key=crossing.group,
        feature_title=crossing.title[:200],
        severity=lesser or row.severity,
        certainty=_certainty(kind, crossing),
        evidence=crossing.evidence,
        playbook=row.playbook,
        zone_layer=row.zone_layer if crossing.zone_id else "",
        zone_id=crossing.zone_id,
        zone_title=crossing.zone_title[:200],
        raised_at=crossing.moment,
        last_at=crossing.moment,
        late=late,
    )


NAME_LENGTH = 80


def _name(name: str) -> str:
    """No longer than the column, and still its own."""
    if len(name) <= NAME_LENGTH:
        return name
    digest = xxh3_64_hexdigest(name.encode())
    return f"{name[: NAME_LENGTH - len(digest) - 1]}:{digest}"


def _title(rule: str, crossing: Crossing) -> str:
    """The rule, the feature and what of it; of a pair both."""
    part = crossing.part_title or crossing.part
    other = (crossing.evidence or {}).get("other_title", "")
    told = f"{rule}: {crossing.title}" + (f" \N{EN DASH} {other}" if other else "")
    return (told if part in crossing.title else f"{told}, {part}")[:200]


def _certainty(kind: RuleKind, crossing: Crossing) -> str:
    if not kind.maybe_verb:
        return ""
    return Certainty.POSSIBLE if crossing.maybe else Certainty.PROVEN


CHANGING = (
    "severity",
    "certainty",
    "evidence",
    "group_key",
    "active",
    "cleared_at",
    "raised_at",
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
    suppressed.mark(work.created, work.now)
    grouping.under_groups(work.created)
    listed = [alert for alert in work.created if not alert.suppressed]
    roots = causes.arrange(work.layer, listed, work.now)
    Alert.objects.bulk_create(work.created)
    for alert in work.changed.values():
        alert.updated_at = work.now
    Alert.objects.bulk_update(work.changed.values(), CHANGING)
    events.record(
        happening(alert, kind, at, new=new, reason=reason)
        for alert, kind, at, reason, new in [*work.log, *_held_back(work)]
    )
    every = [*work.created, *work.changed.values()]
    grouping.gather(every)
    grouping.settle({alert.root_id for alert in every}, work.now)
    alone = [alert for alert in listed if alert.root is None]
    known = {alert.pk for alert in alone}
    again = [a for a in work.upgraded if not a.suppressed and a.pk not in known]
    react([*roots, *alone, *again])


def _held_back(work: Work) -> list[Note]:
    """The log says of new alerts that they were suppressed, and by what."""
    return [
        (
            alert,
            "alert.suppressed",
            work.now,
            alert.suppressed_by.reason if alert.suppressed_by else "",
            {},
        )
        for alert in work.created
        if alert.suppressed
    ]
