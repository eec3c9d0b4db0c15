"""The list of cases, a case with its versions, its steps and its package."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from layers.core.evidence.packages import archive, filename
from layers.core.evidence.verifying import MOST_BYTES
from layers.core.spec import registry
from layers.vessels.models import Vessel
from layers.vessels.personal import without_phone

from . import exporting, queries, services, suggesting
from .choices import Kind, Status
from .entries import NotFoundError, RefusedError
from .forms import CaseForm, CorrectForm, DecisionForm
from .gathering import TooMuchError
from .models import Case, Export
from .queries import MASK, SLUG, CaseFilter
from .verifying import verify

PER_PAGE = 50
# Ending of the address -> (part of the package, type)
PARTS = {
    "pdf": ("case.pdf", "application/pdf"),
    "geojson": ("evidence.geojson", "application/geo+json"),
    "txt": ("raw-messages.txt", "text/plain; charset=latin-1"),
}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Cases that the caller may see, newest first."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(registry[SLUG]):
        raise Http404
    asked = {
        name: request.GET.get(name, "").strip()[:100]
        for name in ("status", "kind", "q")
    }
    wanted = CaseFilter(status=asked["status"], kind=asked["kind"], text=asked["q"])
    pages = Paginator(queries.find(grant, wanted), PER_PAGE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "statuses": Status.choices,
        "kinds": Kind.choices,
    }
    return render(request, "cases/index.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: a version (``?version=``, else the newest) and all its history."""
    case = _case(request, case_id)
    asked = request.GET.get("version", "")
    version = queries.version_of(case, int(asked) if asked.isdecimal() else None)
    if version is None:
        raise Http404
    request.audit(  # type: ignore[attr-defined]
        "view", layer=SLUG, feature_id=case_id, version=version.number
    )
    return render(request, "cases/detail.html", _shown(request, case, version))


def _shown(request: HttpRequest, case: Case, version: Any) -> dict[str, Any]:
    from . import printing
    from .masking import open_to_all

    personal = MASK in request.grant.masks  # type: ignore[attr-defined]
    head, document = queries.head_of(version), queries.evidence_of(version)
    if not personal:
        head, document = open_to_all(head), open_to_all(document)
    may_write = request.user.has_perm("cases.change_case")  # type: ignore[union-attr]
    newest = version.number == case.version
    return {
        **printing.context(head, document, [], personal=personal),
        "case": case,
        "version": version,
        "newest": newest,
        "versions": case.versions.select_related("made_by").order_by("-number"),
        "steps": queries.steps_for(case, request.user) if newest else [],
        "decision_form": DecisionForm(),
        "may_write": may_write and newest,
        "exports": Export.objects.filter(version__case=case).select_related(
            "version", "made_by"
        )[:20],
    }


@login_required
@permission_required(suggesting.ADD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a case about a vessel or an alert (``?layer=…&feature=…``)."""
    grant = request.grant  # type: ignore[attr-defined]
    feature = request.GET.get("feature", "")
    start = None
    if feature.isdecimal() and grant.allows(registry[SLUG]):
        start = suggesting.start(grant, request.GET.get("layer", ""), int(feature))
    if start is None:
        raise Http404
    vessel = get_object_or_404(Vessel, pk=start.vessel_id)
    zones = suggesting.zone_choices(grant)
    if request.method == "POST":
        form = CaseForm(request.POST, zones=zones)
        if form.is_valid():
            try:
                case = services.open_case(
                    vessel, form.entered(), request.user, origin=start.origin
                )
            except (RefusedError, TooMuchError) as error:
                form.add_error(None, str(error))
            else:
                request.audit("create", layer=SLUG, feature_id=case.pk)  # type: ignore[attr-defined]
                return redirect("cases:detail", case.pk)
    else:
        form = CaseForm(initial=start.initial, zones=zones)
    context = {
        "form": form,
        "vessel": vessel,
        "vessel_title": without_phone(vessel.title),
        "title": _("New case file"),
    }
    return render(request, "cases/form.html", context)


@login_required
@permission_required("cases.change_case", raise_exception=True)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, case_id: int) -> HttpResponse:
    """A new version with other entries."""
    case = _case(request, case_id)
    grant = request.grant  # type: ignore[attr-defined]
    zones = suggesting.zone_choices(grant)
    if request.method == "POST":
        form = CorrectForm(request.POST, zones=zones)
        if form.is_valid():
            try:
                services.correct(
                    case_id, form.entered(), request.user, grant,
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
            except (RefusedError, TooMuchError) as error:
                form.add_error(None, str(error))
            else:
                return redirect("cases:detail", case_id)
    else:
        initial = {name: getattr(case, name) for name in CaseForm.base_fields}
        form = CorrectForm(initial=initial, zones=zones)
    title = _("Correct case %(number)s") % {"number": case.number}
    context = {
        "form": form,
        "vessel": case.vessel,
        "vessel_title": case.shown_vessel,
        "case": case,
        "title": title,
    }
    return render(request, "cases/form.html", context)


@login_required
@permission_required("cases.change_case", raise_exception=True)
@require_POST
def gather(request: HttpRequest, case_id: int) -> HttpResponse:
    """Evidence as it is known now, as a new version."""
    return _write(
        request,
        case_id,
        lambda: services.gather_again(
            case_id,
            request.user,
            request.grant,  # type: ignore[attr-defined]
            reason=request.POST.get("text", ""),
        ),
    )


@login_required
@permission_required("cases.change_case", raise_exception=True)
@require_POST
def act(request: HttpRequest, case_id: int, slug: str) -> HttpResponse:
    """One step of the table, then back to the page."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
        return redirect("cases:detail", case_id)
    return _write(
        request,
        case_id,
        lambda: services.step(
            case_id,
            slug,
            request.user,
            request.grant,  # type: ignore[attr-defined]
            text=request.POST.get("text", ""),
            decision=form.cleaned_data,
        ),
    )


def _write(request: HttpRequest, case_id: int, write: Any) -> HttpResponse:
    try:
        write()
    except NotFoundError as error:
        raise Http404(str(error)) from None
    except (RefusedError, TooMuchError) as error:
        messages.error(request, str(error))
    return redirect("cases:detail", case_id)


@login_required
@require_GET
def download(
    request: HttpRequest, case_id: int, number: int, ending: str
) -> HttpResponse:
    """The package of a version (ZIP), or one part of it."""
    case = _case(request, case_id)
    version = queries.version_of(case, number) if number else None
    if version is None or ending not in ("zip", *PARTS):
        raise Http404
    personal = MASK in request.grant.masks  # type: ignore[attr-defined]
    package = exporting.build(version, personal=personal)
    services.handed_out(version, package, request.user, personal=personal)
    request.audit(  # type: ignore[attr-defined]
        "export", layer=SLUG, feature_id=case_id, format=ending, version=number,
        checksum=package.whole,
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
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is an uploaded package intact, and was it handed out here?"""
    if not request.grant.allows(registry[SLUG]):  # type: ignore[attr-defined]
        raise Http404
    context: dict[str, Any] = {}
    upload = request.FILES.get("file")
    if request.method == "POST":
        if upload is None:
            messages.error(request, _("Choose a file."))
        elif (upload.size or 0) > MOST_BYTES:
            messages.error(request, _("The package is larger than any case file."))
        else:
            context = {"verdict": verify(upload), "name": upload.name}  # type: ignore[arg-type]
    return render(request, "cases/check.html", context)


def _case(request: HttpRequest, case_id: int) -> Case:
    case = queries.one(request.grant, case_id)  # type: ignore[attr-defined]
    if case is None:
        raise Http404
    return case
