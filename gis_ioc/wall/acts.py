"""What can be done to a wall: one type each, told apart by ``act``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from .spans import Ms

Name = Annotated[str, Field(min_length=1, max_length=60)]
Console = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
# Nobody drills in the last century, and no clock runs into the next.
Moment = Annotated[Ms, Field(ge=946_684_800_000, le=4_102_444_800_000)]


class Act(BaseModel):
    """``console``: the window that acts, as it named itself when it joined."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    console: Console = ""

    def detail(self) -> dict[str, Any]:
        """What the log keeps of it."""
        return self.model_dump(mode="json", exclude={"act"}, exclude_defaults=True)


class View(BaseModel):
    """A camera of the canvas (``canvas.Camera``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    x: float = Field(ge=-0.5, le=1.5)
    y: float = Field(ge=-0.5, le=1.5)
    zoom: float = Field(ge=0, le=22)


class Scene(Act):
    act: Literal["scene"]
    scene: Name


class Playlist(Act):
    """From its first item, or from the one counted from 0."""

    act: Literal["playlist"]
    playlist: Name
    item: int = Field(default=0, ge=0)


class Plain(Act):
    """Acts that need nothing but their name.

    ``blank`` is ``black``; ``live`` ends the clock of the past; ``release`` lays the
    hand down; ``arm`` lets the wall follow the console's map.
    """

    act: Literal[
        "schedule", "next", "previous", "pause", "resume", "unblank", "live",
        "take", "release", "arm", "disarm",
    ]  # fmt: skip


class Push(Act):
    """What a console prepared, in one act: a scene, a camera over it, or both."""

    act: Literal["push"]
    scene: Name | None = None
    camera: View | None = None

    @model_validator(mode="after")
    def _something(self) -> Push:
        if self.scene is None and self.camera is None:
            raise ValueError("a push has a scene, a camera or both")
        return self


class Camera(Act):
    """The map at rest; None: the scene's own camera again."""

    act: Literal["camera"]
    camera: View | None = None


class Interrupt(Act):
    """A scene over the others, for so many seconds or until it is dismissed."""

    act: Literal["interrupt"]
    scene: Name
    seconds: int | None = Field(default=None, ge=5, le=86_400)


class Dismiss(Act):
    """The interrupt on top, or the named one, goes."""

    act: Literal["dismiss"]
    id: Annotated[str, Field(max_length=60)] = ""


class Blank(Act):
    act: Literal["blank"]
    kind: Literal["black", "privacy"] = "black"


class Clock(Act):
    """The wall shows the moment ``at`` (epoch ms), running ``speed`` times as fast."""

    act: Literal["clock"]
    at: Moment
    speed: float = Field(default=0, ge=0, le=600)
    exercise: bool = False
    title: str = Field(default="", max_length=120)


class Theme(Act):
    act: Literal["theme"]
    theme: Literal["dark", "light"] | None = None


class HandOver(Act):
    """To another console of a person who may conduct."""

    act: Literal["handover"]
    user: int
    to: Annotated[Console, Field(min_length=1)]


class Spotlight(Act):
    """Whether alarms take their pane by themselves."""

    act: Literal["spotlight"]
    on: bool


class Alarm(Act):
    """An alarm takes its pane, now or so many seconds later (the system's own act)."""

    act: Literal["alarm"]
    alert: int
    after_s: int = Field(default=0, ge=0, le=86_400)


class Over(Act):
    """Alarms that need no spotlight any more (the system's own act)."""

    act: Literal["over"]
    alerts: tuple[int, ...] = Field(min_length=1)


AnyAct = (
    Scene | Playlist | Plain | Push | Camera | Interrupt | Dismiss | Blank | Clock
    | Theme | HandOver | Spotlight | Alarm | Over
)  # fmt: skip
ACTS: TypeAdapter[AnyAct] = TypeAdapter(Annotated[AnyAct, Field(discriminator="act")])
# Only the system does these.
OWN = frozenset({"alarm", "over"})
# Done by anybody who may conduct, whoever has the hand.
ANYBODY = frozenset({"take", "blank", "unblank", "dismiss"})
BLANKING = frozenset({"blank", "unblank"})
