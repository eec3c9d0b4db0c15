"""Pages of stations: list, station, calendar, comparison, and their exports."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.scope import Grant
from layers.stations.kinds import Kind, State
from layers.stations.layer import LAYER
from layers.stations.models import Station

from . import calendar, charts, columns, compare, data, detail, exports, listing, span
from . import calendar_picture as picture

REFRESH_S = 30


def _grant(request: HttpRequest) -> Grant:
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(LAYER):
        raise Http404
    return grant


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list; htmx asks for its rows alone."""
    grant = _grant(request)
    asked = listing.Asked.read(request.GET)
    now = timezone.now()
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    found = listing.listing(asked, grant, now, page)
    context: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "now": now,
        "counters": columns.counters(asked, found.counts),
        "heads": columns.heads(asked),
        "refresh_s": REFRESH_S,
        "exports": exports.EXPORTS,
        "tab": "list",
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "stations/list_rows.html", context)
    context |= {
        "kinds": Kind.choices,
        "owners": listing.owners(grant),
        "units": _units(grant),
    }
    return render(request, "stations/list.html", context)


def _units(grant: Grant) -> list[tuple[int, str]]:
    return [(pk, title) for pk, title in units.choices() if grant.sees_unit(pk)]


@login_required
@require_GET
def index_export(request: HttpRequest, fmt: str) -> HttpResponse:
    """The stations of the list as it is filtered and sorted."""
    grant = _grant(request)
    if fmt not in exports.EXPORTS:
        raise Http404
    asked = listing.Asked.read(request.GET)
    rows = listing.rows(asked, grant, timezone.now())
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, format=fmt, filter=asked.filter_address
    )
    name = f"stations-{timezone.localtime():%Y%m%d-%H%M}"
    table = (columns.cells(row) for row in rows)
    return exports.respond(fmt, name, columns.titles(), table)


@login_required
@require_GET
def station(request: HttpRequest, station_id: int) -> HttpResponse:
    """One station: chart, calendar, completeness, what it is and what binds it."""
    found, feature = detail.station_of(request, station_id)
    request.audit("view", layer=LAYER.slug, feature_id=station_id)  # type: ignore[attr-defined]
    context = detail.context(request, found, feature)
    context |= {
        "data": {**data.common(), "stations": [_about(found)]},
        "exports": exports.EXPORTS,
        "calendar": _calendar(request, found),
        "state_title": State(feature["properties"]["state"]).label,
        "export_base": _base(
            reverse("stations:station-export", args=[found.pk, "csv"])
        ),
        "source": LAYER.source,
        "tab": "",
    }
    return render(request, "stations/station.html", context)


def _base(address: str) -> str:
    """Without the ending, which says the format."""
    return address.rpartition(".")[0]


def _about(found: Station) -> dict[str, Any]:
    return {
        "id": found.pk,
        "title": found.title,
        "kind": found.kind,
        "code": found.code,
    }


def _calendar(request: HttpRequest, found: Station) -> dict[str, Any]:
    """``?show=`` what, ``?year=`` when; what means nothing is the first choice."""
    choices = calendar.choices(found)
    what = request.GET.get("show", "")
    if what not in dict(choices):
        what = choices[0][0]
    years = calendar.years(found)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else years[0]
    cells, keys = calendar.calendar(found, what, year)
    return {
        "station": found,
        "what": what,
        "title": dict(choices)[what],
        "choices": choices,
        "year": year,
        "years": years,
        "cells": picture.placed(cells),
        "keys": keys,
        "months": picture.month_marks(year),
        "weekdays": picture.weekday_marks(),
        "width": picture.width(cells),
    }


@login_required
@require_GET
def station_calendar(request: HttpRequest, station_id: int) -> HttpResponse:
    """The calendar alone, for htmx."""
    found, _feature = detail.station_of(request, station_id)
    context = {"calendar": _calendar(request, found), "station": found}
    return render(request, "stations/calendar.html", context)


@login_required
@require_GET
def station_export(request: HttpRequest, station_id: int, fmt: str) -> HttpResponse:
    """What the chart of a station draws, as a file."""
    found, _feature = detail.station_of(request, station_id)
    parameters = compare.names(request.GET.get("p", ""))
    return _file(request, fmt, [found], parameters, found.code)


@login_required
@require_GET
def comparison(request: HttpRequest) -> HttpResponse:
    """Several stations and parameters in one picture."""
    grant = _grant(request)
    chosen = compare.stations(grant, request.GET.get("s", ""))
    offered = compare.offered(grant)
    context = {
        "data": {
            **data.common(),
            "stations": [_about(entry) for entry in chosen],
            "offered": offered,
            "most": compare.MOST,
        },
        "offered": offered,
        "chosen": chosen,
        "most": compare.MOST,
        "exports": exports.EXPORTS,
        "export_base": _base(reverse("stations:compare-export", args=["csv"])),
        "tab": "compare",
    }
    return render(request, "stations/compare.html", context)


@login_required
@require_GET
def comparison_export(request: HttpRequest, fmt: str) -> HttpResponse:
    """What the comparison draws, as a file."""
    chosen = compare.stations(_grant(request), request.GET.get("s", ""))
    parameters = compare.names(request.GET.get("p", ""))
    return _file(request, fmt, chosen, parameters, "compare")


def _file(
    request: HttpRequest,
    fmt: str,
    stations: list[Station],
    parameters: list[str],
    name: str,
) -> HttpResponse:
    if fmt not in exports.EXPORTS:
        raise Http404
    try:
        asked = span.read(request.GET, timezone.now())
    except span.SpanError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    found = charts.chart(stations, asked, parameters)
    names = {entry.pk: (entry.title, entry.code) for entry in stations}
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, format=fmt, stations=sorted(names), step=asked.step,
        since=asked.since.isoformat(), until=asked.until.isoformat(),
    )  # fmt: skip
    title = f"{name}-{timezone.localtime(asked.since):%Y%m%d}-{asked.step}"
    table = exports.rows(found, names, asked)
    return exports.respond(fmt, title, exports.head(asked), table)
