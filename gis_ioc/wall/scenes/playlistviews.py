"""Pages of playlists and of the schedule of a wall."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_ioc.wall.models import Playlist, Scene, Wall

from . import programme, services
from .drafts import ScenesRefusedError
from .requests import act, body_of, log
from .services import NotAllowedError
from .words import words


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every playlist with its scenes and dwells; those who may change them here."""
    lists = [
        {
            "slug": row.slug,
            "title": row.shown_title,
            "said": row.title,
            "items": row.items,
            "pause_on_alarm": row.pause_on_alarm,
            "version": row.version,
        }
        for row in Playlist.objects.all()
    ]
    scenes = [(row.slug, row.shown_title) for row in Scene.objects.all()]
    data: dict[str, Any] = {
        "playlists": lists,
        "scenes": scenes,
        "words": words(),
        "write": services.may_write(request.user),
        "urls": {
            "save": reverse("wall-playlist-save"),
            "delete": reverse("wall-playlist-delete", args=["SLUG"]),
        },
    }
    titles = dict(scenes)
    for row in lists:
        row["shown"] = [
            {**item, "title": titles.get(item["scene"], item["scene"])}
            for item in row["items"]
        ]
        row["round_s"] = sum(item["dwell_s"] for item in row["items"])
    context = {
        "playlists": lists,
        "data": data,
        "may_write": data["write"],
        "walls": list(Wall.objects.all()),
    }
    return render(request, "wall/playlists.html", context)


@act
def save(request: HttpRequest) -> HttpResponse:
    """``{"draft": {…}, "known": version}``; a shipped title that was not touched stays
    one that is shown in both languages."""
    values = body_of(request)
    draft = programme.read(programme.PlaylistDraft, values.get("draft"))
    known = values.get("known", 0)
    row = Playlist.objects.filter(slug=draft.slug).first()
    if row is not None and row.shown_title == draft.title:
        draft = draft.model_copy(update={"title": row.title})
    number = known if isinstance(known, int) else -1
    saved = programme.save_playlist(draft, request.user, known=number)
    log(request, "save-playlist", playlist=saved.slug, version=saved.version)
    return JsonResponse({"slug": saved.slug, "version": saved.version})


@login_required
@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        programme.delete_playlist(slug, request.user, reason)
    except Playlist.DoesNotExist:
        raise Http404 from None
    except (NotAllowedError, ScenesRefusedError) as error:
        messages.error(request, str(error))
    else:
        log(request, "delete-playlist", playlist=slug, reason=reason)
        messages.success(request, _("The playlist %s is deleted.") % slug)
    return redirect("wall-playlists")


@login_required
@require_safe
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """The week of a wall that follows its schedule."""
    wall = get_object_or_404(Wall, slug=slug)
    week = programme.week_of(wall)
    titles = {row.slug: row.shown_title for row in Playlist.objects.all()}
    data = {
        "slots": week,
        "token": programme.token_of(week),
        "playlists": list(titles.items()),
        "words": words(),
        "write": services.may_write(request.user),
        "urls": {"save": reverse("wall-schedule-save", args=[slug])},
    }
    context = {
        "wall": wall,
        "walls": list(Wall.objects.all()),
        "data": data,
        "may_write": data["write"],
        "hours": range(0, 24, 2),
    }
    return render(request, "wall/schedule.html", context)


@act
def save_schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """``{"slots": […], "token": of the week that the edit began with}``."""
    wall = get_object_or_404(Wall, slug=slug)
    values = body_of(request)
    draft = programme.read(programme.WeekDraft, {"slots": values.get("slots")})
    token = str(values.get("token", ""))
    changed = programme.save_week(wall, draft, request.user, token=token)
    if changed:
        log(request, "save-schedule", wall=slug, slots=len(draft.slots))
    week = programme.week_of(wall)
    return JsonResponse({"slots": week, "token": programme.token_of(week)})
