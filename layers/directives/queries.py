"""Reading directives: the board, one with its tasks, and its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events, units
from layers.core.models import Event
from layers.core.scope import Grant
from layers.core.spec import registry

from . import happened, rules
from .access import DRAFTERS, OVERSEERS, Who
from .callers import spoken
from .log import SLUG
from .models import Directive, Task
from .rules import ACTS, Act

# Columns of the board: the states that stand in each.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rules.DRAFT, (rules.DRAFT,)),
    (rules.ISSUED, (rules.ISSUED, rules.RETURNED)),
    (rules.RECEIVED, (rules.RECEIVED,)),
    (rules.IN_PROGRESS, (rules.IN_PROGRESS, rules.SUSPENDED)),
    (rules.REPORTED, (rules.REPORTED,)),
    (rules.CLOSED, (rules.CLOSED, rules.WITHDRAWN)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveFilter:
    """What to list. ``ended_days``: how long closed ones stay (None: for ever);
    ``also``: a condition besides."""

    status: str = ""
    clock: str = ""
    severity: str = ""
    unit_id: int | None = None
    text: str = ""
    limit: int = 500
    ended_days: int | None = 7
    also: Q | None = None


def visible(grant: Grant) -> QuerySet[Directive]:
    """Directives that the caller may see."""
    if SLUG not in grant.layers:
        return Directive.objects.none()
    return Directive.objects.prefetch_related("tasks").filter(within(grant))


def within(grant: Grant) -> Q:
    """The rows of a grant: addressees see what has been issued to them. Those who
    draft or watch over directives of some units alone see the drafts for these, too.
    """
    if grant.units is None:
        return Q()
    units_ = sorted(grant.units)
    users = get_user_model().objects.filter(pk=grant.user_id or 0)
    if users.filter(groups__name__in=DRAFTERS | OVERSEERS).exists():
        return _concerns(units_)
    return Q(scope_units__overlap=units_)


def _concerns(unit_ids: list[int]) -> Q:
    """Issued to these units, or drafted for one of them or its place."""
    task = Task.objects.filter(directive=OuterRef("pk"), unit_id__in=unit_ids)
    drafted = Q(unit_id__in=unit_ids) | Q(Exists(task))
    return Q(scope_units__overlap=unit_ids) | (Q(issued_at=None) & drafted)


def find(grant: Grant, wanted: DirectiveFilter) -> QuerySet[Directive]:
    """Matching directives: overdue first, then due soon, then by needed-by."""
    rows = visible(grant)
    if wanted.status:
        rows = rows.filter(status__in=wanted.status.split(","))
    elif wanted.ended_days is not None:
        since = timezone.now() - timedelta(days=wanted.ended_days)
        rows = rows.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    if wanted.also is not None:
        rows = rows.filter(wanted.also)
    if wanted.clock:
        rows = rows.filter(clock=wanted.clock)
    if wanted.severity:
        rows = rows.filter(severity__in=wanted.severity.split(","))
    if wanted.unit_id is not None:
        below = sorted(units.tree().expand([wanted.unit_id]))
        rows = rows.filter(_concerns(below))
    for word in wanted.text.split()[:6]:
        rows = rows.extra(
            where=[
                "directives_directive.search_text LIKE '%%' || ioc_fold(%s) || '%%'"
            ],
            params=[word],
        )
    urgent = Case(
        When(clock="overdue", then=Value(0)),
        When(clock="due_soon", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(urgent, "needed_by", "-created_at")[: wanted.limit]


def board(found: list[Directive]) -> list[dict[str, Any]]:
    """The columns with their directives, in the order found."""
    names = dict(rules.STATUSES)
    return [
        {
            "slug": slug,
            "title": names[slug],
            "directives": [entry for entry in found if entry.status in states],
        }
        for slug, states in COLUMNS
    ]


def one(grant: Grant, directive_id: int) -> Directive | None:
    """The directive, or None when it is not there or not the caller's to see."""
    return visible(grant).filter(pk=directive_id).first()


