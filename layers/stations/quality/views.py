"""The review desk: what needs a look, and one series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.stations.layer import LAYER
from layers.stations.models import Finding, Series
from layers.stations.pages import data, detail, exports
from layers.stations.pages.flags import FLAGS
from layers.stations.parameters import CATALOGUE, FAIL, SUSPECT

from . import evidence, queries, review
from .params import TESTS

MOST_EXPORTED = 10_000
MARGIN = timedelta(hours=6)


def _scope(request: HttpRequest) -> list[Any]:
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(LAYER):
        raise Http404
    return queries.stations(grant)


def _shown(found: list[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "finding": entry,
            "title": TESTS[entry.kind].title if entry.kind in TESTS else entry.kind,
            "parameter": queries.title_of(entry.series.parameter),
            "words": evidence.words(entry.kind, entry.evidence),
            "causes": evidence.CAUSES.get(entry.kind, ""),
            "open": _series_address(entry.series_id, entry.since, entry.until),
        }
        for entry in found
    ]


def _series_address(series_id: int, since: datetime, until: datetime) -> str:
    """The page of a series with a stretch chosen and some hours around it shown."""
    query = {
        "from": _stamp(since - MARGIN),
        "to": _stamp(until + MARGIN),
        "since": _local(since),
        "until": _local(until),
    }
    return f"{reverse('stations:review-series', args=[series_id])}?{urlencode(query)}"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(timezone.get_fixed_timezone(0)):%Y-%m-%dT%H:%M}Z"


def _local(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}"


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Stretches that did not pass, and patterns; newest first."""
    stations = _scope(request)
    asked = queries.Asked.read(request.GET)
    ids = [entry.pk for entry in stations]
    number = request.GET.get("page", "")
    page = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    now = timezone.now()
    found = queries.stretches(asked, ids, now, page)
    pages = max(-(-found.total // queries.PAGE), 1)
    context = {
        "asked": asked,
        "found": found,
        "rows": [
            (row, _series_address(row.series.pk, row.since, row.until))
            for row in found.rows
        ],
        "findings": _shown(queries.findings(asked, ids, now)),
        "stations": stations,
        "tests": list(TESTS.values()),
        "parameters": [(name, entry.title) for name, entry in CATALOGUE.items()],
        "flags": [(flag, _(FLAGS[flag][1])) for flag in (FAIL, SUSPECT)],
        "spans": queries.SPANS.values(),
        "query": urlencode(asked.address),
        "page": page,
        "pages": pages,
        "now": now,
        "exports": exports.EXPORTS,
        "may_review": request.user.has_perm(review.POWER),
        "tab": "review",
    }
    return render(request, "stations/quality/index.html", context)


@login_required
@require_GET
def export(request: HttpRequest, fmt: str) -> HttpResponse:
    """The stretches and patterns of the list as it is filtered."""
    if fmt not in exports.EXPORTS:
        raise Http404
    stations = _scope(request)
    asked = queries.Asked.read(request.GET)
    ids = [entry.pk for entry in stations]
    now = timezone.now()
    found = queries.stretches(asked, ids, now, limit=MOST_EXPORTED)
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, format=fmt, review=asked.address
    )
    rows = [
        [
            row.series.station.title, row.series.station.code, row.series.parameter,
            row.test, _(FLAGS[row.flag][1]), _naive(row.since), _naive(row.until),
            row.values, row.decided, "",
        ]
        for row in found.rows
    ]  # fmt: skip
    rows += [
        [
            entry.series.station.title, entry.series.station.code,
            entry.series.parameter, entry.kind, entry.get_outcome_display(),
            _naive(entry.since), _naive(entry.until), None, None,
            evidence.words(entry.kind, entry.evidence),
        ]
        for entry in queries.findings(asked, ids, now)
    ]  # fmt: skip
    head = [
        _("Station"), _("Code"), _("Parameter"), _("Quality test"), _("Flag"),
        _("From (UTC+7)"), _("To (UTC+7)"), _("Values"), _("Decided"), _("Evidence"),
    ]  # fmt: skip
    name = f"review-{timezone.localtime(now):%Y%m%d-%H%M}"
    return exports.respond(fmt, name, head, rows)


def _naive(at: datetime) -> datetime:
    return timezone.localtime(at).replace(tzinfo=None)


def series_of(request: HttpRequest, series_id: int) -> Series:
    """A series in the caller's scope; Http404 otherwise."""
    found = get_object_or_404(
        Series.objects.select_related("station", "instrument"), pk=series_id
    )
    detail.station_of(request, found.station_id)
    return found


@login_required
@require_GET
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """One series: chart, what the tests say, the form, who decided what."""
    found = series_of(request, series_id)
    now = timezone.now()
    asked = queries.Asked(state=queries.ALL, days="90")
    ids = [found.station_id]
    others = Series.objects.filter(station_id=found.station_id).order_by("pk")
    context = {
        "series": found,
        "title": queries.title_of(found.parameter),
        "others": [(entry, queries.title_of(entry.parameter)) for entry in others],
        "rows": [
            (row, _series_address(row.series.pk, row.since, row.until))
            for row in queries.stretches(asked, ids, now, series_id=series_id).rows
        ],
        "findings": _shown(queries.findings(asked, ids, now, series_id)),
        "reviews": queries.reviews(series_id),
        "flags": [(flag, _(FLAGS[flag][1])) for flag in review.FLAGS],
        "words": FLAGS,
        "since": request.GET.get("since", "")[:19],
        "until": request.GET.get("until", "")[:19],
        "may_review": request.user.has_perm(review.POWER),
        "exports": exports.EXPORTS,
        "export_base": reverse(
            "stations:station-export", args=[found.station_id, "csv"]
        ).rpartition(".")[0],
        "data": {
            **data.common(),
            "station": found.station_id,
            "series": found.pk,
            "parameter": found.parameter,
        },
        "tab": "review",
    }
    return render(request, "stations/quality/series.html", context)
