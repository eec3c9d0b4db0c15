"""Preview to wall: what a console's map shows becomes a scene, and the wall shows it.

The panes of the scene on the glass stay; camera, layers, filters and time are the
console's. A scene that the farthest reader cannot read is refused, as any other.
"""

from __future__ import annotations

import time
from typing import Annotated, Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from gis_ioc.wall import acts, services
from gis_ioc.wall.models import Scene, Wall, WallAct
from gis_ioc.wall.program import program_of, scenes_of
from gis_ioc.wall.scenes.body import Bounds, SceneBody, Slug
from gis_ioc.wall.scenes.checking import check
from gis_ioc.wall.stage import stage
from gis_ioc.wall.state import State

PREFIX = "console"
# Scenes of pushes that are kept, newest first; their versions stay in the history.
KEPT = 12
ORDER = 900
PLAIN: dict[str, Any] = {
    "panes": [
        {"id": "map", "kind": "map", "column": 0, "row": 0, "width": 24, "height": 12}
    ]
}


class At(BaseModel):
    """A moment of the past: ``speed`` 0 stands."""

    model_config = ConfigDict(extra="forbid")
    at: acts.Moment
    speed: float = Field(default=0, ge=0, le=600)
    exercise: bool = False
    title: str = Field(default="", max_length=120)


class Picture(BaseModel):
    """What a console's map shows. ``clock`` None: live. ``seconds``: over the scene
    for so long, None: instead of it. ``filters`` by slug, as the map's address has
    them."""

    model_config = ConfigDict(extra="forbid")
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)]
    layers: tuple[Slug, ...] = Field(default=(), max_length=60)
    filters: dict[str, dict[str, Any]] = {}
    clock: At | None = None
    title: str = Field(default="", max_length=80)
    seconds: int | None = Field(default=None, ge=5, le=3_600)
    console: acts.Console = ""


class PictureRefusedError(ValueError):
    """The wall cannot show it; the message says why, for people."""


@transaction.atomic
def push(wall: Wall, picture: Picture, user: Any, key: str) -> services.Done:
    """Show it: one act for the scene, one for the time when that differs. Sent again
    with the same key it is done once.

    Raises PictureRefusedError and what ``wall.services.apply`` raises.
    """
    row, state = services.current(wall)
    if WallAct.objects.filter(wall=wall, key=key).exists():
        return services.Done(
            seq=row.seq, state=state, changed_at=row.changed_at, changed=False
        )
    scene = _scene(wall, state, row.seq + 1, picture, user)
    act: acts.AnyAct
    if picture.seconds is None:
        act = acts.Push(act="push", scene=scene.slug, console=picture.console)
    else:
        act = acts.Interrupt(
            act="interrupt",
            scene=scene.slug,
            seconds=picture.seconds,
            console=picture.console,
        )
    done = services.apply(wall, act, user, key)
    if picture.seconds is None:
        done = _timed(wall, state, picture, user, key) or done
    _forget(wall, done.state)
    return done


def _timed(
    wall: Wall, state: State, picture: Picture, user: Any, key: str
) -> services.Done | None:
    """The time of the picture, where it is another than that of the wall."""
    act: acts.AnyAct
    if picture.clock is not None:
        told = picture.clock.model_dump()
        act = acts.Clock(act="clock", console=picture.console, **told)
    elif state.clock is not None:
        act = acts.Plain(act="live", console=picture.console)
    else:
        return None
    return services.apply(wall, act, user, f"{key[:58]}:time")


def _scene(wall: Wall, state: State, seq: int, picture: Picture, user: Any) -> Scene:
    west, south, east, north = picture.bounds
    body = {
        **_shown(wall, state),
        "camera": Bounds(west=west, south=south, east=east, north=north).model_dump(),
        "layers": list(picture.layers),
        "roles": [],
        "filters": picture.filters,
        "hours_ago": 0,
    }
    found = check(SceneBody.model_validate(body), wall)
    refusing = [problem.message for problem in found if problem.refuses]
    if refusing:
        raise PictureRefusedError("; ".join(refusing))
    at = timezone.localtime().strftime("%H:%M")
    told = picture.title or _("From the console of %s") % user.display_name
    with pghistory.context(reason="console"):
        return Scene.objects.create(
            slug=f"{PREFIX}-{wall.slug[:24]}-{seq}-{time.time_ns() % 1_000_000}",
            title=f"{told[:70]} {at}",
            wall=wall,
            body=body,
            order=ORDER,
            changed_by=user,
        )


def _shown(wall: Wall, state: State) -> dict[str, Any]:
    """The body on the glass now, without what lies over it."""
    bare = state.model_copy(update={"interrupts": ()})
    slug = stage(program_of(wall), bare, services.now_ms()).scene
    scene = Scene.objects.filter(slug=slug).first()
    if scene is None or slug not in scenes_of(wall):
        return PLAIN
    kinds = {pane["kind"] for pane in scene.body["panes"]}
    return dict(scene.body) if "map" in kinds else PLAIN


def _forget(wall: Wall, state: State) -> None:
    """Older pictures go, except those that the wall still needs."""
    needed = {getattr(state.base, "scene", "")}
    needed |= {interrupt.scene for interrupt in state.interrupts}
    rows = Scene.objects.filter(wall=wall, slug__startswith=f"{PREFIX}-")
    for scene in rows.order_by("-pk")[KEPT:]:
        if scene.slug not in needed:
            scene.delete()
