"""Handing in a file: template, progress, problems, preview, commit, undo, history."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from layers.core.uploads import queries, services
from layers.core.uploads.contract import Importer, importers
from layers.core.uploads.files import MB, most_bytes
from layers.core.uploads.models import State, Upload

PER_PAGE = 50
# No workbook holds the signs below the blank, and none of ours holds a formula.
PRINTABLE = r"\A(?![=+@-])[^\x00-\x1f]*\Z"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = ("problems", "preview")
CHANGES = ("new", "changed", "same")


def _grant(request: HttpRequest) -> Any:
    return request.grant  # type: ignore[attr-defined]


def _importer(request: HttpRequest, slug: str) -> Importer:
    """One that the caller may use; others do not exist for them."""
    found = importers.get(slug)
    if found is None or not queries.may_upload(request.user, _grant(request), found):
        raise Http404
    return found


def _upload(request: HttpRequest, upload_id: int) -> Upload:
    found = queries.one(request.user, _grant(request), upload_id)
    if found is None:
        raise Http404
    return found


def options_form(importer: Importer, grant: Any, data: Any = None) -> forms.Form:
    """The importer's options as a form; ``data`` may lack some: defaults stand."""
    form = forms.Form(data)
    for option in importer.options(grant):
        common: dict[str, Any] = {
            "label": option.title,
            "help_text": option.help,
            "required": option.required,
            "initial": option.default,
        }
        form.fields[option.name] = (
            forms.ChoiceField(choices=option.choices, **common)
            if option.choices
            else forms.RegexField(PRINTABLE, max_length=100, **common)
        )
    return form


