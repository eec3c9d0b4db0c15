"""What a new case starts with: from a station, or from an alert about one."""

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

from layers.core.drawer import Link
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.stations.exceedances import part_of
from layers.stations.kinds import Kind
from layers.stations.layer import LAYER
from layers.stations.limits.queries import limits_at
from layers.stations.models import Series, Station
from layers.stations.reporting.wording import title

from .alarms import ROLE, station_of
from .queries import KEEP, READ, of_alert

BEFORE = AFTER = timedelta(hours=24)
ICON = "gavel"


@dataclass(frozen=True, slots=True)
class Start:
    """The station that a case is about, and what the form is filled with."""

    station: Station
    alert_id: int | None
    initial: dict[str, Any]


def link(request: HttpRequest, layer: Layer, feature_id: int) -> Link | None:
    """Where the caller opens a case about the feature, or the one that there is; None
    when there is none and they may not, or nothing binds the station."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    user: Any = request.user
    alert = ROLE in layer.roles
    if not (alert or layer.slug == LAYER.slug):
        return None
    if alert and user.has_perm(READ):
        known = of_alert(grant, feature_id)
        if known is not None:
            address = reverse("stations:dossier", args=[known.pk])
            text = _("Case file %(number)s") % {"number": known.number}
            return Link(text, address, ICON)
    if not user.has_perm(KEEP) or start(grant, alert, feature_id) is None:
        return None
    query = urlencode({"alert" if alert else "station": str(feature_id)})
    return Link(
        _("Open a case file"), f"{reverse('stations:dossier-new')}?{query}", ICON
    )


def start(grant: Grant, alert: bool, feature_id: int) -> Start | None:
    """Where a case begins; None when it cannot be about that, or the caller may not
    see it."""
    if not grant.allows(LAYER):
        return None
    values = station_of(grant, feature_id) if alert else None
    if alert and values is None:
        return None
    station = Station.objects.filter(
        pk=values["feature_id"] if values else feature_id
    ).first()
    if (
        station is None
        or not grant.sees_unit(station.unit_id)
        or station.kind in (Kind.RIVER, Kind.RAIN)
    ):
        return None
    if values is None:
        return Start(station, None, _of_station(station))
    return Start(station, feature_id, _of_alert(station, values))


def choices(station: Station) -> list[tuple[str, str]]:
    """The parameters that the station measures, with their titles."""
    names = Series.objects.filter(station=station).values_list("parameter", flat=True)
    return [(name, title(name)) for name in sorted(set(names))]


def _of_station(station: Station) -> dict[str, Any]:
    now = timezone.now()
    held = limits_at([station.pk], timezone.localdate(now))[station.pk]
    measured = {name for name, _title in choices(station)}
    return {
        "parameters": sorted({limit.parameter for limit in held} & measured),
        "since": now - BEFORE,
        "until": now,
    }


def _of_alert(station: Station, values: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    begun = _moment(values["raised_at"])
    ended = _moment(values.get("cleared_at")) or now
    known = [name for name, _title in choices(station)]
    part = values.get("part") or ""
    named = [
        name
        for name in known
        if part == name or any(part == part_of(name, m) for m in (60, 480, 1_440))
    ]
    return {
        "parameters": named or _of_station(station)["parameters"],
        "since": (begun or now) - BEFORE,
        "until": min(now, ended + AFTER),
    }


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else parse_datetime(str(value or ""))
