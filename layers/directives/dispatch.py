"""From an alert and its playbook to a directive for the people of that place."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.formats import date_format

from layers.alerts.models import Alert
from layers.core import units

from . import services
from .access import SYSTEM, Who
from .drafting import Draft, TaskDraft
from .models import Directive, Playbook
from .playbooks import Step

STALE = timedelta(days=1)


# So many members of a group are named in a directive.
NAMED = 5


def playbook_of(slug: str) -> Playbook | None:
    """The newest version in force."""
    return Playbook.objects.filter(slug=slug, enabled=True).order_by("-version").first()


def addressee(step: Step, alert: Alert) -> int | None:
    """The unit that a step addresses: around the place, of the feature, or the
    province for a role at the centre."""
    if step.addressee == "unit_of_feature":
        return alert.unit_id
    place = alert.geom
    if step.addressee == "role" or not isinstance(place, Point):
        chain = units.tree().ancestors(alert.unit_id)
        return chain[-1].id if chain else None
    return units.nearest(place.x, place.y, timezone.now())


def start(alert: Alert) -> Directive | None:
    """What an alert starts by itself. News of yesterday, as old recordings bring
    it, needs a person to decide."""
    if alert.known_at - alert.raised_at > STALE:
        return None
    return from_alert(alert)


def from_alert(alert: Alert, who: Who = SYSTEM) -> Directive | None:
    """The directive of an alert's playbook; made once, issued if the playbook says
    so. None without a playbook or without anybody to address."""
    playbook = playbook_of(alert.playbook) if alert.playbook else None
    if playbook is None:
        return None
    step = playbook.typed_steps[0]
    unit_id = addressee(step, alert)
    if unit_id is None:
        return None
    directive = services.create(_draft(alert, playbook, step, unit_id), who)
    if playbook.auto_issue and directive.status == "draft":
        directive = services.act(directive.pk, "issue", SYSTEM)
    return directive


def _draft(alert: Alert, playbook: Playbook, step: Step, unit_id: int) -> Draft:
    values = placeholders(alert, unit_id)
    return Draft(
        source="alert",
        external_id=str(alert.pk),
        title=f"{step.title}: {alert.feature_title or alert.title}",
        body=body_of(playbook, values),
        tasks=(TaskDraft(unit_id=unit_id),),
        severity=alert.severity,
        geom=alert.geom,
        unit_id=units.nearest(alert.geom.x, alert.geom.y) if alert.geom else unit_id,
        needed_min=step.needed_by_min,
        legal_min=step.deadline_min,
        alert_id=alert.pk,
        origin=(alert.layer, alert.feature_id),
        playbook=(playbook.slug, playbook.version),
        needs_evidence=step.evidence,
    )


def body_of(playbook: Playbook, values: dict[str, str]) -> str:
    """The steps as the text of the order, numbered when there are several."""
    texts = [step.filled(values) for step in playbook.typed_steps]
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{place}. {text}" for place, text in enumerate(texts, 1))


def named(alert: Alert) -> tuple[str, str]:
    """Feature and zone in words; of a group the first members and their zones."""
    if alert.feature_id is not None:
        return alert.feature_title, alert.zone_title
    members = Alert.objects.filter(root=alert).order_by("pk")
    titles = list(members.values_list("feature_title", flat=True)[: NAMED + 1])
    zones = members.exclude(zone_title="").values_list("zone_title", flat=True)
    more = ["…"] if len(titles) > NAMED else []
    return ", ".join(titles[:NAMED] + more), ", ".join(sorted(set(zones[:NAMED])))


def placeholders(alert: Alert, unit_id: int) -> dict[str, str]:
    raised = timezone.localtime(alert.raised_at)
    feature, zone = named(alert)
    return {
        "feature": feature or alert.title,
        "zone": zone,
        "rule": alert.rule.title,
        "unit": units.tree().title(unit_id),
        "raised": date_format(raised, "H:i d/m/Y"),
        "lon": f"{alert.geom.x:.4f}" if alert.geom else "",
        "lat": f"{alert.geom.y:.4f}" if alert.geom else "",
    }


def sweep(limit: int = 200) -> int:
    """Directives that a failed reaction left out; how many were made.

    Only open alerts of the last day that count: not suppressed, not grouped.
    """
    since = timezone.now() - timedelta(days=1)
    known = Directive.objects.filter(source="alert", alert_id__isnull=False)
    waiting = (
        Alert.objects.filter(
            closed_at=None, suppressed=False, root=None, known_at__gte=since
        )
        .exclude(playbook="")
        .exclude(pk__in=known.values("alert_id"))
    )
    return sum(
        start(alert) is not None for alert in waiting.select_related("rule")[:limit]
    )


def suggestion(alert: Alert | None) -> dict[str, object]:
    """What the form of a new directive begins with."""
    if alert is None:
        return {}
    found: dict[str, object] = {
        "title": alert.title,
        "severity": alert.severity,
        "geom": alert.geom,
        "lead_unit": alert.unit_id,
    }
    playbook = playbook_of(alert.playbook) if alert.playbook else None
    if playbook is not None and alert.unit_id is not None:
        step = playbook.typed_steps[0]
        found["body"] = body_of(playbook, placeholders(alert, alert.unit_id))
        found["needs_evidence"] = step.evidence
    return found
