"""What people do with scenes. Every act is checked, and kept with its reason."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_ioc.wall.models import Playlist, Scene, Wall

from . import drafts
from .checking import Problem
from .drafts import SceneDraft, ScenesRefusedError

PERMISSION = "wall.change_scene"
# What a wall shows when nothing else is said (state.Program.fallback).
FALLBACK = "overview"
MOST_REASON = 300
# What a browser tells of a preview is no more than this.
MOST_MEASURED = 40


class StaleError(ValueError):
    """Somebody else saved meanwhile."""


class NotAllowedError(PermissionError):
    """The caller may not do this."""


def may_write(user: Any) -> bool:
    return bool(user.has_perm(PERMISSION))


def must_write(user: Any) -> None:
    if not may_write(user):
        raise NotAllowedError(_("Your role may not change scenes."))


def refused(message: str, text: str = "") -> ScenesRefusedError:
    return ScenesRefusedError(
        [Problem(what="options", wall="", pane="", text=text, message=message)]
    )


@transaction.atomic
def save(draft: SceneDraft, user: Any, *, known: int, reason: str = "") -> Scene:
    """The scene as drafted. ``known``: the version that was edited, 0 for a new one.

    Raises NotAllowedError, ScenesRefusedError, StaleError.
    """
    must_write(user)
    found = drafts.problems(draft)
    if any(problem.refuses for problem in found):
        raise ScenesRefusedError(found)
    scene = Scene.objects.select_for_update().filter(slug=draft.slug).first()
    _must_be_free(draft, scene, known)
    if scene is not None and drafts.draft_of(scene) == draft:
        return scene
    scene = scene or Scene(slug=draft.slug, version=0)
    scene.title, scene.order = draft.title, draft.order
    scene.preset, scene.hotkey = draft.preset, draft.hotkey
    scene.body = draft.body
    scene.wall = Wall.objects.get(slug=draft.wall) if draft.wall else None
    scene.version += 1
    scene.changed_by = user
    with pghistory.context(reason=reason[:MOST_REASON]):
        scene.save()
    return scene


def _must_be_free(draft: SceneDraft, scene: Scene | None, known: int) -> None:
    if draft.slug in drafts.TAKEN:
        raise refused(_("The name %s is an address of its own.") % draft.slug, "slug")
    if scene is not None and known == 0:
        raise refused(_("There is a scene %s already.") % draft.slug, "slug")
    if scene is None and known:
        raise StaleError(_("Somebody has deleted the scene meanwhile."))
    if scene is not None and scene.version != known:
        raise StaleError(
            _("Somebody has saved version %(new)s meanwhile; yours began with %(old)s.")
            % {"new": scene.version, "old": known}
        )
    others = Scene.objects.exclude(slug=draft.slug)
    same = others.filter(hotkey=draft.hotkey).first() if draft.hotkey else None
    if same is not None:
        raise refused(
            _("The key %(key)s is that of “%(scene)s”.")
            % {"key": draft.hotkey, "scene": same.shown_title},
            "hotkey",
        )


@transaction.atomic
def delete(slug: str, user: Any, reason: str) -> None:
    """Raises NotAllowedError, ScenesRefusedError, Scene.DoesNotExist."""
    must_write(user)
    words = reason.strip()
    if not words:
        raise refused(_("Please give a reason."))
    scene = Scene.objects.select_for_update().get(slug=slug)
    if slug == FALLBACK:
        raise refused(_("It is shown when nothing else is; it cannot be deleted."))
    users = [row.shown_title for row in Playlist.objects.all()
             if any(item["scene"] == slug for item in row.items)]  # fmt: skip
    if users:
        raise refused(
            _("It is in the playlist %s; take it out there first.") % ", ".join(users)
        )
    with pghistory.context(reason=words[:MOST_REASON], deleted_by=user.pk):
        scene.delete()


@transaction.atomic
def restore(slug: str, event_id: int, user: Any) -> Scene:
    """An old version as the newest one.

    Raises NotAllowedError, ScenesRefusedError, LookupError.
    """
    must_write(user)
    event = Scene.pgh_event_model.objects.filter(slug=slug, pk=event_id).first()  # type: ignore[attr-defined]
    if event is None:
        raise LookupError
    now = Scene.objects.select_for_update().filter(slug=slug).first()
    wall = Wall.objects.filter(pk=event.wall_id).first()
    draft = drafts.read(
        {"slug": slug, "title": event.title, "order": event.order,
         "preset": event.preset, "hotkey": event.hotkey, "body": event.body,
         "wall": wall.slug if wall else None}
    )  # fmt: skip
    reason = _("version %s again") % event.version
    return save(draft, user, known=now.version if now else 0, reason=reason)


def free_slug(wanted: str) -> str:
    """The name, or the name with the next number."""
    known = set(Scene.objects.values_list("slug", flat=True)) | drafts.TAKEN
    slug, number = wanted, 2
    while slug in known:
        slug = f"{wanted[:46]}-{number}"
        number += 1
    return slug


@transaction.atomic
def keep_measured(slug: str, wall: str, version: int, small: list[Any]) -> bool:
    """What the preview of a saved version measured in a browser: the texts that came
    out too small. False when the scene has gone on meanwhile."""
    scene = Scene.objects.select_for_update().filter(slug=slug, version=version).first()
    if scene is None or not Wall.objects.filter(slug=wall).exists():
        return False
    kept = {
        "version": version,
        "at": timezone.now().isoformat(timespec="seconds"),
        "small": small[:MOST_MEASURED],
    }
    if scene.checked.get(wall, {}).get("small") != kept["small"] or (
        scene.checked.get(wall, {}).get("version") != version
    ):
        Scene.objects.filter(pk=scene.pk).update(checked={**scene.checked, wall: kept})
    return True
