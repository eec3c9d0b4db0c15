"""What the page of the editor is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from gis_ioc.wall.models import Scene, Wall

from . import drafts, queries, services
from .panes import kinds
from .words import words

START = {
    "panes": [
        {"id": "map", "kind": "map", "column": 0, "row": 0, "width": 18, "height": 12},
        {"id": "clock", "kind": "clock", "column": 18, "row": 0, "width": 6,
         "height": 2},
    ]
}  # fmt: skip


def context_of(
    request: HttpRequest, wall: Wall, scene: Scene | None, *, is_copy: bool
) -> dict[str, Any]:
    """``data`` goes into the page as JSON."""
    new = scene is None or is_copy
    draft = _draft(scene, is_copy=is_copy)
    urls = {
        "check": reverse("wall-scene-check"),
        "save": reverse("wall-scene-save"),
        "form": reverse("wall-scene-form", args=["KIND"]),
        "edit": reverse("wall-scene", args=["SLUG"]),
        "measured": reverse("wall-scene-measured", args=["SLUG"]),
        "preview": f"{reverse('wall', args=[wall.slug])}?preview=1",
        "layers": "/api/v1/layers",
    }
    return {
        "wall": wall,
        "walls": list(Wall.objects.all()),
        "scene": None if new else scene,
        "source": scene if is_copy else None,
        "title": scene.shown_title if scene and not new else "",
        "presets": Scene._meta.get_field("preset").choices,
        "draft": draft,
        "may_write": services.may_write(request.user),
        "data": {
            "draft": draft,
            "known": 0 if new else scene.version,  # type: ignore[union-attr]
            "wall": _wall(wall),
            "kinds": [kind.as_json() for kind in kinds.values()],
            "urls": urls,
            "words": words(),
            "write": services.may_write(request.user),
        },
    }


def _draft(scene: Scene | None, *, is_copy: bool) -> dict[str, Any]:
    if scene is None:
        return {"slug": "", "title": "", "wall": None, "order": 100, "preset": "",
                "hotkey": "", "body": START}  # fmt: skip
    draft = drafts.draft_of(scene).model_dump(mode="json")
    draft["title"] = scene.shown_title
    draft["body"] = queries.shown_body(scene.body)
    if is_copy:
        slug = services.free_slug(scene.slug)
        draft |= {"slug": slug, "hotkey": ""}
    return draft


def _wall(wall: Wall) -> dict[str, Any]:
    sizes = wall.sizes
    return {
        "slug": wall.slug,
        "canvas": wall.canvas.as_json(),
        "text_px": sizes.text,
        "pitch_mm": wall.pitch_mm,
        "farthest_m": wall.farthest_m,
    }