def acts_for(directive: Directive, who: Who) -> list[Act]:
    """What the caller may do now, in the table's order."""
    tasks = list(directive.tasks.all())
    mine = [task for task in tasks if who.works_for(task.unit_id)]
    found = []
    for act in ACTS.values():
        if act.one_task:
            allowed = who.may(act.party) and any(
                may_move(act, t, directive) for t in tasks
            )
        elif act.party != "unit":
            allowed = who.may(act.party) and directive.status in act.sources
        else:
            under_way = directive.status in rules.RUNNING
            allowed = under_way and any(task.status in act.sources for task in mine)
        if allowed:
            found.append(act)
    return found


def may_move(act: Act, task: Task, directive: Directive) -> bool:
    """Whether an act that moves one task can move this one."""
    going = directive.status in rules.RUNNING | {rules.REPORTED}
    return going and task.status in act.sources


def named(tasks: list[Task]) -> list[Task]:
    """Tasks with ``unit_title`` and ``co_titles``."""
    tree = units.tree()
    for task in tasks:
        task.unit_title = tree.title(task.unit_id)  # type: ignore[attr-defined]
        task.co_titles = [  # type: ignore[attr-defined]
            tree.title(unit_id) for unit_id in task.co_units
        ]
    return tasks


EVENT_TITLES = {
    "directive.send_back": lambda: _("Sent back for more work"),
    "directive.drafted": lambda: _("Drafted"),
    "directive.redrafted": lambda: _("Draft changed"),
    "directive.issue": lambda: _("Issued"),
    "task.issue": lambda: _("Clocks started"),
    happened.READDRESSED: lambda: _("Re-addressed"),
    "task.warned": lambda: _("Warning of the deadline"),
    "task.legal_overdue": lambda: _("Legal deadline passed"),
    "task.escalated": lambda: _("Escalated"),
    "extension.asked": lambda: _("More time is asked for"),
    "extension.granted": lambda: _("More time granted"),
    "extension.refused": lambda: _("No more time"),
    "task.evidence": lambda: _("Evidence sent"),
    "clock.due_soon": lambda: _("Due soon"),
    "clock.overdue": lambda: _("Overdue"),
    "clock.in_time": lambda: _("In time"),
    "directive.register_changed": lambda: _("Changed in the register"),
    "directive.register_conflict": lambda: _("Differs from the register"),
    "directive.unaddressed": lambda: _("A step reaches nobody"),
    "directive.unit_changed": lambda: _("Passed on to the new unit"),
}


def log_of(directive: Directive) -> list[Event]:
    """The directive's events, newest first, with ``shown`` in the reader's words.

    What a unit does is told once: by the event of its task.
    """
    found = []
    for event in events.log_of(SLUG, directive.pk, limit=300):
        family, _dot, verb = event.kind.partition(".")
        act = ACTS.get(verb)
        if family == "directive" and act is not None and act.party == "unit":
            continue
        if event.kind in EVENT_TITLES:
            title = EVENT_TITLES[event.kind]()
        else:
            title = str(act.title) if act is not None else event.kind
        event.shown = title  # type: ignore[attr-defined]
        unit_id = (event.new or {}).get("unit")
        event.unit_title = units.tree().title(unit_id)  # type: ignore[attr-defined]
        name = event.actor.display_name if event.actor else ""
        event.by = name and spoken(name, event.new)  # type: ignore[attr-defined]
        found.append(event)
    happened.detail(found)
    return found


def origin_link(directive: Directive) -> str:
    """The map with the feature that the directive is about."""
    if directive.origin_layer in registry and directive.origin_id:
        return f"/#open={directive.origin_layer}/{directive.origin_id}"
    return ""


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """What the drawer shows besides the facts."""
    directive = Directive.objects.prefetch_related("tasks").get(pk=feature["id"])
    return {
        "directive": directive,
        "tasks": named(list(directive.tasks.all())),
        "log": log_of(directive)[:6],
        "origin": origin_link(directive),
    }
