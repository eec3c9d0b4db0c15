"""The list of cases, a case with its versions, its steps and its package."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from layers.core import units
from layers.core.evidence.packages import archive, filename
from layers.core.evidence.verifying import MOST_BYTES
from layers.stations.completeness.views import grant_of
from layers.stations.layer import LAYER
from layers.stations.models import Dossier, DossierVersion
from layers.stations.pages.lines import figure
from layers.stations.reporting import wording

from . import differing, exporting, printing, queries, services, suggesting
from .forms import CorrectForm, DecisionForm, DossierForm
from .gathering import TooMuchError
from .queries import KEEP, READ
from .services import NotFoundError, RefusedError
from .steps import STEPS

PER_PAGE = 50
# Ending of the address -> (part of the package, type)
PARTS = {
    "pdf": ("case.pdf", "application/pdf"),
    "csv": ("values.csv", "text/csv; charset=utf-8"),
    "json": ("evidence.json", "application/json"),
}


@login_required
@permission_required(READ, raise_exception=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Cases that the caller may see, newest first."""
    grant = grant_of(request)
    asked = {
        name: request.GET.get(name, "").strip()[:100].replace("\x00", "")
        for name in ("status", "q", "station", "unit")
    }
    wanted = queries.Wanted(
        status=asked["status"],
        text=asked["q"],
        station=_number(asked["station"]),
        unit=_number(asked["unit"]),
    )
    pages = Paginator(queries.find(grant, wanted), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(dossier) for dossier in page.object_list],
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "statuses": Dossier.Status.choices,
        "units": [entry for entry in units.choices() if grant.sees_unit(entry[0])],
        "tab": "dossiers",
    }
    return render(request, "stations/dossiers/index.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _row(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier": dossier,
        "titles": ", ".join(map(wording.title, dossier.parameters)),
        "exceedances": dossier.exceedances,  # type: ignore[attr-defined]
        "peak": _peak(dossier.peak),
    }


def _peak(peak: dict[str, Any]) -> dict[str, Any] | None:
    if not peak:
        return None
    name, ratio = peak["parameter"], peak["ratio"]
    return {
        "title": wording.title(name),
        "value": wording.number(peak["value"], name),
        "unit": peak["unit"],
        "ratio": figure(ratio, 2) if ratio else "",
    }


