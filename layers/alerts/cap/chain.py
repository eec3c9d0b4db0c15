"""The chain of CAP messages of one alert, made from its events.

The first tells it (Alert), what is proven or graver, gone or back is an Update, closing
a Cancel. Nothing is stored: the same events give the same messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from layers.alerts.models import Alert, Certainty
from layers.core import events
from layers.core.cap.model import CATEGORIES, Info, Message, Reference
from layers.core.models import Event
from layers.core.spec import registry

from .areas import areas_of

SEVERITIES = {
    "critical": "Extreme",
    "high": "Severe",
    "medium": "Moderate",
    "low": "Minor",
}
KINDS = {
    "alert.raised": "Alert",
    "alert.proven": "Update",
    "alert.risen": "Update",
    "alert.realarmed": "Update",
    "alert.cleared": "Update",
    "alert.closed": "Cancel",
}
# Whoever hears nothing more for so long must not take it for present any longer.
HOLDS = timedelta(days=1)
LANGUAGES = (("vi", "vi-VN"), ("en", "en-US"))


@dataclass(frozen=True, slots=True)
class Stand:
    """What a message says of the alert: how it stood after the event."""

    active: bool
    severity: str
    certainty: str


def messages(alert: Alert) -> list[Message]:
    """All messages of the alert, the oldest first."""
    log = [e for e in reversed(events.log_of("alerts", alert.pk)) if e.kind in KINDS]
    log.sort(key=lambda event: (event.known_at, event.pk))
    found: list[Message] = []
    for event, stand in zip(log, _stands(alert, log), strict=True):
        # what could not follow from anything told before begins the chain
        kind = KINDS[event.kind] if found else "Alert"
        found.append(_message(alert, event, kind, stand, found))
    return found


def _stands(alert: Alert, log: list[Event]) -> list[Stand]:
    severity = alert.severity
    certainty = alert.certainty
    proven = any(event.kind == "alert.proven" for event in log)
    if proven:
        certainty = Certainty.POSSIBLE
    if proven or any(event.kind == "alert.risen" for event in log):
        first = next((e for e in log if e.kind == "alert.raised"), None)
        severity = (first.new or {}).get("severity", severity) if first else severity
    active = True
    found = []
    for event in log:
        if event.kind == "alert.proven":
            certainty = Certainty.PROVEN
        if event.kind in ("alert.proven", "alert.risen"):
            severity = (event.new or {}).get("severity", alert.severity)
        active = event.kind not in ("alert.cleared", "alert.closed")
        found.append(Stand(active, severity, certainty))
    return found


def _message(
    alert: Alert, event: Event, kind: str, stand: Stand, before: list[Message]
) -> Message:
    return Message(
        identifier=f"{settings.IOC_CAP_SENDER}.alert.{alert.pk}.{len(before) + 1}",
        sender=settings.IOC_CAP_SENDER,
        sent=event.known_at,
        status="Exercise" if settings.IOC_DEMO else "Actual",
        kind=kind,
        source="GIS-IOC",
        scope="Restricted",
        restriction="Authorities of the province",
        note=event.reason[:500],
        references=tuple(
            Reference(told.sender, told.identifier, told.sent) for told in before
        ),
        infos=tuple(_info(alert, event, stand, *names) for names in LANGUAGES),
    )


def _info(alert: Alert, event: Event, stand: Stand, code: str, language: str) -> Info:
    layer = registry.get(alert.layer)
    with override(code):
        rule = alert.rule.shown_title
        facts = [rule, alert.feature_title, alert.part_title, alert.zone_title]
        closed = event.kind == "alert.closed"
        told = {
            True: _("It lasts."),
            False: _("It is over."),
        }[stand.active]
        return Info(
            event=rule,
            language=language,
            categories=(_category(layer.category if layer else ""),),
            responses=("AllClear",) if not stand.active else ("Assess",),
            urgency="Immediate" if stand.active else "Past",
            severity=SEVERITIES[stand.severity],
            certainty="Possible" if stand.certainty == "possible" else "Observed",
            event_codes=(("GIS-IOC:rule", alert.rule.slug),),
            effective=event.known_at,
            onset=alert.raised_at,
            expires=_expires(event.known_at, closed),
            sender_name=_("Operations centre of %(province)s")
            % {"province": settings.IOC_PROVINCE},
            headline=": ".join(filter(None, facts[:2]))[:160],
            description=" · ".join([*filter(None, facts), told]),
            instruction=alert.rule.instruction,
            parameters=_parameters(alert),
            areas=areas_of(alert),
        )


def _category(name: str) -> str:
    return name if name in CATEGORIES else "Other"


def _expires(known_at: datetime, closed: bool) -> datetime:
    return known_at if closed else known_at + HOLDS


def _parameters(alert: Alert) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("GIS-IOC:layer", alert.layer),
        ("GIS-IOC:feature", str(alert.feature_id or "")),
        ("GIS-IOC:part", alert.part),
        ("GIS-IOC:legal-basis", alert.rule.legal_basis),
    )
    return tuple((name, value) for name, value in pairs if value)
