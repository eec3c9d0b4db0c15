"""What a new case starts with: from a vessel, or from an alert about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from layers.core import queries
from layers.core.drawer import Link
from layers.core.models import Event
from layers.core.scope import Grant
from layers.core.spec import Layer, by_role, registry

from .choices import EVENT_KINDS, LEGAL_BASIS, Kind

ADD = "cases.add_case"
BEFORE = timedelta(hours=6)
AFTER = timedelta(hours=2)
LOOKED_BACK = timedelta(days=30)
MOST_ZONES = 2_000


@dataclass(frozen=True, slots=True)
class Start:
    """The vessel that a case is about, and what the form is filled with."""

    vessel_id: int
    origin: tuple[str, int]
    initial: dict[str, Any]


def subjects() -> tuple[str, str]:
    """The layers whose features a case can be about."""
    return by_role("vessels").slug, by_role("alarms").slug


def link_to(request: HttpRequest, layer: Layer, feature_id: int) -> Link | None:
    """Where the caller opens a case about the feature; None when they may not."""
    if layer.slug not in subjects() or not request.user.has_perm(ADD):  # type: ignore[union-attr]
        return None
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if start(grant, layer.slug, feature_id) is None:
        return None
    query = urlencode({"layer": layer.slug, "feature": str(feature_id)})
    url = f"{reverse('cases:new')}?{query}"
    return Link(_("Open a case file"), url, registry["cases"].icon)


def start(grant: Grant, slug: str, feature_id: int) -> Start | None:
    """Where a case begins; None when it cannot be about that feature, or the caller
    may not see it."""
    if slug not in subjects():
        return None
    vessels = by_role("vessels")
    feature = queries.feature(registry[slug], grant, feature_id)
    if feature is None:
        return None
    values = feature["properties"]
    if slug == vessels.slug:
        return Start(feature_id, (slug, feature_id), _initial(vessels, feature_id))
    concerned = values["feature_id"]
    if values["layer"] != vessels.slug or concerned is None:
        return None
    if queries.feature(vessels, grant, concerned) is None:
        return None
    initial = _initial(vessels, concerned, at=values["raised_at"])
    initial["until"] = min(
        timezone.now(), (values["cleared_at"] or values["raised_at"]) + AFTER
    )
    if values["legal_basis"]:
        initial["legal_basis"] = values["legal_basis"]
    return Start(concerned, (slug, feature_id), initial)


def _initial(
    layer: Layer, vessel_id: int, at: datetime | None = None
) -> dict[str, Any]:
    """Kind, span and zone by the event of that time, or by the newest one."""
    rows = Event.objects.filter(
        layer=layer.slug, feature_id=vessel_id, kind__in=EVENT_KINDS
    )
    if at is not None:
        near = timedelta(seconds=1)
        rows = rows.filter(happened_at__range=(at - near, at + near))
    else:
        rows = rows.filter(happened_at__gte=timezone.now() - LOOKED_BACK)
    event = rows.order_by("-happened_at", "-pk").first()
    kind = EVENT_KINDS[event.kind] if event else Kind.OTHER
    moment = event.happened_at if event else at or timezone.now()
    new = (event.new if event else None) or {}
    begun = parse_datetime(str(new.get("silent_since") or "")) or moment
    return {
        "kind": kind,
        "since": begun - BEFORE,
        "until": min(timezone.now(), moment + AFTER),
        "zone_id": new.get("zone_id"),
        "legal_basis": str(LEGAL_BASIS[kind]),
    }


def zone_choices(grant: Grant) -> list[tuple[str, str]]:
    """The zones and lines that a violation may be about."""
    wanted = queries.FeatureQuery(limit=MOST_ZONES, fields=("kind",))
    layer = by_role("zones")
    kinds = dict(layer.columns["kind"].choices) if "kind" in layer.columns else {}
    found = [
        (
            str(feature["id"]),
            f"{feature['properties']['title']}"
            f" · {kinds.get(feature['properties'].get('kind', ''), '')}".rstrip(" ·"),
        )
        for feature in queries.features(layer, grant, wanted)
    ]
    return [("", "—"), *sorted(found, key=lambda choice: choice[1])]
