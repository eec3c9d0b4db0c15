"""From an alert and its playbook to a directive for the people of that place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from layers.alerts.models import Alert
from layers.core import queries, units
from layers.core.areas import area_km2
from layers.core.queries import FeatureQuery
from layers.core.scope import everything
from layers.core.spec import registry

from . import log, planning, services
from .access import SYSTEM, Who
from .drafting import Draft
from .models import Directive, Playbook
from .planning import Planned, Subject
from .resolving import NO_FEATURE, Place

STALE = timedelta(days=1)
# So many members of a group are named in a directive.
NAMED = 5
# So many places of a group make its area.
MOST_PLACES = 500


def playbook_of(slug: str) -> Playbook | None:
    """The newest version in force."""
    return Playbook.objects.filter(slug=slug, enabled=True).order_by("-version").first()


def playbook_for(alert: Alert) -> Playbook | None:
    """The playbook that the rule names, else the one that names the rule."""
    if alert.playbook:
        return playbook_of(alert.playbook)
    named = Playbook.objects.filter(enabled=True, triggers__contains=[alert.rule.slug])
    for slug in sorted(set(named.values_list("slug", flat=True))):
        playbook = playbook_of(slug)
        if playbook is not None and alert.rule.slug in playbook.triggers:
            return playbook
    return None


def start(alert: Alert) -> Directive | None:
    """What an alert starts by itself. News of yesterday, as old recordings bring
    it, needs a person to decide."""
    if alert.known_at - alert.raised_at > STALE:
        return None
    return from_alert(alert)


def from_alert(alert: Alert, who: Who = SYSTEM) -> Directive | None:
    """The directive of an alert's playbook; made once, issued if the playbook says
    so. None without a playbook or without anybody to address."""
    playbook = playbook_for(alert)
    if playbook is None:
        return None
    subject = subject_of(alert, playbook.area_km)
    planned = planning.plan(playbook.typed_steps, subject)
    if not planning.tasks(planned):
        return None
    directive = services.create(_draft(alert, playbook, subject, planned), who)
    _tell_gaps(directive, planned, who)
    if playbook.auto_issue and directive.status == "draft":
        directive = services.act(directive.pk, "issue", SYSTEM)
    return directive


def _draft(
    alert: Alert, playbook: Playbook, subject: Subject, planned: list[Planned]
) -> Draft:
    place, tasks = subject.place, planning.tasks(planned)
    shape = place.area
    return Draft(
        source="alert",
        external_id=str(alert.pk),
        title=f"{playbook.title}: {subject.values['feature']}",
        body=planning.body(planned),
        tasks=tasks,
        needed_min=min(task.needed_min or 0 for task in tasks),
        legal_min=min(task.legal_min or 0 for task in tasks),
        severity=alert.severity,
        geom=alert.geom
        if shape is None
        else GEOSGeometry(memoryview(shape.wkb), srid=4326),
        unit_id=place.unit(),
        alert_id=alert.pk,
        origin=(alert.layer, alert.feature_id),
        origin_part=alert.part,
        playbook=(playbook.slug, playbook.version),
        ladder=tuple(rung.model_dump() for rung in playbook.typed_ladder),
    )


def _tell_gaps(directive: Directive, planned: list[Planned], who: Who) -> None:
    """Steps that reach nobody are in the log, once each."""
    for task in planned:
        if task.addressee is None:
            log.note(
                directive,
                "directive.unaddressed",
                directive.created_at,
                new={"step": task.number, "title": task.title},
                reason=_("Step %(number)s (%(title)s): %(problem)s.")
                % {
                    "number": task.number,
                    "title": task.title,
                    "problem": task.problem,
                },
                actor_id=who.id,
                key=f"directive.unaddressed:{directive.pk}:{task.number}",
            )


def subject_of(alert: Alert, area_km: float | None = None) -> Subject:
    """What the alert is about, for a playbook; of a group all its places together."""
    feature = (
        NO_FEATURE
        if alert.feature_id is None
        else (alert.layer, alert.feature_id, alert.feature_title)
    )
    place = Place.of(
        _where(alert),
        around_km=area_km,
        feature=feature,
        feature_unit=alert.unit_id,
    )
    value, limit = measured(alert)
    return Subject(
        place=place,
        values={
            **_words(alert, place),
            "value": planning.number(value),
            "limit": planning.number(limit),
        },
        severity=alert.severity,
        part=alert.part,
        value=value,
    )


def _where(alert: Alert) -> Any:
    """The area that it is about, else its place, those of its members, its zone."""
    return (
        _outline(alert.layer, alert.feature_id)
        or alert.geom
        or _places(alert)
        or _outline(alert.zone_layer, alert.zone_id)
    )


def _outline(slug: str, feature_id: int | None) -> Any:
    """The feature itself where it is an area: alerts are points within it."""
    layer = registry.get(slug)
    if layer is None or layer.geometry == "point" or feature_id is None:
        return None
    row = queries.feature(layer, everything(), feature_id)
    found = row and row["geometry"]
    shape = shapely.from_geojson(orjson.dumps(found)) if found else None
    return shape if shape is not None and shape.area > 0 else None


def _places(alert: Alert) -> Any:
    members = Alert.objects.filter(root=alert).exclude(geom=None).order_by("pk")
    shapes = [
        shapely.from_wkb(bytes(geom.wkb))
        for geom in members.values_list("geom", flat=True)[:MOST_PLACES]
        if geom is not None
    ]
    points = [shape.representative_point() for shape in shapes]
    return shapely.MultiPoint(points) if points else None


def measured(alert: Alert) -> tuple[float | None, float | None]:
    """Value and limit as the alert shows them; else what its feature has now in the
    field that the rule looks at, and the limit of the rule."""
    shown, params = alert.evidence or {}, alert.rule.params
    limit = _figure(shown.get("limit", params.get("limit")))
    value = _figure(shown.get("value"))
    name, layer = params.get("field"), registry.get(alert.layer)
    if value is None and name and layer and alert.feature_id is not None:
        row = queries.features(
            layer,
            everything(),
            FeatureQuery(ids=(alert.feature_id,), fields=(str(name),), limit=1),
        )
        value = _figure(row[0]["properties"].get(name)) if row else None
    return value, limit


def _figure(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def named(alert: Alert) -> tuple[str, str]:
    """Feature and zone in words; of a group the first members and their zones."""
    if alert.feature_id is not None:
        return alert.feature_title, alert.zone_title
    members = Alert.objects.filter(root=alert).order_by("pk")
    titles = list(members.values_list("feature_title", flat=True)[: NAMED + 1])
    zones = members.exclude(zone_title="").values_list("zone_title", flat=True)
    more = ["…"] if len(titles) > NAMED else []
    zone = ", ".join(sorted(set(zones[:NAMED]))) or alert.zone_title
    return ", ".join(titles[:NAMED] + more) or alert.feature_title, zone


def _words(alert: Alert, place: Place) -> dict[str, str]:
    feature, zone = named(alert)
    counted = (alert.evidence or {}).get("count")
    count = counted or Alert.objects.filter(root=alert).count() or 1
    return {
        **place_words(place, alert.raised_at),
        "feature": feature or alert.title,
        "zone": zone,
        "rule": alert.rule.title,
        "part": alert.part_title or alert.part,
        "count": str(count),
        "severity": str(alert.get_severity_display()),
    }


def place_words(place: Place, at: datetime) -> dict[str, str]:
    """What texts may name of a place alone; the rest is empty."""
    known = place.lon is not None and place.lat is not None
    return {
        **dict.fromkeys(("zone", "part", "value", "limit", "severity"), ""),
        "feature": place.feature[2],
        "rule": "",
        "count": "1",
        "raised": date_format(timezone.localtime(at), planning.MOMENT),
        "lon": f"{place.lon:.4f}" if known else "",
        "lat": f"{place.lat:.4f}" if known else "",
        "place": units.tree().title(place.unit()),
        "area": planning.number(area_km2(place.area)) if place.area else "",
    }


def placeholders(alert: Alert, unit_id: int) -> dict[str, str]:
    """All words of an alert, for one unit."""
    title = units.tree().title(unit_id)
    return {**subject_of(alert).values, "unit": title}


def sweep(limit: int = 200) -> int:
    """Directives that a failed reaction left out; how many were made.

    Only open alerts of the last day that count: not suppressed, not grouped.
    """
    since = timezone.now() - timedelta(days=1)
    known = Directive.objects.filter(source="alert", alert_id__isnull=False)
    listed = Playbook.objects.filter(enabled=True).values_list("triggers", flat=True)
    triggers = {slug for slugs in listed for slug in slugs}
    waiting = Alert.objects.filter(
        ~Q(playbook="") | Q(rule__slug__in=triggers),
        closed_at=None,
        suppressed=False,
        root=None,
        known_at__gte=since,
    ).exclude(pk__in=known.values("alert_id"))
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
    playbook = playbook_for(alert)
    if playbook is not None:
        steps = playbook.typed_steps
        planned = planning.plan(steps, subject_of(alert, playbook.area_km))
        found["body"] = planning.body(planned)
        found["needs_evidence"] = any(step.needs_evidence for step in steps)
    return found
