"""Pages of boundary sets: all of them, a new one, its columns, what it changes."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from layers.core.geofiles import GeoFileError
from layers.units.boundaries import (
    columns,
    drafts,
    exports,
    rows,
    standing,
    states,
    switching,
    words,
)
from layers.units.boundaries.forms import ColumnsForm, DayForm, UploadForm
from layers.units.layer import LAYER
from layers.units.models import BoundarySet, SetState

PERMISSION = "units.change_boundaries"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
SHOWN = 100


def may_change(request: HttpRequest) -> bool:
    """Boundaries are of the whole province: a part of it is not enough."""
    whole = request.grant.units is None  # type: ignore[attr-defined]
    return whole and request.user.has_perm(PERMISSION)  # type: ignore[union-attr]


def _must_change(request: HttpRequest) -> None:
    if not may_change(request):
        raise PermissionDenied


def _visible(request: HttpRequest) -> Any:
    """Everybody sees the sets in force; drafts those who make them."""
    if not request.grant.allows(LAYER):  # type: ignore[attr-defined]
        raise Http404
    found = BoundarySet.objects.select_related("created_by", "decided_by")
    return found if may_change(request) else found.filter(state=SetState.IN_FORCE)


def _get(request: HttpRequest, set_id: int) -> BoundarySet:
    made: BoundarySet | None = _visible(request).filter(pk=set_id).first()
    if made is None:
        raise Http404
    return made


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The sets, newest first."""
    found = _visible(request).defer("outcome", "columns")[:SHOWN]
    context = {"sets": found, "may_change": may_change(request)}
    return render(request, "units/boundaries.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Hand in a file."""
    _must_change(request)
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = drafts.hand_in(file, file.name, form.facts(), request.user)
        except GeoFileError as error:
            form.add_error("file", str(error))
        else:
            _audit(request, "boundaries.hand-in", made, file=made.sha256)
            return redirect("units:boundary-columns", made.pk)
    return render(request, "units/boundaries_new.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, set_id: int) -> HttpResponse:
    """Which column holds what; then the outlines are read."""
    _must_change(request)
    made = _get(request, set_id)
    if made.state != SetState.DRAFT:
        return redirect("units:boundary-set", made.pk)
    try:
        table = drafts.open_file(made)
    except GeoFileError as error:
        messages.error(request, str(error))
        return redirect("units:boundary-set", made.pk)
    described = columns.describe(table)
    form = ColumnsForm(
        described, request.POST or None, initial=made.columns, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        try:
            drafts.read(made, form.names(), table)
        except GeoFileError as error:
            for line in str(error).splitlines():
                form.add_error(None, line)
        except drafts.RefusedError as error:
            messages.error(request, str(error))
            return redirect("units:boundary-set", made.pk)
        else:
            _audit(request, "boundaries.read", made)
            return redirect("units:boundary-set", made.pk)
    context = {"form": form, "made": made, "rows": len(table)}
    return render(request, "units/boundaries_columns.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, set_id: int) -> HttpResponse:
    """What a set changes, on a map and as rows, and what reading it found."""
    made = _get(request, set_id)
    request.audit("view", layer=LAYER.slug, boundary_set=set_id)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"made": made, "may_change": may_change(request)}
    if made.is_read:
        found = table_of(made)
        context["counts"] = rows.counts(found)
        context["screen"] = {
            "words": words.page(),
            "fates": words.fates(),
            "rows": found,
            "report": {name: made.report[name] for name in ("left", "closed", "areas")},
        }
    if made.state == SetState.DRAFT:
        context["day_form"] = DayForm(initial=_facts(made), label_suffix="")
    return render(request, "units/boundaries_set.html", context)


def _facts(made: BoundarySet) -> dict[str, Any]:
    return {name: getattr(made, name) for name in DayForm.base_fields}


def table_of(made: BoundarySet) -> list[dict[str, Any]]:
    """The rows of a set: as they were kept once it is in force, else as of now."""
    if made.state == SetState.IN_FORCE:
        return list(made.outcome.get("rows", ()))
    return rows.table(standing.compare(made))


@login_required
@require_GET
def outlines(request: HttpRequest, set_id: int, which: str) -> HttpResponse:
    """GeoJSON of the ``old`` or ``new`` outlines or of the ``difference``."""
    made = _get(request, set_id)
    if not made.is_read or which not in ("old", "new", "difference"):
        raise Http404
    if made.state == SetState.IN_FORCE:
        found = switching.past_outlines(made, which)
    elif which == "difference":
        found = rows.difference(standing.compare(made))
    else:
        found = rows.outlines(standing.compare(made), which)
    return HttpResponse(orjson.dumps(found), content_type=GEOJSON)


@login_required
@require_GET
def report(request: HttpRequest, set_id: int, fmt: str) -> HttpResponse:
    """The comparison and the report as XLSX or CSV."""
    made = _get(request, set_id)
    if not made.is_read or fmt not in ("xlsx", "csv"):
        raise Http404
    found = table_of(made)
    _audit(request, "boundaries.export", made, format=fmt)
    if fmt == "csv":
        answer = HttpResponse(exports.to_csv(found), content_type="text/csv")
    else:
        answer = HttpResponse(exports.to_xlsx(made, found), content_type=XLSX)
    name = f"boundaries-{made.pk}-{made.valid_from:%Y-%m-%d}.{fmt}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@require_POST
def set_day(request: HttpRequest, set_id: int) -> HttpResponse:
    """Another first day, legal basis or source."""
    _must_change(request)
    made = _get(request, set_id)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, " ".join(str(e) for v in form.errors.values() for e in v)
        )
    else:
        try:
            states.set_day(
                made.pk,
                form.cleaned_data["valid_from"],
                form.cleaned_data["valid_to"],
                form.cleaned_data["decree"],
                form.cleaned_data["source"],
            )
        except drafts.RefusedError as error:
            messages.error(request, str(error))
        else:
            _audit(request, "boundaries.date", made)
    return redirect("units:boundary-set", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, set_id: int) -> HttpResponse:
    """The second step before a set is switched or scheduled: counts, then yes."""
    _must_change(request)
    made = _get(request, set_id)
    if made.state != SetState.DRAFT or not made.is_read:
        return redirect("units:boundary-set", made.pk)
    if request.method == "POST":
        return _confirmed(request, made)
    compared = standing.compare(made)
    found = rows.table(compared)
    refused = ""
    try:
        switching.must_be_free(made, compared)
    except drafts.RefusedError as error:
        refused = str(error)
    context = {
        "made": made,
        "counts": rows.counts(found),
        "ending": len(compared.ending),
        "digest": compared.digest,
        "at_once": made.valid_from <= timezone.localdate(),
        "refused": refused,
    }
    return render(request, "units/boundaries_confirm.html", context)


def _confirmed(request: HttpRequest, made: BoundarySet) -> HttpResponse:
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick that you have looked at what changes."))
        return redirect("units:boundary-confirm", made.pk)
    try:
        state = states.confirm(made.pk, request.user, request.POST.get("digest") or "-")
    except drafts.RefusedError as error:
        messages.error(request, str(error))
        return redirect("units:boundary-confirm", made.pk)
    _audit(request, f"boundaries.{state}", made)
    if state == SetState.IN_FORCE:
        messages.success(request, _("The set is in force."))
    else:
        messages.success(request, _("The set waits for its day."))
    return redirect("units:boundary-set", made.pk)


@login_required
@require_POST
def act(request: HttpRequest, set_id: int, action: str) -> HttpResponse:
    """Take a scheduled set back, withdraw a draft."""
    _must_change(request)
    made = _get(request, set_id)
    try:
        if action == "take-back":
            states.take_back(made.pk)
        elif action == "withdraw":
            states.withdraw(made.pk, request.user)
        else:
            raise Http404
    except drafts.RefusedError as error:
        messages.error(request, str(error))
    else:
        _audit(request, f"boundaries.{action}", made)
    return redirect("units:boundary-set", made.pk)


def _audit(request: HttpRequest, action: str, made: BoundarySet, **detail: Any) -> None:
    detail |= {"boundary_set": made.pk, "first_day": str(made.valid_from)}
    request.audit(action, layer=LAYER.slug, **detail)  # type: ignore[attr-defined]
