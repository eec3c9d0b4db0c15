"""The list of rules with what each of them costs, and the versions of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from layers.alerts.kinds import kinds
from layers.alerts.models import Alert, Rule, RuleDraft
from layers.core.models import Event
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

from . import body as bodies
from .result import BUDGET_DAY, level

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
DONE = ("rule.approved", "rule.switched_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the list is narrowed to; empty: everything."""

    text: str = ""
    state: str = ""
    layer: str = ""
    kind: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule. ``share``: of the alarm budget of one operator, last 7 days."""

    rule: Rule
    state: str
    week: int
    month: int
    share: float
    level: str
    drafts: list[RuleDraft]
    kind_title: str
    layer_title: str


def rows(grant: Grant, asked: Asked) -> list[Row]:
    """Rules over layers that the caller may see, as asked."""
    now = timezone.now()
    counts = _counts(now)
    waiting: dict[int | None, list[RuleDraft]] = {}
    for draft in open_drafts(grant):
        waiting.setdefault(draft.rule_id, []).append(draft)
    found = []
    for rule in _rules(grant, asked):
        week, month = counts.get(rule.pk, (0, 0))
        mine = Row(
            rule=rule,
            state=state_of(rule, now),
            week=week,
            month=month,
            share=week / 7 / BUDGET_DAY,
            level=level(week / 7),
            drafts=waiting.get(rule.pk, []),
            kind_title=_kind_title(rule.kind),
            layer_title=_layer_title(rule.layer),
        )
        if not asked.state or asked.state == mine.state:
            found.append(mine)
    return sorted(found, key=lambda row: (-row.week, row.rule.shown_title))


def _rules(grant: Grant, asked: Asked) -> list[Rule]:
    rules = Rule.objects.filter(layer__in=sorted(grant.layers))
    if asked.text:
        words = Q()
        for name in ("slug", "title", "title_en", "legal_basis"):
            words |= Q(**{f"{name}__icontains": asked.text})
        rules = rules.filter(words)
    for name in ("layer", "kind", "severity"):
        if value := getattr(asked, name):
            rules = rules.filter(**{name: value})
    return list(rules)


def _counts(now: datetime) -> dict[int, tuple[int, int]]:
    """Alerts of each rule in the last 7 and 30 days; figures name nobody."""
    found = (
        Alert.objects.filter(raised_at__gte=now - MONTH)
        .order_by()
        .values("rule_id")
        .annotate(
            month=Count("pk"), week=Count("pk", filter=Q(raised_at__gte=now - WEEK))
        )
    )
    return {row["rule_id"]: (row["week"], row["month"]) for row in found}


def state_of(rule: Rule, now: datetime) -> str:
    """``on``, ``off`` or ``suppressed`` for a while."""
    if not rule.enabled:
        return "off"
    until = rule.suppressed_until
    return "suppressed" if until is not None and until > now else "on"


def open_drafts(grant: Grant) -> list[RuleDraft]:
    """Drafts in work and waiting, over layers that the caller may see."""
    drafts = RuleDraft.objects.filter(status__in=("draft", "submitted"))
    return [
        draft
        for draft in drafts.select_related("author", "rule")
        if draft.body.get("layer") in grant.layers
    ]


def _kind_title(slug: str) -> str:
    return str(kinds[slug].title) if slug in kinds else slug


def _layer_title(slug: str) -> str:
    return str(registry[slug].title) if slug in registry else slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A rule as it once was: what changed then, by whom and why."""

    number: int
    at: datetime
    by: str
    second: str
    why: str
    changes: list[dict[str, Any]]
    body: dict[str, Any]


def versions(rule: Rule) -> list[Version]:
    """All versions, the newest first, from the history of the row."""
    history = Rule.pgh_event_model.objects.filter(pgh_obj_id=rule.pk)  # type: ignore[attr-defined]
    last: dict[int, Any] = {}
    first_at: dict[int, datetime] = {}
    for entry in history.order_by("pgh_id"):
        last[entry.version] = entry
        first_at.setdefault(entry.version, entry.pgh_created_at)
    drafts = {
        d.version: d
        for d in rule.drafts.filter(status="approved").select_related(
            "author", "decided_by"
        )
    }
    told = _told(rule)
    found, before = [], None
    for number in sorted(last):
        body = bodies.of_rule(last[number])
        draft, event = drafts.get(number), told.get(number)
        actor = event.actor if event is not None else None
        found.append(
            Version(
                number=number,
                at=first_at[number],
                by=_name(draft.author if draft else actor),
                second=_name(draft.decided_by if draft else None),
                why=draft.note if draft else (event.reason if event else ""),
                changes=bodies.changes(before, body) if before is not None else [],
                body=body,
            )
        )
        before = body
    return found[::-1]


def _told(rule: Rule) -> dict[int, Event]:
    found = Event.objects.filter(
        layer=by_role("alarms").slug, kind__in=DONE, new__rule=rule.slug
    ).select_related("actor")
    return {int((event.new or {}).get("version") or 0): event for event in found}


def _name(user: Any) -> str:
    return str(getattr(user, "display_name", user)) if user is not None else ""
