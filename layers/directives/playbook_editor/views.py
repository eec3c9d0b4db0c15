"""Pages of playbooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from layers.alerts.models import Rule
from layers.directives.access import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.directives.log import SLUG
from layers.directives.models import Playbook
from layers.directives.playbooks import PLACEHOLDERS

from . import comparing, editing, exchange, store, words
from .exchange import FileError
from .trying import TryForm, tried

View = Callable[..., HttpResponse]


def _page(view: View) -> View:
    """For signed-in people who may see directives; what is not there is a 404."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SLUG not in _who(request).rights.layers:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(str(error)) from None
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from None

    return guarded


def _who(request: HttpRequest) -> Who:
    return Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]


def _drafter(request: HttpRequest) -> Who:
    who = _who(request)
    if not who.drafts():
        raise NotAllowedError(_("Your role may not write playbooks."))
    return who


def _version(request: HttpRequest, name: str = "version") -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


@_page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every playbook: the version in force, and what waits to be."""
    in_force = store.in_force()
    named = _rules_by_playbook()
    rows = []
    for last in store.newest():
        current = in_force.get(last.slug)
        shown = current or last
        rows.append(
            {
                "playbook": shown,
                "steps": len(shown.steps),
                "rules": [*named.get(last.slug, []), *shown.triggers],
                "waiting": last
                if current is None or last.version > current.version
                else None,
            }
        )
    context = {"rows": rows, "may_write": _who(request).drafts()}
    return render(request, "directives/playbooks/index.html", context)


def _rules_by_playbook() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in Rule.objects.exclude(playbook="").order_by("slug"):
        found.setdefault(rule.playbook, []).append(rule.shown_title)
    return found


@_page
@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """A version as a flow: stages of steps, who, by when."""
    who = _who(request)
    playbook = store.one(slug, _version(request))
    context = {
        "playbook": playbook,
        "stages": words.stages(playbook.typed_steps),
        "ladder": [words.rung(entry) for entry in playbook.typed_ladder],
        "rules": _rules_by_playbook().get(slug, []),
        "versions": Playbook.objects.filter(slug=slug)
        .order_by("-version")
        .select_related("created_by", "approved_by"),
        "may_write": who.drafts(),
        "may_sign": who.signs(),
        "own": playbook.created_by_id is not None and playbook.created_by_id == who.id,
    }
    return render(request, "directives/playbooks/show.html", context)


@_page
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@_page
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, store.one(slug, _version(request)))


def _edit(request: HttpRequest, playbook: Playbook | None) -> HttpResponse:
    """The form; saving makes the next version."""
    who = _drafter(request)
    slug = playbook.slug if playbook else ""
    if request.method != "POST":
        return _form(request, playbook, editing.of_playbook(playbook))
    act = request.POST.get("do", "save")
    if act != "save":
        return _form(request, playbook, editing.rearranged(request.POST, slug, act))
    editor = editing.sent(request.POST, slug)
    if not editor.is_valid():
        return _form(request, playbook, editor, status=422)
    code = slug or editor.head.cleaned_data["slug"]
    if not slug and Playbook.objects.filter(slug=code).exists():
        editor.head.add_error("slug", _("There is a playbook of this code."))
        return _form(request, playbook, editor, status=422)
    try:
        note = editor.head.cleaned_data["note"]
        saved = store.save_version(code, editor.content(), who, note)
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            place = name if name in editor.head.fields else None
            editor.head.add_error(place, texts)
        return _form(request, playbook, editor, status=422)
    request.audit("playbook.save", layer=SLUG, playbook=code, version=saved.version)  # type: ignore[attr-defined]
    return redirect(f"{_url(code)}?version={saved.version}")


def _url(slug: str) -> str:
    return reverse("directives:playbook", args=[slug])


def _form(
    request: HttpRequest,
    playbook: Playbook | None,
    editor: editing.Editor,
    status: int = 200,
) -> HttpResponse:
    context = {
        "playbook": playbook,
        "editor": editor,
        "total": len(editor.steps),
        "placeholders": sorted(PLACEHOLDERS),
    }
    return render(request, "directives/playbooks/edit.html", context, status=status)


@_page
@require_GET
def try_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would be addressed at a past alert or a place; nothing is written."""
    who = _drafter(request)
    playbook = store.one(slug, _version(request))
    asked = request.GET if {"alert", "geom"} & set(request.GET) else None
    form = TryForm(
        asked,
        playbook=playbook,
        grant=who.rights,
        csp_nonce=str(getattr(request, "csp_nonce", "")),
    )
    steps = tried(playbook, form, who.rights) if form.is_valid() else None
    context = {"playbook": playbook, "form": form, "steps": steps}
    return render(request, "directives/playbooks/try.html", context)


@_page
@require_GET
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs between two versions; by default the newest two."""
    versions = list(
        Playbook.objects.filter(slug=slug)
        .order_by("-version")
        .values_list("version", flat=True)
    )
    if not versions:
        raise Http404
    new_version = _version(request, "to") or versions[0]
    before = [version for version in versions if version < new_version]
    old_version = _version(request, "from") or (before or versions)[0]
    old, new_one = store.one(slug, old_version), store.one(slug, new_version)
    context = {
        "playbook": new_one,
        "old": old,
        "new": new_one,
        "versions": versions,
        "changes": comparing.changes(old, new_one),
    }
    return render(request, "directives/playbooks/compare.html", context)


@_page
@require_POST
def force(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """A leader who did not write it puts a version in force."""
    try:
        store.put_in_force(slug, version, _who(request))
        request.audit("playbook.force", layer=SLUG, playbook=slug, version=version)  # type: ignore[attr-defined]
    except (NotAllowedError, RefusedError) as error:
        messages.error(request, str(error))
    return redirect(f"{_url(slug)}?version={version}")


@_page
@require_POST
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """No version of the playbook is in force any more."""
    store.take_out(slug, _who(request))
    request.audit("playbook.stop", layer=SLUG, playbook=slug)  # type: ignore[attr-defined]
    return redirect("directives:playbook", slug)


@_page
@require_GET
def export(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """A version as a JSON file."""
    playbook = store.one(slug, version)
    name = f"{slug}-{version}.json"
    return HttpResponse(
        exchange.to_file(playbook),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@_page
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """A JSON file becomes the next version of its playbook, not in force yet."""
    who = _drafter(request)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Choose a file."))
        return redirect("directives:playbooks")
    try:
        slug, content = exchange.from_file(upload.read(exchange.MOST_BYTES + 1))
        saved = store.save_version(slug, content, who, note=str(upload.name)[:300])
    except FileError as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    else:
        request.audit("playbook.import", layer=SLUG, playbook=slug)  # type: ignore[attr-defined]
        return redirect(f"{_url(slug)}?version={saved.version}")
    return redirect("directives:playbooks")
