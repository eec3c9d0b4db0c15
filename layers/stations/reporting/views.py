"""Pages of monthly reports: a month, one report with its differences, files, runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from layers.core import pdf
from layers.core.scope import Grant
from layers.stations.completeness import months
from layers.stations.completeness.views import grant_of, station_of
from layers.stations.layer import LAYER
from layers.stations.models import MonthlyReport, ReportRun
from layers.stations.pages.listing import owners

from . import document, owner, queries, running, services, wording, workbook
from .differences import differences

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAKES = "stations.change_station"
REFRESH_S = 2


def _month(request: HttpRequest, given: Any) -> months.Month:
    return months.month_of(given.get("month", ""), timezone.localdate())


def _address(month: months.Month, owner_name: str) -> str:
    values = {"month": f"{month.first:%Y-%m}", "owner": owner_name}
    return urlencode({name: value for name, value in values.items() if value})


def _owner(given: Any) -> str:
    return str(given.get("owner", ""))[:200].replace("\x00", "")


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The reports of a month, of all stations or those of an owner."""
    grant, now = grant_of(request), timezone.now()
    month, chosen = _month(request, request.GET), _owner(request.GET)
    before, after = month.beside(-1), month.beside(1)
    context = {
        "month": month,
        "owner": chosen,
        "owners": owners(grant),
        "rows": queries.rows(month, months.stations(grant, chosen), now),
        "runs": _runs(grant, month),
        "before": _address(months.Month(before), chosen),
        "after": _address(months.Month(after), chosen)
        if after <= timezone.localdate()
        else "",
        "address": _address(month, chosen),
        "may_make": request.user.has_perm(MAKES),
        "refresh_s": REFRESH_S,
        "tab": "reports",
    }
    return render(request, "stations/reporting/month.html", context)


def _runs(grant: Grant, month: months.Month) -> list[ReportRun]:
    """Runs of the month that the caller asked for, newest first."""
    rows = ReportRun.objects.filter(month=month.first, asked_by_id=grant.user_id)
    return list(rows.order_by("-pk")[:3])


@login_required
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The progress alone, for htmx; with the last station the page loads anew."""
    found = _runs(grant_of(request), _month(request, request.GET))
    context = {
        "runs": found,
        "month": _month(request, request.GET),
        "address": _address(_month(request, request.GET), _owner(request.GET)),
        "refresh_s": REFRESH_S,
    }
    answer = render(request, "stations/reporting/runs.html", context)
    if not any(run.open for run in found):
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@permission_required(MAKES, raise_exception=True)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make the report of one station now, or those of many by a worker."""
    grant, month = grant_of(request), _month(request, request.POST)
    chosen = _owner(request.POST)
    back = f"{reverse('stations:reports')}?{_address(month, chosen)}"
    number = request.POST.get("station", "")
    if not number:
        stations = [
            row.station
            for row in queries.rows(
                month, months.stations(grant, chosen), timezone.now()
            )
        ]
        if stations:
            running.ask(month, chosen, stations, request.user)
        return redirect(back)
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    station = station_of(grant, int(number))
    try:
        report, new = services.make(station, month, request.user)
    except services.ReportError as error:
        messages.error(request, str(error))
        return redirect(back)
    if not new:
        messages.info(request, _("Nothing has changed since this version."))
    return redirect("stations:report", report_id=report.pk)


@login_required
@permission_required(MAKES, raise_exception=True)
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run of one's own."""
    run = get_object_or_404(ReportRun, pk=run_id, asked_by=request.user)
    running.cancel(run)
    address = _address(months.Month(run.month), run.owner)
    return redirect(f"{reverse('stations:reports')}?{address}")


def _report(request: HttpRequest, report_id: int) -> MonthlyReport:
    rows = MonthlyReport.objects.select_related("station", "made_by")
    report = get_object_or_404(rows, pk=report_id)
    station_of(grant_of(request), report.station_id)
    return report


@login_required
@require_GET
def detail(request: HttpRequest, report_id: int) -> HttpResponse:
    """A report with its versions and what changed since another (``?against=``)."""
    report = _report(request, report_id)
    versions = list(
        MonthlyReport.objects.filter(station=report.station_id, month=report.month)
        .select_related("made_by")
        .order_by("-version")
    )
    asked = request.GET.get("against", "")
    other = next(
        (
            entry
            for entry in versions
            if (str(entry.version) == asked)
            or (not asked and entry.version == report.version - 1)
        ),
        None,
    )
    context = {
        **document.context(report),
        "versions": versions,
        "other": other,
        "differences": [
            (entry, wording.title(entry.parameter) if entry.parameter else "")
            for entry in differences(other.figures, report.figures)
        ]
        if other
        else [],
        "address": _address(months.Month(report.month), ""),
        "tab": "reports",
    }
    return render(request, "stations/reporting/detail.html", context)


@login_required
@require_GET
def download(request: HttpRequest, report_id: int, fmt: str) -> HttpResponse:
    """The paper or the workbook, in the language of the page."""
    report = _report(request, report_id)
    if fmt not in ("pdf", "xlsx"):
        raise Http404
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, feature_id=report.station_id, format=fmt,
        month=f"{report.month:%Y-%m}", version=report.version, sha256=report.sha256,
    )  # fmt: skip
    name = f"{report.figures['station']['code']}-{report.month:%Y-%m}-v{report.version}"
    if fmt == "pdf":
        return pdf.response(document.to_pdf(report), f"{name}.pdf")
    return _xlsx(workbook.to_xlsx(report), name)


@login_required
@require_GET
def owner_file(request: HttpRequest, fmt: str) -> HttpResponse:
    """All stations of an owner on one paper or sheet."""
    grant = grant_of(request)
    month, chosen = _month(request, request.GET), _owner(request.GET)
    if fmt not in ("pdf", "xlsx"):
        raise Http404
    rows = queries.rows(month, months.stations(grant, chosen), timezone.now())
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, format=fmt, month=f"{month.first:%Y-%m}",
        owner=chosen, stations=len(rows),
    )  # fmt: skip
    who = wording.person(request.user)
    summary = owner.Summary(month, chosen, rows, who, timezone.now())
    name = f"summary-{month.first:%Y-%m}"
    if fmt == "pdf":
        return pdf.response(owner.to_pdf(summary), f"{name}.pdf")
    return _xlsx(owner.to_xlsx(summary), name)


def _xlsx(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
