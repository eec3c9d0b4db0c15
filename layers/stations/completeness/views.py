"""Pages of completeness: a month of many stations, of one, and one day by hours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from layers.core.scope import Grant
from layers.stations.kinds import Kind
from layers.stations.layer import LAYER
from layers.stations.models import Series, Station
from layers.stations.pages import exports
from layers.stations.pages.calendar import SHARES
from layers.stations.pages.listing import owners

from . import files, months
from .queries import NONE, Count, hours

VIEWS = ("stations", "owners")


def grant_of(request: HttpRequest) -> Grant:
    """The caller's grant; Http404 without the layer."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(LAYER):
        raise Http404
    return grant


def station_of(grant: Grant, station_id: int) -> Station:
    """A station of the caller's scope, in use or not; Http404 otherwise."""
    station = Station.objects.filter(pk=station_id).first()
    if station is None or not grant.sees_unit(station.unit_id):
        raise Http404
    return station


class Asked:
    """What the address asks for; what means nothing is left out."""

    def __init__(self, request: HttpRequest) -> None:
        given = request.GET
        today = timezone.localdate()
        self.month = months.month_of(
            given.get("month", ""), today, given.get("count", "")
        )
        self.owner = given.get("owner", "")[:200].replace("\x00", "")
        kind = given.get("kind", "")
        self.kind = kind if kind in Kind.values else ""
        view = given.get("by", "")
        self.by = view if view in VIEWS else VIEWS[0]
        self.current = today.replace(day=1)

    def address(self, **changes: Any) -> str:
        values = {
            "month": f"{self.month.first:%Y-%m}",
            "count": self.month.what,
            "by": self.by,
            "owner": self.owner,
            "kind": self.kind,
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value})

    def lines(self, grant: Grant, now: datetime) -> list[months.Line]:
        chosen = months.stations(grant, self.owner, self.kind)
        make = months.by_owner if self.by == "owners" else months.by_station
        return make(self.month, chosen, now)

    def context(self) -> dict[str, Any]:
        before, after = self.month.beside(-1), self.month.beside(1)
        return {
            "asked": self,
            "month": self.month,
            "before": self.address(month=f"{before:%Y-%m}"),
            "after": self.address(month=f"{after:%Y-%m}")
            if after <= self.current
            else "",
            "counts": [
                (what, self.address(count=what), what == self.month.what)
                for what in months.COUNTED
            ],
            "shares": SHARES,
            "tab": "completeness",
            "exports": exports.EXPORTS,
        }


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """A month of all stations, or of all owners."""
    grant = grant_of(request)
    asked, now = Asked(request), timezone.now()
    lines = asked.lines(grant, now)
    total = sum((line.total.count for line in lines), NONE)
    context = {
        **asked.context(),
        "lines": lines,
        "total": total,
        "total_share": total.share(asked.month.what),
        "views": [(v, asked.address(by=v), v == asked.by) for v in VIEWS],
        "owners": owners(grant),
        "kinds": Kind.choices,
        "now": now,
    }
    return render(request, "stations/completeness/month.html", context)


@login_required
@require_GET
def index_export(request: HttpRequest, fmt: str) -> HttpResponse:
    """The same month as a file: a row for each station or owner and day."""
    grant = grant_of(request)
    if fmt not in exports.EXPORTS:
        raise Http404
    asked = Asked(request)
    lines = asked.lines(grant, timezone.now())
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, format=fmt, filter=asked.address()
    )
    name = f"completeness-{asked.month.first:%Y-%m}-{asked.by}"
    return exports.respond(fmt, name, files.head(asked.by), files.rows(lines))


@login_required
@require_GET
def station(request: HttpRequest, station_id: int) -> HttpResponse:
    """A month of one station, series by series."""
    found = station_of(grant_of(request), station_id)
    asked, now = Asked(request), timezone.now()
    context = {
        **asked.context(),
        "station": found,
        "lines": months.by_series(asked.month, found, now),
        "now": now,
    }
    return render(request, "stations/completeness/station.html", context)


@login_required
@require_GET
def day(request: HttpRequest, station_id: int, day: str) -> HttpResponse:
    """The 24 hours of a day of one station, series by series."""
    found = station_of(grant_of(request), station_id)
    try:
        asked_day = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    asked, now = Asked(request), timezone.now()
    titles = {
        entry.pk: (months.series_title(entry), entry.unit)
        for entry in Series.objects.filter(station=found)
    }
    counts = hours(station_id, asked_day, now)
    context = {
        **asked.context(),
        "station": found,
        "day": asked_day,
        "hours": list(range(24)),
        "lines": [
            (*titles[pk], [_hour(count, asked.month.what) for count in cells],
             _hour(sum(cells, NONE), asked.month.what))
            for pk, cells in counts.items()
        ],
        "now": now,
    }  # fmt: skip
    return render(request, "stations/completeness/day.html", context)


def _hour(count: Count, what: str) -> dict[str, Any]:
    share = count.share(what)
    band = "none" if share is None else months.band_of(share)
    return {"count": count, "share": share, "band": band, "found": getattr(count, what)}
