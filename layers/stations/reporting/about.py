"""What a report says beside the values: instruments, reviews, indices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Q

from layers.stations.completeness.months import Month
from layers.stations.models import Instrument, Period, Review, Station, StationIndex

from .wording import person

INSTRUMENT = (
    "title", "make", "model", "serial_number", "method", "range_low", "range_high",
    "installed_on", "removed_on", "calibrated_on", "calibration_due_on",
)  # fmt: skip


def instruments(station: Station, first: date, last: date) -> list[dict[str, Any]]:
    """Those that were in the station on a day of the span."""
    rows = Instrument.objects.filter(
        Q(installed_on=None) | Q(installed_on__lte=last),
        Q(removed_on=None) | Q(removed_on__gte=first),
        station=station,
    ).order_by("title", "pk")
    return [{"id": row.pk, **_plain(row)} for row in rows]


def _plain(row: Any) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in INSTRUMENT}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in found.items()
    }


def changes(station: Station, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What was written about instruments in the span: old and new of each field."""
    model = apps.get_model("stations", "InstrumentEvent")
    rows = model.objects.filter(station_id=station.pk, pgh_created_at__lte=until)
    last: dict[int, dict[str, Any]] = {}
    found = []
    for row in rows.order_by("pgh_created_at", "pgh_id"):
        new, old = _plain(row), last.get(row.pgh_obj_id)
        last[row.pgh_obj_id] = new
        if row.pgh_created_at <= since or old == new:
            continue
        found.append(
            {
                "at": row.pgh_created_at.timestamp(),
                "instrument": row.title,
                "old": {k: v for k, v in (old or {}).items() if new[k] != v},
                "new": {
                    k: v
                    for k, v in new.items()
                    if v not in (None, "") and (old is None or old[k] != v)
                },
            }
        )
    return found


def reviews(station: Station, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What people decided about values of the span, also what they withdrew."""
    rows = Review.objects.filter(
        series__station=station, since__lte=until, until__gt=since
    )
    rows = rows.select_related("series", "made_by", "withdrawn_by").order_by("pk")
    return [
        {
            "parameter": row.series.parameter,
            "since": row.since.timestamp(),
            "until": row.until.timestamp(),
            "flag": row.flag,
            "value": row.value,
            "reason": row.reason,
            "by": person(row.made_by),
            "at": row.made_at.timestamp(),
            "withdrawn_by": person(row.withdrawn_by) if row.withdrawn_by else "",
            "withdrawn_reason": row.withdrawn_reason,
        }
        for row in rows
    ]


def indices(station: Station, month: Month) -> list[dict[str, Any]]:
    """Indices of the days; a day ends at the midnight that its index is stored at."""
    from .figures import midnight

    rows = StationIndex.objects.filter(
        station=station,
        period=Period.DAY,
        at__gt=midnight(month.first),
        at__lte=midnight(month.beside(1)),
    ).order_by("kind", "at")
    return [
        {
            "kind": row.kind,
            "at": row.at.timestamp(),
            "value": row.value,
            "parameter": row.parameter,
            "reason": row.reason,
        }
        for row in rows
    ]
