"""Reading alerts: lists in scope, counts, and the log of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from layers.core import events, units
from layers.core.models import Event
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

from .desk.detail import drawer, titled
from .models import SEVERITY_ORDER, Alert

__all__ = ["drawer", "titled"]  # core finds ``drawer`` here by its name

STATES = (
    "",
    "open",
    "unacknowledged",
    "active",
    "cleared",
    "shelved",
    "suppressed",
    "escalated",
    "closed",
    "all",
)
SORTS = ("", "newest", "oldest", "severity", "repeats", "unit", "rule")
NOBODY = "nobody"
SHOWN_BELOW = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """What to list. ``state`` empty: what wants attention now (open, neither
    shelved nor suppressed). ``unit_id``: with everything below it. ``assigned``: a
    user's id, or ``nobody``. ``root``: the members under that alert. ``flat``: members
    beside their roots. ``held``: leave out what a flood holds back."""

    state: str = ""
    severity: str = ""
    layer: str = ""
    unit_id: int | None = None
    text: str = ""
    assigned: str = ""
    rule: str = ""
    part: str = ""
    group: str = ""
    root: int | None = None
    flat: bool = False
    held: bool = False
    sort: str = ""
    offset: int = 0
    limit: int = 200


def visible(grant: Grant) -> QuerySet[Alert]:
    """Alerts that the caller may see."""
    if not grant.allows(by_role("alarms")):
        return Alert.objects.none()
    rows = Alert.objects.select_related(
        "rule", "acked_by", "assigned_to", "closed_by", "escalation"
    )
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def find(grant: Grant, wanted: AlertFilter) -> QuerySet[Alert]:
    """Matching alerts of one page, in the order asked for; without one:
    unacknowledged first, then the gravest, then the newest."""
    below = Count("members", filter=Q(members__closed_at=None))
    rows = matching(grant, wanted).annotate(member_count=below)
    end = wanted.offset + wanted.limit
    return rows.order_by(*_order(wanted.sort))[wanted.offset : end]


def matching(grant: Grant, wanted: AlertFilter) -> QuerySet[Alert]:
    """All matching alerts, without order and page."""
    rows = _in_state(visible(grant), wanted.state)
    if wanted.severity:
        rows = rows.filter(severity__in=wanted.severity.split(","))
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id__in=units.tree().expand([wanted.unit_id]))
    if wanted.assigned:
        nobody = wanted.assigned == NOBODY
        rows = rows.filter(assigned_to=None if nobody else int(wanted.assigned))
    exact = {
        "layer": wanted.layer,
        "rule__slug": wanted.rule,
        "part": wanted.part,
        "group_key": wanted.group,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    for word in wanted.text.split()[:6]:
        rows = rows.extra(
            where=["alerts_alert.search_text LIKE '%%' || ioc_fold(%s) || '%%'"],
            params=[word],
        )
    if wanted.root is not None:
        return rows.filter(root_id=wanted.root)
    if not wanted.flat and not wanted.text:
        # the root stands for its members, where the caller sees the root
        rows = rows.exclude(root__in=visible(grant).filter(closed_at=None))
    return rows.exclude(HELD_BACK) if wanted.held else rows


# What a flood holds back: the less severe that are about one feature.
HELD_BACK = Q(severity__in=("medium", "low"), feature_id__isnull=False)


def _order(sort: str) -> tuple[Any, ...]:
    gravity = Case(
        *(When(severity=name, then=Value(at)) for name, at in SEVERITY_ORDER.items()),
        output_field=IntegerField(),
    )
    seen = Case(
        When(closed_at=None, acked_at=None, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    newest = ("-raised_at", "-pk")
    orders: dict[str, tuple[Any, ...]] = {
        "newest": newest,
        "oldest": ("raised_at", "pk"),
        "severity": (gravity, *newest),
        "repeats": ("-repeats", *newest),
        "unit": (F("unit_id").asc(nulls_last=True), gravity, *newest),
        "rule": ("rule__slug", *newest),
    }
    return orders.get(sort, (seen, gravity, *newest))


def _in_state(rows: QuerySet[Alert], state: str) -> QuerySet[Alert]:
    attention = Q(closed_at=None, suppressed=False, shelved_until=None)
    conditions = {
        "": attention,
        "open": Q(closed_at=None),
        "unacknowledged": attention & Q(acked_at=None),
        "active": attention & Q(active=True),
        "cleared": attention & Q(active=False),
        "shelved": Q(closed_at=None, shelved_until__isnull=False),
        "suppressed": Q(closed_at=None, suppressed=True),
        "escalated": Q(closed_at=None, acked_at=None, escalation__level__gt=0),
        "closed": Q(closed_at__isnull=False),
        "all": Q(),
    }
    return rows.filter(conditions[state])


def counts(grant: Grant) -> dict[str, int]:
    """How many of each severity want attention."""
    rows = matching(grant, AlertFilter()).order_by().values_list("severity")
    found = dict.fromkeys(SEVERITY_ORDER, 0)
    return found | dict(rows.annotate(n=Count("pk")))


def aside(grant: Grant) -> dict[str, int]:
    """How many open alerts are shelved, and how many suppressed."""
    return {
        state: _in_state(visible(grant), state).count()
        for state in ("shelved", "suppressed")
    }


def held_back(grant: Grant, wanted: AlertFilter) -> int:
    """How many of the matching alerts a flood holds back."""
    return matching(grant, wanted).filter(HELD_BACK).count()


def members(grant: Grant, root_ids: list[int]) -> dict[int, list[Alert]]:
    """The open members below each root, the gravest first."""
    found: dict[int, list[Alert]] = {}
    for root_id in root_ids:
        wanted = AlertFilter(state="open", root=root_id, limit=SHOWN_BELOW)
        found[root_id] = list(find(grant, wanted))
    return found


def log_of(alert: Alert) -> list[Event]:
    """Everything that happened to the alert, newest first."""
    return events.log_of("alerts", alert.pk)


def known_layers(grant: Grant) -> list[tuple[str, str]]:
    """Layers that have alerts, for the filter."""
    slugs = visible(grant).order_by().values_list("layer", flat=True).distinct()
    return sorted(
        (slug, str(registry[slug].title)) for slug in slugs if slug in registry
    )


def known_rules(grant: Grant) -> list[tuple[str, str]]:
    """Rules that have open alerts, for the filter."""
    rows = visible(grant).filter(closed_at=None).order_by()
    found = rows.values_list("rule__slug", "rule__title", "rule__title_en").distinct()
    return sorted((slug, _shown(title, english)) for slug, title, english in found)


def known_parts(grant: Grant) -> list[tuple[str, str]]:
    """Parts of features that have open alerts, for the filter."""
    rows = visible(grant).filter(closed_at=None).exclude(part="").order_by()
    found = dict(rows.values_list("part", "part_title").distinct())
    return sorted((part, title or part) for part, title in found.items())


def _shown(title: str, english: str) -> str:
    from .models import Rule

    return Rule(title=title, title_en=english).shown_title
