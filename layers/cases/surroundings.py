"""What else is on record about the vessel in the span: register, zones, events,
contacts, outages, faults. Everything as plain JSON."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q

from layers.core import queries
from layers.core.evidence.canonical import iso
from layers.core.models import Event
from layers.core.scope import everything
from layers.core.spec import Layer, by_role
from layers.vessels.models import Contact, DeviceFault, Outage, Vessel

if TYPE_CHECKING:
    from .gathering import Asked

VESSELS = "vessels"
ZONES = "zones"
ALARMS = "alarms"
# What a violation led to comes after it.
AFTERWARDS = timedelta(days=30)
MOST_EVENTS = 500
REGISTER = (
    "title", "registration", "vessel_class", "mmsi", "imo", "call_sign", "length_m",
    "width_m", "power_kw", "gear", "home_port", "built_year", "licence_no",
    "licence_expires", "inspection_expires", "registered", "missing_since",
)  # fmt: skip
PERSONAL = ("owner", "owner_phone", "captain", "phone")


def register_entry(asked: Asked) -> dict[str, Any]:
    """The register's entry as it stood at the end of the span.

    ``known_at``: since when it stood so; ``later``: it was entered after the span.
    """
    history = apps.get_model("vessels", "VesselEvent").objects.filter(
        pgh_obj_id=asked.vessel_id
    )
    row = (
        history.filter(pgh_created_at__lte=asked.until)
        .order_by("-pgh_created_at", "-pgh_id")
        .first()
    )
    later = row is None
    row = row or history.order_by("pgh_created_at", "pgh_id").first()
    known_at = row.pgh_created_at if row else None
    row = row or Vessel.objects.get(pk=asked.vessel_id)
    return {
        "id": asked.vessel_id,
        "known_at": iso(known_at),
        "later": later,
        **{name: _value(getattr(row, name)) for name in REGISTER},
        "personal": {name: getattr(row, name) for name in PERSONAL},
    }


def _value(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime | date) else value


def events_of(asked: Asked) -> list[dict[str, Any]]:
    """Events of the vessel in the span, and of the alert until some time later."""
    until = asked.until + AFTERWARDS
    own = Q(layer=by_role(VESSELS).slug, feature_id=asked.vessel_id) & Q(
        happened_at__range=(asked.since, asked.until)
    )
    if asked.origin_id is not None:
        own |= Q(layer=asked.origin_layer, feature_id=asked.origin_id) & Q(
            happened_at__lte=until
        )
    rows = Event.objects.filter(own).select_related("actor")
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "layer": row.layer,
            "title": row.title,
            "happened_at": iso(row.happened_at),
            "known_at": iso(row.known_at),
            "reason": row.reason,
            "old": row.old,
            "new": row.new,
            "lon": row.geom.x if row.geom else None,
            "lat": row.geom.y if row.geom else None,
            "by": row.actor.display_name if row.actor else "",
        }
        for row in rows.order_by("happened_at", "pk")[:MOST_EVENTS]
    ]


def zones_of(asked: Asked, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The zones that the case or its events name, as they stood in the span."""
    named = {(event["new"] or {}).get("zone_id") for event in events}
    ids = sorted(zone for zone in named | {asked.zone_id} if zone)
    layer = by_role(ZONES)
    found = []
    for zone_id in ids:
        feature = queries.feature(layer, everything(), zone_id, at=asked.until)
        later = feature is None
        feature = feature or queries.feature(layer, everything(), zone_id)
        if feature is not None:
            found.append(_zone(layer, feature, later=later))
    return found


def _zone(layer: Layer, feature: dict[str, Any], *, later: bool) -> dict[str, Any]:
    values, spec = feature["properties"], layer.zone

    def said(column: str) -> Any:
        return _value(values.get(column)) if column else None

    return {
        "id": feature["id"],
        "layer": layer.slug,
        "title": values["title"],
        "version": said(spec.version),
        "legal_basis": said(spec.legal_basis) or "",
        "valid_from": said(spec.valid_from),
        "valid_to": said(spec.valid_to),
        "season_from": said(spec.season_from) or "",
        "season_to": said(spec.season_to) or "",
        "changed": said(spec.changed),
        "schematic": bool(values.get("schematic")),
        "later": later,
        "geometry": feature["geometry"],
    }


def alert_of(asked: Asked) -> dict[str, Any] | None:
    """The alert that the case came from, as its layer tells it."""
    layer = by_role(ALARMS)
    if asked.origin_layer != layer.slug or asked.origin_id is None:
        return None
    feature = queries.feature(layer, everything(), asked.origin_id)
    if feature is None:
        return None
    plain = {name: _value(value) for name, value in feature["properties"].items()}
    plain.pop("age_min", None)  # reads the clock
    return {"id": feature["id"], **plain}


def contacts_of(asked: Asked) -> list[dict[str, Any]]:
    """The call log of the vessel from the span on, oldest first."""
    rows = Contact.objects.filter(
        vessel_id=asked.vessel_id, at__gte=asked.since, at__lte=asked.until + AFTERWARDS
    ).select_related("user")
    return [
        {
            "id": row.pk,
            "at": iso(row.at),
            "known_at": iso(row.known_at),
            "by": row.user.display_name if row.user else "",
            "channel": row.channel,
            "outcome": row.outcome,
            "corrects": row.corrects_id,
            "lon": row.place.x if row.place else None,
            "lat": row.place.y if row.place else None,
            "personal": {
                "person": row.person,
                "number": row.number,
                "text": row.text,
            },
        }
        for row in rows.order_by("at", "pk")
    ]


def outages_of(asked: Asked, devices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outages of the devices' providers: silence within them proves nothing."""
    providers = {row["provider_id"] for row in devices} - {None}
    rows = Outage.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=asked.since),
        provider_id__in=providers,
        began_at__lte=asked.until,
    ).select_related("provider")
    return [
        {
            "id": row.pk,
            "provider": row.provider.title,
            "began_at": iso(row.began_at),
            "ended_at": iso(row.ended_at),
            "note": row.note,
        }
        for row in rows.order_by("began_at", "pk")
    ]


def faults_of(asked: Asked) -> list[dict[str, Any]]:
    """Devices that were reported as broken in the span."""
    rows = DeviceFault.objects.filter(
        Q(mended_at=None) | Q(mended_at__gte=asked.since),
        vessel_id=asked.vessel_id,
        broken_at__lte=asked.until,
    )
    return [
        {
            "id": row.pk,
            "broken_at": iso(row.broken_at),
            "mended_at": iso(row.mended_at),
            "known_at": iso(row.known_at),
            "channel": row.channel,
            "note": row.note,
            "personal": {"reported_by": row.reported_by},
        }
        for row in rows.order_by("broken_at", "pk")
    ]
