"""Pages of scenes: the list, the editor, versions, files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_ioc.wall.models import Playlist, Scene, Wall

from . import checking, drafts, paneforms, queries, services
from .drafts import ScenesRefusedError
from .editorpage import context_of
from .panes import kinds
from .requests import act, body_of, log, wall_of
from .services import NotAllowedError


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All scenes with a sketch of each, for whom they are ready, and what they need."""
    scenes = list(Scene.objects.select_related("wall", "changed_by"))
    playlists = list(Playlist.objects.all())
    personal = queries.personal(scenes)
    rows = [
        {
            "scene": scene,
            "title": scene.shown_title,
            "sketch": queries.sketch(scene.body),
            "personal": scene.slug in personal,
            "small": sum(len(one["small"]) for one in scene.checked.values()
                         if one.get("version") == scene.version),
            "playlists": [row.shown_title for row in playlists
                          if any(item["scene"] == scene.slug for item in row.items)],
        }
        for scene in scenes
    ]  # fmt: skip
    context = {
        "rows": rows,
        "walls": list(Wall.objects.all()),
        "may_write": services.may_write(request.user),
    }
    return render(request, "wall/scenes.html", context)


@login_required
@require_safe
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The editor of a scene, or of a new one (``?from=``: a copy of that)."""
    wall = wall_of(request)
    source = slug or request.GET.get("from", "")
    scene = get_object_or_404(Scene, slug=source) if source else None
    if not services.may_write(request.user) and not slug:
        raise Http404
    log(request, "open-scene", scene=slug or "new", wall=wall.slug)
    context = context_of(request, wall, scene, is_copy=not slug)
    return render(request, "wall/scene_edit.html", context)


@act
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with an unsaved body on one wall."""
    values = body_of(request)
    body = drafts.read_body(values.get("body"))
    wall = drafts.walls_of(str(values.get("wall", "")))[0]
    found = checking.check(body, wall)
    return JsonResponse({"problems": [problem.as_json() for problem in found]})


@act
def save(request: HttpRequest) -> HttpResponse:
    """Save a draft: ``{"draft": {…}, "known": version, "reason": text}``."""
    values = body_of(request)
    draft = drafts.untouched(drafts.read(values.get("draft")))
    known = values.get("known", 0)
    if not isinstance(known, int) or isinstance(known, bool):
        raise services.refused(_("The version that was edited is a number."))
    reason = str(values.get("reason", ""))
    scene = services.save(draft, request.user, known=known, reason=reason)
    log(request, "save-scene", scene=scene.slug, version=scene.version, reason=reason)
    found = drafts.problems(draft)
    return JsonResponse(
        {
            "slug": scene.slug,
            "version": scene.version,
            "problems": [problem.as_json() for problem in found],
        }
    )


@act
def form(request: HttpRequest, kind: str) -> HttpResponse:
    """The fields of a pane's options as HTML."""
    found = kinds.get(kind)
    if found is None:
        raise Http404
    options = body_of(request).get("options")
    given = options if isinstance(options, dict) else {}
    made = paneforms.form_of(found, given, request.grant)  # type: ignore[attr-defined]
    return render(request, "wall/scene_pane.html", {"form": made, "kind": found})


@act
def measured(request: HttpRequest, slug: str) -> HttpResponse:
    """What a browser measured in the preview of a saved scene."""
    services.must_write(request.user)
    values = body_of(request)
    small = paneforms.measured_of(values.get("small"))
    wall, version = str(values.get("wall", "")), values.get("version")
    known = isinstance(version, int) and services.keep_measured(
        slug, wall, version, small
    )
    return JsonResponse({"kept": bool(known)})


@login_required
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of a scene: every version, by whom and what for."""
    found = queries.versions(slug)
    if not found:
        raise Http404
    context = {
        "slug": slug,
        "title": found[0]["title"],
        "rows": found,
        "now": Scene.objects.filter(slug=slug).first(),
        "may_write": services.may_write(request.user),
    }
    return render(request, "wall/scene_versions.html", context)


@login_required
@require_POST
def restore(request: HttpRequest, slug: str, event_id: int) -> HttpResponse:
    """An old version again, if it can still be read on every wall of today."""
    try:
        scene = services.restore(slug, event_id, request.user)
    except LookupError:
        raise Http404 from None
    except (NotAllowedError, ScenesRefusedError) as error:
        messages.error(request, str(error))
    else:
        log(request, "restore-scene", scene=slug, version=scene.version)
        messages.success(request, _("Version %s is saved.") % scene.version)
    return redirect("wall-scene-versions", slug)


@login_required
@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        services.delete(slug, request.user, reason)
    except Scene.DoesNotExist:
        raise Http404 from None
    except (NotAllowedError, ScenesRefusedError) as error:
        messages.error(request, str(error))
        return redirect("wall-scenes")
    log(request, "delete-scene", scene=slug, reason=reason)
    messages.success(request, _("The scene %s is deleted.") % slug)
    return redirect("wall-scenes")


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """A scene as a JSON file."""
    scene = get_object_or_404(Scene, slug=slug)
    log(request, "export-scene", scene=slug, version=scene.version)
    text = json.dumps(drafts.exported(scene), ensure_ascii=False, indent=2)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    name = f"scene-{slug}-{scene.version}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """A scene out of a file, under a name that is free."""
    file: Any = request.FILES.get("file")
    try:
        if file is None:
            raise services.refused(_("Choose a file first."))
        draft = drafts.imported(file.read(drafts.MOST_FILE_BYTES + 1))
        slug = services.free_slug(draft.slug)
        draft = draft.model_copy(update={"slug": slug, "hotkey": ""})
        scene = services.save(draft, request.user, known=0, reason=file.name)
    except NotAllowedError as error:
        messages.error(request, str(error))
    except ScenesRefusedError as error:
        for problem in error.problems[:20]:
            messages.error(request, problem.message)
    else:
        log(request, "import-scene", scene=scene.slug, file=file.name)
        messages.success(request, _("The scene is saved as %s.") % scene.slug)
        return redirect("wall-scene", scene.slug)
    return redirect("wall-scenes")
