"""What the rules of one layer do to alerts, collected and then written at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from layers.core import events, showing
from layers.core.spec import Layer

from . import causes, grading, grouping, suppressed
from .crossings import Crossing, Outcome, Subject
from .grading import Families
from .models import Alert, Rule
from .places import place_all
from .reactions import react
from .records import happening

Note = tuple[Alert, str, datetime, str, dict[str, Any]]


# A rule and what an alert of it is about.
Key = tuple[int, Subject]


@dataclass(slots=True)
class Work:
    """What the rules of one layer do to alerts, collected and then written at once.
    ``outcome``: of the rule that is at work; ``families``: of rules that are grades
    of others."""

    layer: Layer
    now: datetime
    outcome: Outcome
    families: Families
    open: dict[Key, Alert] = field(default_factory=dict)
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

    @property
    def rule(self) -> Rule:
        """The rule at work."""
        return self.outcome.rule.row

    @property
    def base(self) -> Rule:
        """The rule whose alerts these are."""
        return self.families.base(self.rule)

    def key(self, crossing: Crossing) -> Key:
        return self.base.pk, crossing.subject

    def held(self, crossing: Crossing) -> bool:
        """Whether the condition still holds, by this rule or one of its family."""
        subject = crossing.subject
        return subject in self.outcome.active or self.families.holds(
            self.rule, self.layer.slug, subject
        )

    def evidence(self, crossing: Crossing) -> dict[str, Any] | None:
        """What the kind of rule has to show, else what the layer has."""
        if crossing.evidence is not None or crossing.feature_id is None:
            return crossing.evidence
        name = str(self.rule.params.get("field", ""))
        subject = crossing.feature_id, crossing.part
        return showing.evidence(self.layer, *subject, name, crossing.moment)


CHANGING = (
    "title",
    "severity",
    "playbook",
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


def write(work: Work) -> None:
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
    lifted = grading.lift_roots(work.upgraded)
    again = [
        alert
        for alert in work.upgraded
        if not alert.suppressed and alert.root_id is None and alert.pk not in known
    ]
    again = list({alert.pk: alert for alert in again}.values())
    react([*roots, *alone, *again, *lifted])


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
