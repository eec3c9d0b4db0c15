"""A scene as somebody hands it in, checked: by form, by file or out of its history."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gis_ioc.wall.models import Scene, Wall
from layers.core.paramforms import problems_of

from .body import SceneBody, Slug
from .checking import Problem, check
from .queries import shown_body

FORMAT = "gis-ioc scene 1"
# Words of addresses below /wall/scenes/ that no scene can have.
TAKEN = frozenset({"new", "check", "save", "form", "import"})
MOST_FILE_BYTES = 200_000


class SceneDraft(BaseModel):
    """What of a scene people write. ``wall``: only for this one; None: every wall."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    title: str = Field(min_length=1, max_length=80)
    wall: str | None = None
    order: int = Field(default=100, ge=0, le=1000)
    preset: Literal["", "shift", "visitor"] = ""
    hotkey: str = Field(default="", pattern=r"^[0-9a-z]?$")
    body: dict[str, Any]

    @field_validator("title")
    @classmethod
    def _said(cls, title: str) -> str:
        if not title.strip():
            raise ValueError(_("This is needed."))
        return title.strip()


class ScenesRefusedError(ValueError):
    """A scene that is not saved; ``problems`` say why, and what helps."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def draft_of(scene: Scene) -> SceneDraft:
    """A scene as it stands."""
    return SceneDraft(
        slug=scene.slug,
        title=scene.title,
        wall=scene.wall.slug if scene.wall else None,
        order=scene.order,
        preset=scene.preset,  # type: ignore[arg-type]
        hotkey=scene.hotkey,
        body=scene.body,
    )


def untouched(draft: SceneDraft) -> SceneDraft:
    """Shipped words that nobody touched stay those that are shown in both languages:
    the editor has them in the one of its reader."""
    scene = Scene.objects.filter(slug=draft.slug).first()
    if scene is None:
        return draft
    title = scene.title if scene.shown_title == draft.title else draft.title
    body = scene.body if shown_body(scene.body) == draft.body else draft.body
    return draft.model_copy(update={"title": title, "body": body})


def read(values: Any) -> SceneDraft:
    """Raises ScenesRefusedError that names every wrong field."""
    try:
        return SceneDraft.model_validate(values)
    except ValidationError as error:
        raise ScenesRefusedError(_of_fields(error)) from None


def read_body(values: Any) -> SceneBody:
    """Raises ScenesRefusedError."""
    try:
        return SceneBody.model_validate(values)
    except ValidationError as error:
        raise ScenesRefusedError(_of_fields(error)) from None


def _of_fields(error: ValidationError) -> list[Problem]:
    found = []
    for part, (name, words) in zip(error.errors(), problems_of(error), strict=True):
        place = ".".join(map(str, part["loc"])) or name
        message = f"{place}: {words}" if place else words
        found.append(Problem(what="options", wall="", pane="", text=name,
                             message=message))  # fmt: skip
    return found


def walls_of(wall: str | None) -> list[Wall]:
    """Those that a scene must be readable on.

    Raises ScenesRefusedError for a wall that is not there.
    """
    if wall is None:
        return list(Wall.objects.all())
    found = list(Wall.objects.filter(slug=wall))
    if not found:
        message = _("There is no wall %(wall)s.") % {"wall": wall}
        raise ScenesRefusedError(
            [Problem(what="options", wall=wall, pane="", text="wall", message=message)]
        )
    return found


def problems(draft: SceneDraft) -> list[Problem]:
    """What the check says on every wall of the scene, each problem once a wall."""
    body = read_body(draft.body)
    walls = walls_of(draft.wall)
    found = [problem for wall in walls for problem in check(body, wall)]
    several = len({problem.wall for problem in found}) > 1 or len(walls) > 1
    return [_on(problem) for problem in found] if several else found


def _on(problem: Problem) -> Problem:
    """With the wall named, where there are several."""
    message = _("wall %(wall)s, %(message)s") % {
        "wall": problem.wall, "message": problem.message,
    }  # fmt: skip
    return replace(problem, message=message)


def exported(scene: Scene) -> dict[str, Any]:
    """A scene as a file that another centre can take in."""
    values = draft_of(scene).model_dump(mode="json", exclude={"wall"})
    return {"format": FORMAT, "version": scene.version, **values}


def imported(raw: bytes) -> SceneDraft:
    """Raises ScenesRefusedError."""

    def refused(message: str) -> ScenesRefusedError:
        return ScenesRefusedError(
            [Problem(what="options", wall="", pane="", message=message)]
        )

    if len(raw) > MOST_FILE_BYTES:
        raise refused(_("The file is larger than a scene can be (200 kB)."))
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        words = _("The file cannot be read as JSON: %(error)s") % {"error": error}
        raise refused(words) from None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise refused(_("The file is no scene: it does not say “%s”.") % FORMAT)
    return read({k: v for k, v in values.items() if k not in ("format", "version")})