@login_required
@permission_required(READ, raise_exception=True)
@require_GET
def detail(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """One case: a version (``?version=``, else the newest) and all its history."""
    dossier = _dossier(request, dossier_id)
    version = _version(dossier, request.GET.get("version", ""))
    request.audit(  # type: ignore[attr-defined]
        "view", layer=LAYER.slug, feature_id=dossier.station_id,
        dossier=dossier.number, version=version.number,
    )  # fmt: skip
    newest = version.number == dossier.version
    may_keep = newest and request.user.has_perm(KEEP)  # type: ignore[union-attr]
    context = {
        **printing.context(queries.head_of(version), queries.evidence_of(version)),
        "dossier": dossier,
        "version": version,
        "changed": differing.since(version),
        "default_title": services.default_title(dossier),
        "newest": newest,
        "versions": queries.versions(dossier),
        "steps": [step for step in STEPS.values() if dossier.status in step.sources]
        if may_keep
        else [],
        "decision_form": DecisionForm(),
        "may_keep": may_keep,
        "exports": queries.exports(dossier)[:20],
        "tab": "dossiers",
    }
    return render(request, "stations/dossiers/detail.html", context)


@login_required
@permission_required(KEEP, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a case about an alert or a station (``?alert=…`` or ``?station=…``)."""
    grant = grant_of(request)
    alert = "alert" in request.GET
    number = request.GET.get("alert" if alert else "station", "")
    known = number.isdecimal() and len(number) < 18
    start = suggesting.start(grant, alert, int(number)) if known else None
    if start is None:
        raise Http404
    choices = suggesting.choices(start.station)
    if request.method == "POST":
        form = DossierForm(request.POST, choices=choices)
        if form.is_valid():
            try:
                dossier = services.open_dossier(
                    start.station, form.entered(), request.user,
                    alert_id=start.alert_id,
                )  # fmt: skip
            except (RefusedError, TooMuchError) as error:
                form.add_error(None, str(error))
            else:
                return redirect("stations:dossier", dossier.pk)
    else:
        form = DossierForm(initial=start.initial, choices=choices)
    context = {"form": form, "station": start.station, "title": _("New case file")}
    return render(request, "stations/dossiers/form.html", context)


@login_required
@permission_required(KEEP, raise_exception=True)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """A new version with other entries."""
    dossier = _dossier(request, dossier_id)
    choices = suggesting.choices(dossier.station)
    if request.method == "POST":
        form = CorrectForm(request.POST, choices=choices)
        if form.is_valid():
            try:
                services.correct(
                    dossier_id, form.entered(), request.user, grant_of(request),
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
            except (RefusedError, TooMuchError) as error:
                form.add_error(None, str(error))
            else:
                return redirect("stations:dossier", dossier_id)
    else:
        initial = {name: getattr(dossier, name) for name in DossierForm.base_fields}
        form = CorrectForm(initial=initial, choices=choices)
    context = {
        "form": form,
        "station": dossier.station,
        "dossier": dossier,
        "title": _("Correct case %(number)s") % {"number": dossier.number},
    }
    return render(request, "stations/dossiers/form.html", context)


@login_required
@permission_required(KEEP, raise_exception=True)
@require_POST
def gather(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Evidence as it is known now, as a new version."""
    reason, grant = request.POST.get("text", ""), grant_of(request)
    return _write(
        request,
        dossier_id,
        lambda: services.gather_again(dossier_id, request.user, grant, reason=reason),
    )


@login_required
@permission_required(KEEP, raise_exception=True)
@require_POST
def act(request: HttpRequest, dossier_id: int, slug: str) -> HttpResponse:
    """One step of the table, then back to the page."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
        return redirect("stations:dossier", dossier_id)
    text, grant = request.POST.get("text", ""), grant_of(request)
    return _write(
        request,
        dossier_id,
        lambda: services.step(
            dossier_id, slug, request.user, grant,
            text=text, decision=form.cleaned_data,
        ),
    )  # fmt: skip


def _write(request: HttpRequest, dossier_id: int, write: Any) -> HttpResponse:
    try:
        write()
    except NotFoundError as error:
        raise Http404(str(error)) from None
    except (RefusedError, TooMuchError) as error:
        messages.error(request, str(error))
    return redirect("stations:dossier", dossier_id)


@login_required
@permission_required(READ, raise_exception=True)
@require_GET
def download(
    request: HttpRequest, dossier_id: int, number: int, ending: str
) -> HttpResponse:
    """The package of a version (ZIP), or one part of it."""
    dossier = _dossier(request, dossier_id)
    if ending not in ("zip", *PARTS):
        raise Http404
    version = _version(dossier, str(number))
    package = exporting.build(version)
    services.handed_out(version, package, request.user)
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, feature_id=dossier.station_id, format=ending,
        dossier=dossier.number, version=number, checksum=package.whole,
    )  # fmt: skip
    if ending == "zip":
        body, kind = archive(package), "application/zip"
    else:
        part, kind = PARTS[ending]
        body = package.parts[part]
    answer = HttpResponse(body, content_type=kind)
    name = filename(package.manifest, ending)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@permission_required(READ, raise_exception=True)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is an uploaded package intact, and was it handed out here?"""
    context: dict[str, Any] = {"tab": "dossiers"}
    upload = request.FILES.get("file")
    if request.method == "POST":
        if upload is None:
            messages.error(request, _("Choose a file."))
        elif (upload.size or 0) > MOST_BYTES:
            messages.error(request, _("The package is larger than any case file."))
        else:
            verdict = exporting.verify(upload)  # type: ignore[arg-type]
            context |= {"verdict": verdict, "name": upload.name}
    return render(request, "stations/dossiers/check.html", context)


def _dossier(request: HttpRequest, dossier_id: int) -> Dossier:
    dossier = queries.one(grant_of(request), dossier_id)
    if dossier is None:
        raise Http404
    return dossier


def _version(dossier: Dossier, number: str) -> DossierVersion:
    known = number.isdecimal() and len(number) < 9
    version = queries.version_of(dossier, int(number) if known else None)
    if version is None:
        raise Http404
    return version
