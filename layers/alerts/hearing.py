"""Rules over events: what other parts of the system record raises and ends alerts.

The events themselves are the memory: whether a condition holds is what the newest
of its two kinds says, by the time it happened, so late ones do no harm.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from layers.core.models import Event
from layers.core.spec import Layer, by_role, registry
from layers.core.versions import begin_change, hold

from . import ruleset, series
from .crossings import Crossing, Outcome, Subject
from .grouping import close_all
from .kinds import kinds
from .models import Alert
from .raising import apply, expire
from .ruleset import LoadedRule
from .sight import matching

NEWEST = (Path(__file__).parent / "sql" / "newest_events.sql").read_text()
GROUP_MOST = 80
WITHDRAWN = gettext_noop("withdrawn: it should not have been raised")


def run(events: list[Event]) -> None:
    """The event listener: fresh events against the rules of their layers."""
    own = by_role(ruleset.ROLE).slug
    told = {verb for kind in kinds.values() for verb in (*kind.verbs, kind.maybe_verb)}
    by_layer: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        # what a rule has found is an alert already
        if event.layer != own and event.kind not in told and event.layer in registry:
            by_layer[event.layer].append(event)
    for slug, heard in by_layer.items():
        for rule in ruleset.of_layer(slug):
            hear(registry[slug], rule, heard)


def hear(layer: Layer, rule: LoadedRule, events: list[Event]) -> int:
    """One rule on some events of its layer; how many concerned it."""
    if rule.kind.hears is None:
        return 0
    count = _hear(layer, rule, events)
    wrong = getattr(rule.params, "withdrawn", "")
    taken_back = {
        (event.feature_id, part_of(event)[0])
        for event in events
        if wrong and event.kind == wrong
    }
    if taken_back:
        _withdraw(layer, rule, taken_back)
    return count + len(taken_back)


def _withdraw(
    layer: Layer, rule: LoadedRule, taken_back: set[tuple[int | None, str]]
) -> None:
    """Close what is over and should not have been raised."""
    begin_change(by_role(ruleset.ROLE).slug)
    over = Alert.objects.select_for_update().filter(
        rule=rule.row,
        layer=layer.slug,
        feature_id__in={feature_id for feature_id, _part in taken_back} - {None},
        active=False,
        closed_at=None,
    )
    mine = [alert for alert in over if (alert.feature_id, alert.part) in taken_back]
    close_all(mine, timezone.now(), WITHDRAWN)


def _hear(layer: Layer, rule: LoadedRule, events: list[Event]) -> int:
    """Beginnings and ends; how many concerned the rule."""
    if rule.kind.hears is None:
        return 0
    began, ended = rule.kind.hears(rule.params)
    mine = [event for event in events if event.kind in (began, ended)]
    mine = _wanted(layer, rule, mine, began)
    if not mine:
        return 0
    # one after the other: who comes second sees what the first has recorded
    hold(by_role(ruleset.ROLE).slug)
    crossings = [_crossing(event, event.kind == began) for event in mine]
    active = _active(layer, began, ended, crossings)
    crossings += _known_ends(layer, ended, crossings, active)
    crossings.sort(key=lambda crossing: (crossing.at, crossing.on))
    apply(
        Outcome(layer=layer, rule=rule, crossings=crossings, active=active), crossings
    )
    return len(crossings)


def _wanted(
    layer: Layer, rule: LoadedRule, events: list[Event], began: str
) -> list[Event]:
    """Without the features and parts that the rule leaves out; an end always counts,
    and so does what concerns a group."""
    parts = rule.row.parts
    events = [
        event
        for event in events
        if not parts
        or event.kind != began
        or event.feature_id is None
        or part_of(event)[0] in parts
    ]
    if not rule.row.feature_filter or not events:
        return events
    asked = {
        event.feature_id
        for event in events
        if event.kind == began and event.feature_id is not None
    }
    wanted: set[int | None] = {None, *matching(layer, rule.row.feature_filter, asked)}
    return [e for e in events if e.kind != began or e.feature_id in wanted]


def _crossing(event: Event, on: bool) -> Crossing:
    new = event.new if isinstance(event.new, dict) else {}
    part, part_title = part_of(event)
    return Crossing(
        feature_id=event.feature_id,
        part=part,
        part_title=part_title,
        title=event.title or group_of(new),
        unit_id=event.unit_id,
        lon=event.geom.x if event.geom else None,
        lat=event.geom.y if event.geom else None,
        zone_id=None,
        zone_version=0,
        zone_title="",
        at=event.happened_at.timestamp(),
        on=on,
        late=False,
        group=group_of(new),
        evidence={"event": event.kind, "event_id": event.pk},
    )


def _known_ends(
    layer: Layer, ended: str, crossings: list[Crossing], active: set[Subject]
) -> list[Crossing]:
    """For beginnings that came late: the ends that were recorded before them."""
    told = {crossing.subject for crossing in crossings if not crossing.on}
    found = []
    for crossing in crossings:
        if not crossing.on or crossing.subject in active | told or not ended:
            continue
        known = Event.objects.filter(
            layer=layer.slug,
            feature_id=crossing.feature_id,
            kind=ended,
            happened_at__gte=crossing.moment,
        ).order_by("happened_at", "pk")
        ends = (_crossing(event, on=False) for event in known)
        found += [end for end in ends if end.subject == crossing.subject][:1]
    return found


def part_of(event: Event) -> tuple[str, str]:
    """What of its feature an event is about, and the title of that; "": all of it."""
    new = event.new if isinstance(event.new, dict) else {}
    if event.feature_id is None:
        return "", ""
    part = str(new.get("part") or "")[: series.LENGTH]
    return part, str(new.get("part_title") or part)[: series.TITLE_LENGTH]


def group_of(new: dict[str, Any]) -> str:
    """The group that an event names, as kept with alerts."""
    return str(new.get("group") or "")[:GROUP_MOST]


def _active(
    layer: Layer, began: str, ended: str, crossings: list[Crossing]
) -> set[Subject]:
    """The subjects of which the newest event, by its time, is the one that began."""
    features = sorted(
        {(c.feature_id, c.part) for c in crossings if c.feature_id is not None}
    )
    groups = sorted({c.group for c in crossings if c.feature_id is None})
    found: set[Subject] = set()
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "layer": layer.slug,
            "kinds": [began, ended],
            "began": began,
            "features": [feature_id for feature_id, _part in features],
            "parts": [part for _feature_id, part in features],
            "groups": groups,
        }
        cursor.execute(NEWEST, values)
        for feature_id, part, group, on in cursor.fetchall():
            if on:
                found.add((feature_id, part, group))
    return found


def over_by_time(rule: LoadedRule) -> int:
    """End what was not told anew within the time that the rule gives; how many."""
    lasts = getattr(rule.params, "lasts_minutes", None)
    if not lasts:
        return 0
    span = timedelta(minutes=lasts)
    due = Alert.objects.filter(
        rule=rule.row,
        active=True,
        closed_at=None,
        last_at__lte=timezone.now() - span,
    )
    if not due.exists():
        return 0
    begin_change(by_role(ruleset.ROLE).slug)
    return expire(due.select_for_update(), span)
