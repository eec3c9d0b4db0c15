"""Reading alerts: lists in scope, the log of one, and the alarm load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events, units
from layers.core.models import Event
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

from .models import SEVERITY_ORDER, Alert
from .services import PERMISSION

# Alerts per operator in ten minutes (EEMUA 191, IEC 62682).
LOAD_WINDOW = timedelta(minutes=10)
LOAD_GOOD, LOAD_MOST, LOAD_FLOOD = 1, 2, 10
STATES = (
    "",
    "open",
    "unacknowledged",
    "active",
    "cleared",
    "shelved",
    "suppressed",
    "closed",
    "all",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """What to list. ``state`` empty: what wants attention now (open, neither
    shelved nor suppressed). ``unit_id``: with everything below it."""

    state: str = ""
    severity: str = ""
    layer: str = ""
    unit_id: int | None = None
    text: str = ""
    limit: int = 200


def visible(grant: Grant) -> QuerySet[Alert]:
    """Alerts that the caller may see."""
    if not grant.allows(by_role("alerts")):
        return Alert.objects.none()
    rows = Alert.objects.select_related("rule", "acked_by", "assigned_to", "closed_by")
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def find(grant: Grant, wanted: AlertFilter) -> QuerySet[Alert]:
    """Matching alerts: unacknowledged first, then the gravest, then the newest."""
    rows = _in_state(visible(grant), wanted.state)
    if wanted.severity:
        rows = rows.filter(severity__in=wanted.severity.split(","))
    if wanted.layer:
        rows = rows.filter(layer=wanted.layer)
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id__in=units.tree().expand([wanted.unit_id]))
    for word in wanted.text.split()[:6]:
        rows = rows.extra(
            where=["alerts_alert.search_text LIKE '%%' || ioc_fold(%s) || '%%'"],
            params=[word],
        )
    if grant.units is None and not wanted.text:
        rows = rows.filter(root=None)  # the root stands for its members
    gravity = Case(
        *(When(severity=name, then=Value(at)) for name, at in SEVERITY_ORDER.items()),
        output_field=IntegerField(),
    )
    seen = Case(
        When(closed_at=None, acked_at=None, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    below = Count("members", filter=Q(members__closed_at=None))
    return rows.annotate(member_count=below).order_by(
        seen, gravity, "-raised_at", "-pk"
    )[: wanted.limit]


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
        "closed": Q(closed_at__isnull=False),
        "all": Q(),
    }
    return rows.filter(conditions[state])


def counts(grant: Grant) -> dict[str, int]:
    """How many of each severity want attention."""
    rows = _in_state(visible(grant), "").filter(root=None)
    found = dict.fromkeys(SEVERITY_ORDER, 0)
    for severity in rows.values_list("severity", flat=True):
        found[severity] += 1
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """Alarms of the last ten minutes per operator who signed in this shift."""

    alerts: int
    operators: int

    @property
    def per_operator(self) -> float:
        return round(self.alerts / self.operators, 1)

    @property
    def level(self) -> str:
        """``good`` up to 1, ``most`` up to 2, ``high`` up to 10, then ``flood``."""
        if self.per_operator > LOAD_FLOOD:
            return "flood"
        if self.per_operator > LOAD_MOST:
            return "high"
        return "most" if self.per_operator > LOAD_GOOD else "good"


def load() -> Load:
    now = timezone.now()
    recent = Alert.objects.filter(
        known_at__gte=now - LOAD_WINDOW, suppressed=False, root=None
    ).count()
    on_duty = (
        get_user_model()
        .objects.filter(
            is_active=True,
            groups__name="operator",
            last_login__gte=now - timedelta(hours=12),
        )
        .count()
    )
    return Load(alerts=recent, operators=max(on_duty, 1))


def log_of(alert: Alert) -> list[Event]:
    """Everything that happened to the alert, newest first."""
    return events.log_of("alerts", alert.pk)


def known_layers(grant: Grant) -> list[tuple[str, str]]:
    """Layers that have alerts, for the filter."""
    slugs = visible(grant).order_by().values_list("layer", flat=True).distinct()
    return sorted(
        (slug, str(registry[slug].title)) for slug in slugs if slug in registry
    )


EVENT_TITLES = {
    "alert.raised": lambda: _("Raised"),
    "alert.repeated": lambda: _("Raised again"),
    "alert.proven": lambda: _("Proven"),
    "alert.realarmed": lambda: _("Wants to be seen again"),
    "alert.cleared": lambda: _("Cleared"),
    "alert.acknowledged": lambda: _("Acknowledged"),
    "alert.shelved": lambda: _("Shelved"),
    "alert.unshelved": lambda: _("Back from the shelf"),
    "alert.assigned": lambda: _("Assigned"),
    "alert.commented": lambda: _("Note"),
    "alert.closed": lambda: _("Closed"),
}


def titled(log: list[Event]) -> list[Event]:
    """Events with ``shown``, their kind in the reader's language."""
    for event in log:
        title = EVENT_TITLES.get(event.kind)
        event.shown = title() if title else event.kind  # type: ignore[attr-defined]
        event.why = _(event.reason) if event.reason else ""  # type: ignore[attr-defined]
    return log


def follow_up_url(alert_id: int, user: Any) -> str:
    """Where the user drafts an order about the alert; empty when they may not."""
    try:
        orders = by_role("orders")
    except LookupError:
        return ""
    may_draft = user.has_perm(orders.permission.replace(".view_", ".add_"))
    return f"/{orders.slug}/new/?alert={alert_id}" if may_draft else ""


def crossing_of(alert: Alert) -> dict[str, Any] | None:
    """The evidence of a crossing as people read it: local times, kilometres."""
    found = alert.evidence or {}
    if "beyond_most_m" not in found:
        return None

    def fix(entry: dict[str, Any] | None) -> dict[str, Any] | None:
        if entry is None:
            return None
        return {**entry, "when": datetime.fromtimestamp(entry["at"], UTC)}

    return {
        **found,
        "from": fix(found["from"]),
        "to": fix(found["to"]),
        "least_km": round(found["beyond_least_m"] / 1_000, 2),
        "most_km": round(found["beyond_most_m"] / 1_000, 2),
    }


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """What the drawer shows besides the facts."""
    alert = Alert.objects.select_related(
        "rule", "acked_by", "assigned_to", "closed_by"
    ).get(pk=feature["id"])
    may_write = request.user.has_perm(PERMISSION)
    staff = get_user_model().objects.filter(
        is_active=True, groups__name__in=("operator", "leader", "fisheries")
    )
    return {
        "alert": alert,
        "crossing": crossing_of(alert),
        "log": titled(log_of(alert)),
        "may_write": may_write,
        "staff": staff.distinct().order_by("username") if may_write else (),
        "follow_up": follow_up_url(alert.pk, request.user),
        "members": alert.members.filter(closed_at=None).count(),
    }
