"""What a wall can show, as one JSON document with a version: its pages keep it, and ask
again when the state names another."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pydantic import ValidationError

from .models import Playlist, Scene, Slot, Wall
from .scenes import queries as scenes
from .scenes.body import SceneBody
from .state import PlaylistData, Program, SlotData

VERSIONS = (Path(__file__).parent / "sql" / "versions.sql").read_text()
FALLBACK = "overview"

log = logging.getLogger(__name__)


def version(wall: Wall) -> str:
    """Names what :func:`bundle` gives; it changes with the release too."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS)
        found = {pk: digest for pk, _slug, digest in cursor.fetchall()}
    return named(found.get(wall.pk, ""))


def named(digest: str) -> str:
    return f"{settings.RELEASE}-{digest[:16]}"


def program_of(wall: Wall) -> Program:
    """The playlists and the schedule; playlists that make no sense are left out."""
    playlists = {}
    for row in Playlist.objects.all():
        try:
            playlists[row.slug] = PlaylistData(
                slug=row.slug,
                title=row.title,
                items=row.items,
                pause_on_alarm=row.pause_on_alarm,
            )
        except ValidationError as error:
            log.warning("playlist %s cannot be read: %s", row.slug, error)
    known = scenes_of(wall)
    fallback = FALLBACK if FALLBACK in known else min(known, default=FALLBACK)
    offset = timezone.localtime().utcoffset()
    return Program(
        playlists=playlists,
        schedule=_schedule(wall, playlists),
        fallback=fallback,
        utc_offset_min=int(offset.total_seconds() // 60) if offset else 0,
    )


def _schedule(wall: Wall, playlists: dict[str, PlaylistData]) -> tuple[SlotData, ...]:
    rows = Slot.objects.filter(wall=wall).select_related("playlist")
    return tuple(
        SlotData(
            days=tuple(row.days),
            begins=row.begins.hour * 60 + row.begins.minute,
            ends=row.ends.hour * 60 + row.ends.minute,
            playlist=row.playlist.slug,
        )
        for row in rows.order_by("order", "pk")
        if row.playlist.slug in playlists
    )


def scenes_of(wall: Wall) -> frozenset[str]:
    """Slugs of the scenes that the wall can show."""
    return frozenset(row.slug for row in scenes.of_wall(wall) if _broken(row) == "")


def _broken(scene: Scene) -> str:
    try:
        SceneBody.model_validate(scene.body)
    except ValidationError as error:
        return str(error.errors()[0]["msg"])
    return ""


def bundle(wall: Wall) -> dict[str, Any]:
    """Canvas, sizes, scenes, playlists and schedule. Scenes that cannot be read, and
    those that a playlist names though there are none, are left out and named."""
    shown: dict[str, Any] = {}
    left_out: list[dict[str, str]] = []
    for row in scenes.of_wall(wall):
        why = _broken(row)
        if why:
            left_out.append({"scene": row.slug, "why": why})
        else:
            shown[row.slug] = _scene(row)
    program = program_of(wall)
    named_by = {
        item.scene for entry in program.playlists.values() for item in entry.items
    }
    for slug in sorted(named_by - shown.keys() - {e["scene"] for e in left_out}):
        left_out.append({"scene": slug, "why": _("There is no such scene.")})
    return {
        "version": version(wall),
        "language": translation.get_language(),
        "wall": {"slug": wall.slug, "title": wall.title, "theme": wall.theme},
        "canvas": wall.canvas.as_json(),
        "sizes": asdict(wall.sizes),
        "scenes": shown,
        "program": program.model_dump(mode="json"),
        "left_out": left_out,
    }


def _scene(row: Scene) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": _(row.title),
        "preset": row.preset,
        "hotkey": row.hotkey,
        "order": row.order,
        "version": row.version,
        "body": scenes.shown_body(row.body),
    }
