"""Rules tried on what was recorded: events, alerts of other rules, dates of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Q

from layers.alerts.kinds.compound import Spells, pair
from layers.alerts.models import Alert
from layers.alerts.sight import of_live
from layers.core.ingest import Observed
from layers.core.models import Event

from . import result
from .booking import Change
from .seen import WARM_UP_S, Seen
from .ticking import Live, step_of
from .trial import Trial, only

EVENTS_AT_ONCE = 2_000
# Alerts of each of two rules that are compared.
MOST_ALERTS = 2_000


def over_events(trial: Trial, seen: Seen) -> None:
    """The recorded events of the layer that begin and end the condition."""
    rule = trial.rule
    if rule.kind.hears is None:
        return
    began, ended = rule.kind.hears(rule.params)
    wanted = Event.objects.filter(
        layer=rule.row.layer,
        kind__in=[began, ended] if ended else [began],
        happened_at__gte=result.moment(seen.since - WARM_UP_S),
        happened_at__lt=result.moment(seen.until),
    ).order_by("happened_at", "pk")
    batch: list[Event] = []
    for event in wanted.iterator(chunk_size=EVENTS_AT_ONCE):
        batch.append(event)
        if len(batch) >= EVENTS_AT_ONCE:
            _hear(trial, batch, began, seen)
            batch = []
    if batch:
        _hear(trial, batch, began, seen)
    _lapse(trial, seen.until)


def _hear(trial: Trial, events: Sequence[Event], began: str, seen: Seen) -> None:
    lasts_s = (getattr(trial.rule.params, "lasts_minutes", None) or 0) * 60
    ids = {event.feature_id for event in events if event.feature_id is not None}
    passed = _passed(trial, ids)
    changes = [
        _change(event, on=event.kind == began)
        for event in events
        # an end always counts, and so does what concerns a group
        if event.kind != began or event.feature_id is None or event.feature_id in passed
    ]
    if lasts_s:
        for change in changes:
            _lapse(trial, change.at)
            trial.book.apply([change])
    else:
        trial.book.apply(changes)
    times = [event.happened_at.timestamp() for event in events]
    seen.saw(min(times), max(times), len(events), seen.since)


def _lapse(trial: Trial, now: float) -> None:
    """End what was not told anew within the time that the rule gives."""
    lasts = getattr(trial.rule.params, "lasts_minutes", None)
    if lasts:
        trial.book.lapse(lasts * 60, now)


def _passed(trial: Trial, ids: Iterable[int]) -> set[int]:
    asked = np.array(sorted(ids), dtype=np.int64)
    return set(asked[trial.wanted(asked)].tolist()) if len(asked) else set()


def _change(event: Event, *, on: bool) -> Change:
    new = event.new if isinstance(event.new, dict) else {}
    group = str(new.get("group") or "")
    delay = (event.known_at - event.happened_at).total_seconds()
    return Change(
        subject=event.feature_id if event.feature_id is not None else group,
        title=event.title or group,
        unit_id=event.unit_id or 0,
        lon=event.geom.x if event.geom else float("nan"),
        lat=event.geom.y if event.geom else float("nan"),
        at=event.happened_at.timestamp(),
        on=on,
        delay_s=delay,
    )


def over_alerts(trial: Trial, seen: Seen) -> None:
    """A rule over pairs of alerts: those of its two rules that were raised."""
    rule = trial.rule
    if rule.kind.pairs is None:
        return
    first, second = (_alerts(code, seen) for code in rule.kind.pairs(rule.params))
    met = pair(rule.params, _spells(first), _spells(second))
    changes: list[Change] = []
    for one, at, until in zip(
        met.one.tolist(), met.at.tolist(), met.until.tolist(), strict=True
    ):
        changes.append(_of_alert(first[one], at, on=True))
        if np.isfinite(until):
            changes.append(_of_alert(first[one], until, on=False))
    trial.book.apply(changes)
    times = [alert.raised_at.timestamp() for alert in [*first, *second]]
    if times:
        seen.saw(min(times), max(times), len(times), seen.since)


def _alerts(code: str, seen: Seen) -> list[Alert]:
    """Alerts of a rule that were there in the span, the newest if they are many."""
    begin = result.moment(seen.since - WARM_UP_S)
    found = Alert.objects.filter(
        Q(cleared_at=None) | Q(cleared_at__gte=begin),
        rule__slug=code,
        suppressed=False,
        geom__isnull=False,
        raised_at__lt=result.moment(seen.until),
    )
    return list(found.order_by("-raised_at", "-pk")[:MOST_ALERTS])[::-1]


def _spells(alerts: Sequence[Alert]) -> Spells:
    ends = [
        np.inf if a.cleared_at is None else a.cleared_at.timestamp() for a in alerts
    ]
    return Spells(
        id=np.array([alert.pk for alert in alerts], dtype=np.int64),
        begins=np.array([alert.raised_at.timestamp() for alert in alerts]),
        ends=np.array(ends),
        lon=np.array([_place(alert)[0] for alert in alerts]),
        lat=np.array([_place(alert)[1] for alert in alerts]),
    )


def _place(alert: Alert) -> tuple[float, float]:
    return (alert.geom.x, alert.geom.y) if alert.geom else (np.nan, np.nan)


def _of_alert(alert: Alert, at: float, *, on: bool) -> Change:
    lon, lat = _place(alert)
    return Change(
        subject=alert.pk,
        title=alert.title,
        unit_id=alert.unit_id or 0,
        lon=lon,
        lat=lat,
        at=at,
        on=on,
    )


def over_rows(trial: Trial, seen: Seen) -> None:
    """Dates of the layer's rows as they are today, looked at by a clock of the past."""
    columns = sorted(trial.rule.kind.columns(trial.rule.params))
    sight = of_live(trial.layer, columns)
    batch = sight.batch
    rows = Observed(
        feature_id=batch.feature_id,
        at=batch.at,
        lon=batch.lon,
        lat=batch.lat,
        unit_id=sight.unit_id,
        title=sight.title,
        newest=np.ones(len(batch), dtype=bool),
        values=batch.values,
    )
    live = Live(step_of(seen.since, seen.until), seen.since - WARM_UP_S)
    live.rows = only(rows, trial.wanted(rows.feature_id))
    seen.step_s = max(seen.step_s, live.step_s)
    live.finish(trial, seen.until)
    seen.saw(seen.since, seen.until, len(live.rows), seen.since)
