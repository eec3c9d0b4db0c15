"""What people do with playlists and the schedule of a wall."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gis_ioc.wall.models import Playlist, Scene, Slot, Wall
from gis_ioc.wall.state import Item
from layers.core.paramforms import problems_of

from .body import Slug
from .checking import Problem
from .drafts import TAKEN, ScenesRefusedError
from .services import MOST_REASON, StaleError, must_write, refused
from .shipping import digest

MOST_ITEMS = 60
MOST_SLOTS = 40
Minute = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class PlaylistDraft(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    title: str = Field(min_length=1, max_length=80)
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    pause_on_alarm: bool = True


class SlotDraft(BaseModel):
    """An ``ends`` that is not after ``begins`` lies on the next day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(min_length=1)
    begins: Minute
    ends: Minute
    playlist: Slug

    @field_validator("days")
    @classmethod
    def _each_once(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(days)))


class WeekDraft(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: tuple[SlotDraft, ...] = Field(max_length=MOST_SLOTS)


def read(model: type[BaseModel], values: Any) -> Any:
    """Raises ScenesRefusedError that names every wrong field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = [
            Problem(what="options", wall="", pane="", text=name,
                    message=f"{'.'.join(map(str, part['loc']))}: {words}")
            for part, (name, words) in zip(error.errors(), problems_of(error),
                                           strict=True)
        ]  # fmt: skip
        raise ScenesRefusedError(found) from None


@transaction.atomic
def save_playlist(draft: PlaylistDraft, user: Any, *, known: int) -> Playlist:
    """``known``: the version that was edited, 0 for a new one.

    Raises NotAllowedError, ScenesRefusedError, StaleError.
    """
    must_write(user)
    named = {item.scene for item in draft.items}
    gone = sorted(named - set(Scene.objects.values_list("slug", flat=True)))
    if gone:
        raise refused(_("There is no scene %s.") % ", ".join(gone), "items")
    row = Playlist.objects.select_for_update().filter(slug=draft.slug).first()
    if draft.slug in TAKEN or (row is not None and known == 0):
        raise refused(_("There is a playlist %s already.") % draft.slug, "slug")
    if known and (row is None or row.version != known):
        raise StaleError(_("Somebody has changed the playlist meanwhile."))
    items = [item.model_dump() for item in draft.items]
    values = {"title": draft.title.strip(), "items": items,
              "pause_on_alarm": draft.pause_on_alarm}  # fmt: skip
    if row is not None and all(getattr(row, n) == v for n, v in values.items()):
        return row
    row = row or Playlist(slug=draft.slug, version=0)
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.changed_by = row.version + 1, user
    row.save()
    return row


@transaction.atomic
def delete_playlist(slug: str, user: Any, reason: str) -> None:
    """Raises NotAllowedError, ScenesRefusedError, Playlist.DoesNotExist."""
    must_write(user)
    if not reason.strip():
        raise refused(_("Please give a reason."))
    row = Playlist.objects.select_for_update().get(slug=slug)
    walls = sorted({slot.wall.title for slot in row.slots.select_related("wall")})
    if walls:
        raise refused(
            _("The schedule of %s has it; take it out there first.") % ", ".join(walls)
        )
    with pghistory.context(reason=reason.strip()[:MOST_REASON], deleted_by=user.pk):
        row.delete()


def week_of(wall: Wall) -> list[dict[str, Any]]:
    """The slots of a wall as the editor has them; the first that holds wins."""
    return [
        {
            "days": sorted(slot.days),
            "begins": f"{slot.begins:%H:%M}",
            "ends": f"{slot.ends:%H:%M}",
            "playlist": slot.playlist.slug,
        }
        for slot in Slot.objects.filter(wall=wall).select_related("playlist")
    ]


def token_of(week: list[dict[str, Any]]) -> str:
    """Names the week that an edit began with."""
    return digest({"week": week})


@transaction.atomic
def save_week(wall: Wall, draft: WeekDraft, user: Any, *, token: str) -> bool:
    """The slots of a wall, the winning one first. Whether anything changed.

    Raises NotAllowedError, ScenesRefusedError, StaleError.
    """
    must_write(user)
    Wall.objects.select_for_update().get(pk=wall.pk)
    before = week_of(wall)
    wanted = [{**slot.model_dump(), "days": list(slot.days)} for slot in draft.slots]
    if before == wanted:
        return False
    if token_of(before) != token:
        raise StaleError(_("Somebody has changed the schedule meanwhile."))
    known = {row.slug: row for row in Playlist.objects.all()}
    gone = sorted({slot.playlist for slot in draft.slots} - set(known))
    if gone:
        raise refused(_("There is no playlist %s.") % ", ".join(gone), "playlist")
    Slot.objects.filter(wall=wall).delete()
    Slot.objects.bulk_create(
        Slot(
            wall=wall,
            days=list(slot.days),
            begins=time.fromisoformat(slot.begins),
            ends=time.fromisoformat(slot.ends),
            playlist=known[slot.playlist],
            order=10 * number,
        )
        for number, slot in enumerate(draft.slots, 1)
    )
    return True
