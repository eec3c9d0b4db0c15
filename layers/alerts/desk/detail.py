"""What the drawer of an alert shows besides the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from layers.alerts.kinds import kinds
from layers.alerts.models import Alert, Rule
from layers.core import events
from layers.core.delivery import told
from layers.core.models import Event
from layers.core.spec import registry

from . import orders
from .words import EVENT_TITLES, EVIDENCE_TITLES, PERMISSION

ESCALATED = "alert.escalated"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of evidence: what, how much, in what unit."""

    title: str
    value: str


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Found by core under the name ``queries.drawer``."""
    alert = Alert.objects.select_related(
        "rule", "acked_by", "assigned_to", "closed_by", "escalation", "suppressed_by"
    ).get(pk=feature["id"])
    grant = request.grant  # type: ignore[attr-defined]
    may_write = request.user.has_perm(PERMISSION)
    crossing = crossing_of(alert)
    about = orders.about(grant, alert.pk)
    return {
        "alert": alert,
        "crossing": crossing,
        "evidence": [] if crossing else evidence_of(alert),
        "asked": asked_of(alert.rule),
        "escalation": getattr(alert, "escalation", None),
        "orders": about,
        # what is under way is opened rather than begun a second time
        "running": next((order for order in about if not order.closed), None),
        "log": titled(events.log_of("alerts", alert.pk)),
        "may_write": may_write,
        "staff": staff() if may_write else (),
        "follow_up": orders.draft_url(alert.pk, request.user),
        "members": alert.members.filter(closed_at=None).count(),
    }


def staff() -> QuerySet[Any]:
    """Who an alert may be assigned to: active users who may act on alerts."""
    users = get_user_model().objects.with_perm(PERMISSION, backend=BACKEND)
    return users.order_by("username")  # type: ignore[no-any-return]


def titled(log: list[Event]) -> list[Event]:
    """Events with ``shown``, their kind in the reader's language; of an escalation
    with the level and who was told."""
    keys = {event.key for event in log if event.kind == ESCALATED}
    names = told.names_of(keys) if keys else {}
    for event in log:
        title = EVENT_TITLES.get(event.kind)
        event.shown = str(title) if title else event.kind  # type: ignore[attr-defined]
        if event.kind == ESCALATED:
            event.shown = _escalated(  # type: ignore[attr-defined]
                event, names.get(event.key, [])
            )
        event.why = _(event.reason) if event.reason else ""  # type: ignore[attr-defined]
    return log


def _escalated(event: Event, names: list[str]) -> str:
    level = (event.new or {}).get("level", "?")
    text = _("Escalated to level %(level)s") % {"level": level}
    return f"{text}: {', '.join(names) or _('nobody could be reached')}"


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


def evidence_of(alert: Alert) -> list[Line]:
    """What the kind had to show, line by line; nested groups are opened."""
    return _lines(alert.evidence or {})


def _lines(found: dict[str, Any], above: str = "") -> list[Line]:
    lines: list[Line] = []
    for name, value in found.items():
        title = str(EVIDENCE_TITLES.get(name, name.replace("_", " ")))
        title = f"{above} · {title}" if above else title
        if isinstance(value, dict):
            lines += _lines(value, title)
        elif value not in (None, "", []):
            lines.append(Line(title, _value(name, value)))
    return lines


def _value(name: str, value: Any) -> str:
    is_time = name == "at" or name.endswith(("_at", "since", "until"))
    if is_time and isinstance(value, int | float):
        when = timezone.localtime(datetime.fromtimestamp(value, UTC))
        return formats.date_format(when, "H:i:s d/m/Y")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float):
        value = round(value, 4)
    if isinstance(value, int | float):
        return formats.number_format(value, use_l10n=True)
    if isinstance(value, list):
        return ", ".join(_value(name, entry) for entry in value[:10])
    return str(value)


def asked_of(rule: Rule) -> list[Line]:
    """The rule's own terms: kind, layer, and every parameter in force."""
    kind = kinds.get(rule.kind)
    if kind is None:
        return []
    lines = [Line(_("Kind"), str(kind.title))]
    if rule.layer in registry:
        lines.append(Line(_("Layer"), str(registry[rule.layer].title)))
    try:
        params = kind.params.model_validate(rule.params).model_dump(exclude_none=True)
    except ValueError:  # kept from an older release
        params = rule.params
    return lines + _lines(params)
