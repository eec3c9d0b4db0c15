"""Alerts opened, repeated and cleared by crossings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from xxhash import xxh3_64_hexdigest

from layers.core import events
from layers.core.versions import begin_change

from . import grading, grouping
from .crossings import Crossing, Outcome, Subject
from .grading import Families
from .kinds.base import RuleKind
from .models import Alert, Certainty
from .records import RETURNED, SLUG, close_returned, happening
from .work import Key, Work, write

LATE = timedelta(minutes=10)


def apply(outcome: Outcome, crossings: list[Crossing]) -> None:
    """Open, repeat or clear the alerts that these new crossings concern."""
    apply_all([(outcome, crossings)])


def apply_all(told: list[tuple[Outcome, list[Crossing]]]) -> None:
    """The same for the new crossings of many rules over one layer."""
    if not told:
        return
    begin_change(SLUG)
    outcomes = [outcome for outcome, _crossings in told]
    families = grading.families(outcome.rule.row for outcome in outcomes)
    work = Work(outcomes[0].layer, timezone.now(), outcomes[0], families)
    work.open = _open(told, families)
    for place in grading.in_order(outcomes):
        outcome, crossings = told[place]
        work.outcome = outcome
        raise_on, lasting = outcome.rule.kind.raises(outcome.rule.params)
        for crossing in crossings:
            if crossing.on == raise_on:
                if not crossing.reason:  # an expired zone is no reason for an alert
                    _raise(work, crossing, lasting and not crossing.maybe)
            elif lasting:
                _clear(work, crossing)
    write(work)


def _open(
    told: list[tuple[Outcome, list[Crossing]]], families: Families
) -> dict[Key, Alert]:
    """The open alerts of the rules about what the crossings concern."""
    every = [crossing for _outcome, crossings in told for crossing in crossings]
    features = {crossing.feature_id for crossing in every} - {None}
    groups = {c.group for c in every if c.feature_id is None}
    found = Alert.objects.select_for_update().filter(
        Q(feature_id__in=features) | Q(feature_id=None, group_key__in=groups),
        rule_id__in={families.base(outcome.rule.row).pk for outcome, _c in told},
        layer=told[0][0].layer.slug,
        closed_at=None,
    )
    return {(alert.rule_id, subject_of(alert)): alert for alert in found}


def subject_of(alert: Alert) -> Subject:
    """What an alert is about, as crossings say it."""
    group = alert.group_key if alert.feature_id is None else ""
    return alert.feature_id, alert.part, group


def _raise(work: Work, crossing: Crossing, lasting: bool) -> None:
    held = work.held(crossing)
    alert = work.open.get(work.key(crossing))
    if alert is None:
        alert = _new_alert(work, crossing)
        work.open[work.key(crossing)] = alert
        work.created.append(alert)
        work.note(alert, "alert.raised", crossing.moment, severity=alert.severity)
    elif work.rule.grade_of and grading.graver(work.rule.severity, alert.severity):
        _rise(work, alert, crossing)
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


def _rise(work: Work, alert: Alert, crossing: Crossing) -> None:
    """What an open alert is about has become worse: it rises in place."""
    row = work.rule
    alert.severity, alert.title = row.severity, _title(row.title, crossing)
    alert.playbook = row.playbook or alert.playbook
    alert.evidence = work.evidence(crossing) or alert.evidence
    work.note(alert, grading.RISEN, crossing.moment, severity=alert.severity)
    work.upgraded.append(alert)
    if alert.acked_at is not None:
        alert.acked_at = alert.acked_by = None
        work.note(alert, "alert.realarmed", crossing.moment)


def _again(work: Work, alert: Alert, crossing: Crossing) -> None:
    """An open alert whose condition came once more, or is now proven."""
    alert.repeats += 1
    work.note(alert, "alert.repeated", crossing.moment, repeats=alert.repeats)
    upgraded = not crossing.maybe and alert.certainty == Certainty.POSSIBLE
    if upgraded:
        alert.certainty = Certainty.PROVEN
        alert.severity = work.rule.severity
        work.note(alert, "alert.proven", crossing.moment, severity=alert.severity)
        work.upgraded.append(alert)
    if alert.acked_at is not None and (upgraded or not alert.active):
        # it had gone and was seen, or was less; that must be seen again
        alert.acked_at = alert.acked_by = None
        work.note(alert, "alert.realarmed", crossing.moment)
    if crossing.moment >= alert.last_at:
        alert.evidence = work.evidence(crossing) or alert.evidence
    if crossing.group:
        alert.group_key = crossing.group


def _clear(work: Work, crossing: Crossing) -> None:
    alert = work.open.get(work.key(crossing))
    if alert is None or work.held(crossing):
        return
    if work.rule.grade_of and not alert.active:
        return  # it was told when the rule itself was over
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
    row, slug = work.rule, work.layer.slug
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
        rule=work.base,
        rule_version=work.base.version,
        layer=slug,
        feature_id=crossing.feature_id,
        part=crossing.part,
        part_title=crossing.part_title,
        group_key=crossing.group,
        feature_title=crossing.title[:200],
        severity=lesser or row.severity,
        certainty=_certainty(kind, crossing),
        evidence=work.evidence(crossing),
        playbook=row.playbook or work.base.playbook,
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
