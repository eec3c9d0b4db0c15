"""Scenes, playlists and the schedule that a release brings (``library/*.json``,
``playlists.json``). They come after every migration and never over somebody's work:
a row that was edited here stays as it is, one that was deleted here stays away."""

from __future__ import annotations

import hashlib
import json
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from gis_ioc.wall.models import Playlist, Scene, Slot, Wall

HERE = Path(__file__).parent
OF_SCENE = ("title", "order", "preset", "hotkey", "body")
OF_PLAYLIST = ("title", "pause_on_alarm", "items")


@cache
def scenes() -> tuple[dict[str, Any], ...]:
    """As they stand in the release, in order."""
    found = [json.loads(path.read_text()) for path in HERE.glob("library/*.json")]
    return tuple(sorted(found, key=lambda scene: scene["order"]))


@cache
def playlists() -> dict[str, Any]:
    """``playlists``, and the ``schedule`` of the wall that every centre starts with."""
    found: dict[str, Any] = json.loads((HERE / "playlists.json").read_text())
    return found


def digest(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def after_migrate(**_: Any) -> None:
    """Signal ``post_migrate`` of the wall: also after a flush."""
    sync()


@transaction.atomic
def sync() -> dict[str, int]:
    """Bring what is missing and renew what nobody has touched. How many of each."""
    done = {"scenes": 0, "playlists": 0, "slots": 0}
    for entry in scenes():
        values = {name: entry[name] for name in OF_SCENE}
        done["scenes"] += _bring(Scene, entry["slug"], values)
    for entry in playlists()["playlists"]:
        values = {name: entry[name] for name in OF_PLAYLIST}
        done["playlists"] += _bring(Playlist, entry["slug"], values)
    done["slots"] = _schedule()
    return done


def _bring(model: Any, slug: str, values: dict[str, Any]) -> bool:
    shipped = digest(values)
    row = model.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        if _was_deleted(model, slug):
            return False
        model.objects.create(slug=slug, shipped=shipped, **values)
        return True
    own = digest({name: getattr(row, name) for name in values})
    if row.shipped != own or own == shipped:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.shipped, row.version = shipped, row.version + 1
    row.save()
    return True


def _was_deleted(model: type[Model], slug: str) -> bool:
    events = model.pgh_event_model.objects  # type: ignore[attr-defined]
    return bool(events.filter(slug=slug, pgh_label="delete").exists())


def _schedule() -> int:
    """The week of the first wall, if it never had one."""
    plan = playlists()["schedule"]
    wall = Wall.objects.filter(slug=plan["wall"]).first()
    if wall is None or Slot.pgh_event_model.objects.filter(wall=wall).exists():  # type: ignore[attr-defined]
        return 0
    known = {row.slug: row for row in Playlist.objects.all()}
    slots = [
        Slot(
            wall=wall,
            days=slot["days"],
            begins=time.fromisoformat(slot["begins"]),
            ends=time.fromisoformat(slot["ends"]),
            playlist=known[slot["playlist"]],
            order=slot["order"],
        )
        for slot in plan["slots"]
        if slot["playlist"] in known
    ]
    return len(Slot.objects.bulk_create(slots))
