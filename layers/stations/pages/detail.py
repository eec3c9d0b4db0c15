"""The page of one station: what it is, what binds it, what changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import Http404, HttpRequest
from django.utils import timezone

from layers.core import queries, units
from layers.core.scope import Grant
from layers.stations.layer import LAYER
from layers.stations.models import (
    AlarmLevel,
    Instrument,
    Permit,
    Review,
    Series,
    Station,
)
from layers.stations.parameters import CATALOGUE

from . import alarms, bounds, calendar, drawer
from .lines import averaging, limit_figure

CHANGES = 40
TRACKED = ("station", "instrument", "permit", "limit", "alarmlevel")
HIDDEN = {
    "pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_obj", "pgh_context",
    "pgh_context_id", "id", "created_at", "updated_at", "geom", "station",
}  # fmt: skip


def station_of(request: HttpRequest, station_id: int) -> tuple[Station, dict[str, Any]]:
    """A station and its feature, in the caller's scope; Http404 otherwise."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    found = queries.feature(LAYER, grant, station_id)
    if found is None:
        raise Http404
    return Station.objects.get(pk=station_id), found


def context(
    request: HttpRequest, station: Station, feature: dict[str, Any]
) -> dict[str, Any]:
    """Everything of the page but the chart, which its script asks for."""
    today = timezone.localdate()
    path = [node.title for node in units.tree().ancestors(station.unit_id)]
    return {
        "station": station,
        "feature": feature,
        "values": feature["properties"],
        "unit_path": " · ".join(path),
        "indices": drawer.indices(
            station.pk, feature["properties"]["at"] or timezone.now()
        ),
        "alarms": alarms.open_alarms(request.grant).get(station.pk, []),  # type: ignore[attr-defined]
        "offers": alarms.offers(request, station.pk),
        "months": calendar.months(station, today),
        "series": series(station),
        "instruments": list(Instrument.objects.filter(station=station)),
        "permits": list(Permit.objects.filter(station=station)),
        "limits": limits(station, today),
        "levels": list(AlarmLevel.objects.filter(station=station)),
        "reviews": list(
            Review.objects.filter(series__station=station)
            .select_related("series", "made_by", "withdrawn_by")
            .order_by("-made_at")[:CHANGES]
        ),
        "changes": changes(station),
        "files": files(station),
        "today": today,
    }


def series(station: Station) -> list[dict[str, Any]]:
    """The series with their titles and instruments."""
    rows = Series.objects.filter(station=station).select_related("instrument")
    return [
        {
            "parameter": row.parameter,
            "title": str(CATALOGUE[row.parameter].title)
            if row.parameter in CATALOGUE
            else row.parameter,
            "unit": row.unit,
            "averaging_minutes": row.averaging_minutes,
            "instrument": row.instrument,
            "active": row.active,
        }
        for row in rows.order_by("pk")
    ]


def limits(station: Station, today: date) -> list[dict[str, Any]]:
    """Limits of the parameters that the station measures: in force today, or later."""
    measured = {
        (row.parameter, row.unit) for row in Series.objects.filter(station=station)
    }
    ahead = today + timedelta(days=2 * 365)
    found = bounds.of_stations([station], today, ahead)[station.pk]
    return [
        {
            "limit": bound.limit,
            "title": str(CATALOGUE[bound.limit.parameter].title)
            if bound.limit.parameter in CATALOGUE
            else bound.limit.parameter,
            "sign": "≥" if bound.limit.direction == "lower" else "≤",
            "value": limit_figure(bound.limit.value),
            "averaging": averaging(bound.limit.averaging_minutes),
            "later": bound.since > today,
        }
        for bound in found
        if (bound.limit.parameter, bound.limit.unit) in measured
    ]


def changes(station: Station) -> list[dict[str, Any]]:
    """What was edited in the register of the station, newest first: what, when, by
    whom, which fields."""
    found: list[dict[str, Any]] = []
    for name in TRACKED:
        model = apps.get_model("stations", name)
        event = apps.get_model("stations", f"{name}event")
        rows = event.objects.select_related("pgh_context")
        rows = (
            rows.filter(pgh_obj_id=station.pk)
            if name == "station"
            else rows.filter(station_id=station.pk)
        )
        before: dict[Any, dict[str, Any]] = {}
        for row in rows.order_by("pgh_id"):
            values = {
                entry.name: getattr(row, entry.attname)
                for entry in row._meta.concrete_fields
                if entry.name not in HIDDEN
            }
            earlier = before.get(row.pgh_obj_id, {})
            before[row.pgh_obj_id] = values
            found.append(
                {
                    "what": str(model._meta.verbose_name),
                    "label": row.pgh_label,
                    "at": row.pgh_created_at,
                    "who": _who(row),
                    "fields": _fields(model, earlier, values),
                }
            )
    found.sort(key=lambda entry: entry["at"], reverse=True)
    return [entry for entry in found if entry["fields"] or entry["label"] != "update"][
        :CHANGES
    ]


def _who(row: Any) -> str:
    context = row.pgh_context
    user_id = (context.metadata or {}).get("user") if context else None
    if not user_id:
        return ""
    user = apps.get_model("accounts", "User").objects.filter(pk=user_id).first()
    return user.display_name if user else ""


def _fields(
    model: Any, earlier: dict[str, Any], values: dict[str, Any]
) -> list[tuple[str, Any, Any]]:
    """(title, old, new) of the fields that changed; none of a first version."""
    if not earlier:
        return []
    return [
        (str(model._meta.get_field(name).verbose_name), earlier.get(name), value)
        for name, value in values.items()
        if earlier.get(name) != value
    ]


def files(station: Station) -> dict[str, Any]:
    """Where its files come from, and when the newest value was received."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(l.received_at) FROM stations_latest l"
            " JOIN stations_series s ON s.id = l.series_id WHERE s.station_id = %s",
            [station.pk],
        )
        (received,) = cursor.fetchone()
    account = station.ftp_account
    return {
        "account": account.name if account else "",
        "folder": station.folder,
        "received_at": received,
    }
