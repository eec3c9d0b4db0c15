"""What a wall is told to show, as data.

The state holds causes with their moments (a scene since, a playlist since, an alarm
from-until), never "now showing": that follows from it and the time (``stage.py``). All
moments are epoch milliseconds of the server.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .spans import Ms, Span, inside


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShowScene(Strict):
    kind: Literal["scene"] = "scene"
    scene: str
    since: Ms


class Played(Strict):
    """``offset_ms``: how far it was into its round at ``since``; ``pauses``: spans in
    which a hand stopped it, in order and apart; the last one may be open."""

    since: Ms
    offset_ms: int = Field(default=0, ge=0)
    pauses: tuple[Span, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Played:
        last: Ms | None = -1
        for begins, ends in self.pauses:
            if last is None or begins <= last or (ends is not None and ends <= begins):
                raise ValueError("pauses lie in order and apart")
            last = ends
        return self


class ShowPlaylist(Played):
    kind: Literal["playlist"] = "playlist"
    playlist: str


class FollowSchedule(Played):
    """Offset and pauses count in the slot in which ``since`` lies; playlists of later
    slots start at their first scene and run."""

    kind: Literal["schedule"] = "schedule"


Base = Annotated[ShowScene | ShowPlaylist | FollowSchedule, Field(discriminator="kind")]


class Held(Strict):
    """A camera that a hand has set over that of the scene: ``shared canvas`` camera."""

    x: float = Field(ge=-0.5, le=1.5)
    y: float = Field(ge=-0.5, le=1.5)
    zoom: float = Field(ge=0, le=22)
    since: Ms


class Interrupt(Strict):
    """Something that takes its panes for a while: an alarm's spotlight, or a scene
    that was put over the others; of those of a kind that are on the last is on top,
    and alarms are over scenes.
    ``shown_s`` of every ``every_s``: an alarm that nobody acknowledges comes back
    from time to time. ``camera``: set by hand while its scene was shown, ends with
    it."""

    id: str
    kind: Literal["alarm", "scene"]
    begins: Ms
    ends: Ms | None = None  # None: until it is taken away
    shown_s: int | None = Field(default=None, ge=1)
    every_s: int | None = Field(default=None, ge=10)
    alert: int | None = None
    scene: str | None = None
    camera: Held | None = None

    @model_validator(mode="after")
    def _complete(self) -> Interrupt:
        if (self.shown_s is None) != (self.every_s is None):
            raise ValueError("shown_s and every_s come together")
        if self.shown_s and self.every_s and self.shown_s >= self.every_s:
            raise ValueError("shown_s must be less than every_s")
        if self.ends is not None and self.ends <= self.begins:
            raise ValueError("an interrupt ends after it begins")
        if (self.scene is None) == (self.kind == "scene"):
            raise ValueError("a scene is named by interrupts of that kind only")
        return self

    def spans(self, since: Ms, until: Ms) -> Iterator[Span]:
        """When it is on, as far as it touches ``since``-``until``; the last span may
        be open."""
        if self.shown_s is None or self.every_s is None:
            if self.begins <= until and (self.ends is None or self.ends > since):
                yield self.begins, self.ends
            return
        last = until if self.ends is None else min(until, self.ends - 1)
        turn = max(0, (since - self.begins) // (self.every_s * 1000))
        begins = self.begins + turn * self.every_s * 1000
        while begins <= last:
            ends = begins + self.shown_s * 1000
            if self.ends is not None:
                ends = min(ends, self.ends)
            yield begins, ends
            begins += self.every_s * 1000

    def on(self, at: Ms) -> bool:
        return any(inside(span, at) for span in self.spans(at, at))

    def next_change(self, at: Ms) -> Ms | None:
        """The next moment after ``at`` at which it comes or goes by itself."""
        if at < self.begins:
            return self.begins
        for begins, ends in self.spans(at, at + 1000 * (self.every_s or 0)):
            if begins > at:
                return begins if self.ends is None or begins < self.ends else None
            if ends is not None and ends > at:
                return ends
        return None


class Hand(Strict):
    """The console that conducts. ``armed``: its map is followed."""

    user: int
    name: str
    console: str
    since: Ms
    armed: bool = False


class Clock(Strict):
    """The time of the picture: ``at`` at the moment ``since``, running ``speed``
    times as fast; 0 stands still. ``exercise``: a drill from a recorded day."""

    at: Ms
    since: Ms
    speed: float = Field(default=0, ge=0, le=600)
    exercise: bool = False
    title: str = ""

    def now(self, at: Ms) -> Ms:
        return math.floor(self.at + (at - self.since) * self.speed)


class Blank(Strict):
    """``black``: nothing at all; ``privacy``: panes with pictures of people."""

    kind: Literal["black", "privacy"]
    since: Ms


class State(Strict):
    base: Base
    camera: Held | None = None  # ends with the scene it was set in
    interrupts: tuple[Interrupt, ...] = ()
    hand: Hand | None = None
    clock: Clock | None = None  # None: live
    blank: Blank | None = None
    theme: Literal["dark", "light"] | None = None  # None: the wall's own
    spotlight: bool = True  # whether alarms take their pane by themselves


class Item(Strict):
    scene: str
    dwell_s: int = Field(ge=5, le=86_400)


class PlaylistData(Strict):
    slug: str
    title: str = ""
    items: tuple[Item, ...]
    pause_on_alarm: bool = True


class SlotData(Strict):
    """Days 1 (Monday) to 7; minutes of the local day; ``ends`` <= ``begins``: the next
    day."""

    days: tuple[int, ...]
    begins: int = Field(ge=0, lt=1440)
    ends: int = Field(ge=0, le=1440)
    playlist: str


class Program(Strict):
    """What the state's names mean. ``utc_offset_min``: of the centre, no daylight
    saving (Viet Nam: 420)."""

    playlists: dict[str, PlaylistData] = {}
    schedule: tuple[SlotData, ...] = ()
    fallback: str = "overview"
    utc_offset_min: int = 420


class Stage(Strict):
    """What is on the glass. ``since``: since when this scene; ``until``: when it
    changes by itself; ``item``: its place in the playlist; ``over``: the interrupt on
    top, an alarm before a scene; ``time``: the moment that is drawn, None: live."""

    scene: str
    since: Ms
    until: Ms | None = None
    playlist: str | None = None
    item: int | None = None
    paused: bool = False
    over: Interrupt | None = None
    camera: Held | None = None
    time: Ms | None = None
    exercise: bool = False
    blank: Literal["black", "privacy"] | None = None