def chosen(importer: Importer, grant: Any, data: Any) -> tuple[dict[str, str], Any]:
    """(options, form with its errors); what was not sent has its default."""
    defaults = {option.name: option.default for option in importer.options(grant)}
    given = {name: data.get(name, default) for name, default in defaults.items()}
    form = options_form(importer, grant, given)
    form.is_valid()
    return given, form


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What may be handed in, and what was."""
    grant = _grant(request)
    asked = {
        name: request.GET.get(name, "").strip()[:60] for name in ("state", "kind", "q")
    }
    rows = queries.visible(request.user, grant)
    if asked["state"] in State.values:
        rows = rows.filter(state=asked["state"])
    if asked["kind"] in importers:
        rows = rows.filter(importer=asked["kind"])
    if asked["q"]:
        rows = rows.filter(name__icontains=asked["q"])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "offered": queries.offered(request.user, grant),
        "page": page,
        "rows": [(entry, importers.get(entry.importer)) for entry in page],
        "asked": asked,
        "query": urlencode({k: v for k, v in asked.items() if v}),
        "states": State.choices,
        "kinds": [(entry.slug, entry.title) for entry in importers.values()],
    }
    return render(request, "uploads/index.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A template to fill in, and the place to drop the file."""
    importer, grant = _importer(request, slug), _grant(request)
    data = request.POST if request.method == "POST" else request.GET
    options, form = chosen(importer, grant, data)
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is None:
            messages.error(request, _("Choose a file."))
        elif (given.size or 0) > most_bytes():
            most = most_bytes() // MB
            words = _("A file may have up to %(most)s MB.") % {"most": most}
            messages.error(request, words)
        elif form.errors:
            messages.error(request, _("Mend the entries below."))
        else:
            upload = services.receive(
                importer,
                name=given.name or "",
                body=given.read(),
                by_id=request.user.pk,  # type: ignore[arg-type]
                grant=grant,
                options=options,
            )
            _audit(request, "upload", upload)
            return redirect("uploads:detail", upload.pk)
    context = {"importer": importer, "form": form, "most": most_bytes() // MB}
    return render(request, "uploads/new.html", context)


@login_required
@require_GET
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """The workbook to fill in, for the options of the query."""
    from layers.core.uploads import templating

    importer, grant = _importer(request, slug), _grant(request)
    options, form = chosen(importer, grant, request.GET)
    if form.errors:
        raise Http404
    body = templating.make(importer, importer.tables(options, grant)[0], options)
    name = "-".join(
        ["".join(c for c in part if c.isalnum() or c in "-_") for part in
         (slug, *options.values()) if part]
    )  # fmt: skip
    return _file(body, f"{name[:80]}.xlsx", XLSX)


def _file(body: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type)
    plain = name.encode("ascii", "replace").decode().replace('"', "").replace("?", "_")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    return answer


@login_required
@require_GET
def detail(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One upload: how far it got, what is wrong, what would change."""
    upload = _upload(request, upload_id)
    tab = request.GET.get("tab", "")
    has_preview = upload.state != State.REFUSED and any(upload.preview.values())
    if tab not in TABS:
        tab = "preview" if has_preview and not upload.errors else "problems"
    context = _head(request, upload) | {"tab": tab}
    context |= _problems(request, upload) if tab == "problems" else {}
    context |= _preview(request, upload) if tab == "preview" else {}
    return render(request, "uploads/detail.html", context)


def _head(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    total = upload.rows_total or 0
    return {
        "upload": upload,
        "importer": importers.get(upload.importer),
        "earlier": services.earlier(upload),
        "percent": min(100, round(100 * upload.rows_done / total)) if total else 0,
        "may_act": queries.may_act(request.user, _grant(request), upload),
        "changes": sum(upload.preview.get(kind, 0) for kind in CHANGES[:2]),
        "links": upload.outcome.get("links", []),
    }


def _problems(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    groups = queries.groups(upload)
    reason = request.GET.get("reason", "")
    rows = queries.problems(upload, reason=reason, sheet=request.GET.get("sheet", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = sum(1 for _row in rows) if reason else 0
    counted = upload.counts.get(reason, 0)
    return {
        "groups": groups,
        "reason": reason,
        "page": page,
        "shown": queries.worded(upload, list(page)),
        "left_out": counted - kept if reason and counted > kept else 0,
        "query": urlencode(
            {"tab": "problems", **({"reason": reason} if reason else {})}
        ),
    }


def _preview(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    change = request.GET.get("change", "")
    if change not in CHANGES:
        change = ""
    counts = upload.preview
    total = counts.get(change, 0) if change else sum(counts.values())
    page = Paginator(range(total), PER_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PER_PAGE
    return {
        "change": change,
        "page": page,
        "records": queries.page_of_records(
            upload, change=change, start=start, count=PER_PAGE
        ),
        "query": urlencode(
            {"tab": "preview", **({"change": change} if change else {})}
        ),
    }


@login_required
@require_GET
def state(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The progress, asked for every second; the page is renewed when it is over."""
    upload = _upload(request, upload_id)
    answer = render(request, "uploads/progress.html", _head(request, upload))
    if not upload.running:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def act(request: HttpRequest, upload_id: int, step: str) -> HttpResponse:
    """Commit, cancel or undo, then back to the page."""
    upload = _upload(request, upload_id)
    if not _head(request, upload)["may_act"]:
        raise Http404
    try:
        _do(request, upload, step)
    except services.RefusedError as error:
        messages.error(request, str(error))
    else:
        _audit(request, f"upload-{step}", upload)
    return redirect("uploads:detail", upload_id)


def _do(request: HttpRequest, upload: Upload, step: str) -> None:
    by_id: int = request.user.pk  # type: ignore[assignment]
    if step == "commit":
        services.ask_commit(
            upload.pk,
            by_id=by_id,
            grant=_grant(request),
            accept_warnings=request.POST.get("warnings") == "seen",
        )
    elif step == "cancel":
        services.cancel(upload.pk)
    elif step == "undo":
        services.undo(upload.pk, by_id=by_id, reason=request.POST.get("reason", ""))
    else:
        raise Http404


def _audit(request: HttpRequest, action: str, upload: Upload) -> None:
    request.audit(  # type: ignore[attr-defined]
        action,
        layer=importers[upload.importer].layer if upload.importer in importers else "",
        upload=upload.pk,
        sha256=upload.sha256,
    )
