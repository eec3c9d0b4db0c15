"""Rules that are grades of another: what is worse raises the severity of one alert.

A rule that names another in ``grade_of`` opens no alert of its own: its alerts are
those of that other rule (the base), and rise in place. The alert lasts as long as the
condition of any rule of the family does. Severity only rises: what has been is told
until the alert is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from layers.core import events

from .causes import OVER_MEMBERS
from .crossings import Outcome, Subject
from .models import Alert, Rule, RuleState
from .models.rule import SEVERITY_ORDER
from .records import happening

RISEN = "alert.risen"


@dataclass(slots=True)
class Families:
    """Bases by their code, and the other rules of the family of each rule."""

    bases: dict[str, Rule] = field(default_factory=dict)
    others: dict[int, list[int]] = field(default_factory=dict)

    def base(self, row: Rule) -> Rule:
        """The rule whose alerts those of ``row`` are; itself when it is no grade."""
        return self.bases.get(row.grade_of, row)

    def holds(self, row: Rule, layer: str, subject: Subject) -> bool:
        """Whether another rule of the family still finds it so."""
        others = self.others.get(row.pk)
        feature_id, part, _group = subject
        if not others or feature_id is None:
            return False
        return RuleState.objects.filter(
            rule__in=others, layer=layer, feature_id=feature_id, part=part, active=True
        ).exists()


def families(rows: Iterable[Rule]) -> Families:
    """The families of some rules."""
    mine = list(rows)
    codes = {row.grade_of or row.slug for row in mine}
    grades = list(Rule.objects.filter(grade_of__in=codes))
    if not grades:
        return Families()
    bases = Rule.objects.filter(slug__in={row.grade_of for row in grades})
    found = Families({row.slug: row for row in bases})
    members: dict[str, list[int]] = defaultdict(list)
    for row in (*found.bases.values(), *grades):
        members[row.grade_of or row.slug].append(row.pk)
    for pks in members.values():
        found.others |= {pk: [other for other in pks if other != pk] for pk in pks}
    return found


def in_order(outcomes: list[Outcome]) -> list[int]:
    """Places of outcomes so that a base comes before its grades, the less grave
    before the graver: what begins at once is raised once and then rises."""

    def rank(place: int) -> tuple[bool, int]:
        row = outcomes[place].rule.row
        return bool(row.grade_of), -SEVERITY_ORDER[row.severity]

    return sorted(range(len(outcomes)), key=rank)


def graver(severity: str, than: str) -> bool:
    return SEVERITY_ORDER[severity] < SEVERITY_ORDER[than]


def lift_roots(risen: list[Alert]) -> list[Alert]:
    """Roots of one cause rise with their members; those that did."""
    members = {alert.root_id: alert for alert in risen if alert.root_id is not None}
    roots = Alert.objects.select_for_update().filter(
        OVER_MEMBERS, pk__in=members, closed_at=None
    )
    lifted = []
    for root in roots:
        worst = min(
            (a for a in risen if a.root_id == root.pk),
            key=lambda alert: SEVERITY_ORDER[alert.severity],
        )
        if graver(worst.severity, root.severity):
            root.severity, root.playbook = worst.severity, worst.playbook
            root.acked_at = root.acked_by = None
            root.last_at = max(root.last_at, worst.last_at)
            root.save()
            lifted.append(root)
    events.record(
        happening(root, RISEN, root.last_at, new={"severity": root.severity})
        for root in lifted
    )
    return lifted
