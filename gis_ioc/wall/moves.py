"""What each act makes of the state. Pure: the wall, the caller and the time come in.

Raises RefusedError, whose text says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import acts
from .spans import Ms, Span
from .stage import place_in, progress, running_at, stage
from .state import (
    Blank,
    Clock,
    FollowSchedule,
    Hand,
    Held,
    Interrupt,
    PlaylistData,
    Program,
    ShowPlaylist,
    ShowScene,
    State,
)


class RefusedError(ValueError):
    """The act makes no sense now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """``scenes``: slugs that there are; ``seq``: the number that the act will have;
    ``taker``: who gets the hand; ``shown_s``, ``every_s``: the wall's way of showing
    alarms."""

    program: Program
    scenes: frozenset[str]
    at: Ms
    seq: int
    taker: Hand | None = None
    shown_s: int = 40
    every_s: int = 180

    def scene(self, slug: str) -> str:
        if slug not in self.scenes:
            raise RefusedError(_("There is no scene “%(name)s”.") % {"name": slug})
        return slug

    def playlist(self, slug: str) -> PlaylistData:
        found = self.program.playlists.get(slug)
        if found is None or not found.items:
            text = _("There is no playlist “%(name)s” with scenes.")
            raise RefusedError(text % {"name": slug})
        return found

    def held(self, view: acts.View) -> Held:
        return Held(**view.model_dump(), since=self.at)


Move = Callable[[Context, State, Any], State]
_moves: dict[str, Move] = {}


def move(*names: str) -> Callable[[Move], Move]:
    def keep(run: Move) -> Move:
        _moves.update(dict.fromkeys(names, run))
        return run

    return keep


def moved(context: Context, state: State, act: acts.AnyAct) -> State:
    """The state after the act."""
    return _moves[act.act](context, state, act)


def but(state: State, **changes: Any) -> State:
    return state.model_copy(update=changes)


def ending(state: State, at: Ms, gone: Callable[[Interrupt], bool]) -> State:
    """The interrupts that ``gone`` names end now; those yet to come are not kept."""
    kept = []
    for entry in state.interrupts:
        over = entry.ends is not None and entry.ends <= at
        if over or not gone(entry):
            kept.append(entry)
        elif entry.begins < at:
            kept.append(entry.model_copy(update={"ends": at}))
    return but(state, interrupts=tuple(kept))


def _based(context: Context, state: State, base: Any) -> State:
    """Another base: what a hand held and put over the old one is over."""
    cleared = ending(state, context.at, lambda entry: entry.kind == "scene")
    return but(cleared, base=base, camera=None)


@move("scene")
def _scene(context: Context, state: State, act: acts.Scene) -> State:
    scene = context.scene(act.scene)
    return _based(context, state, ShowScene(scene=scene, since=context.at))


@move("playlist")
def _playlist(context: Context, state: State, act: acts.Playlist) -> State:
    playlist = context.playlist(act.playlist)
    if act.item >= len(playlist.items):
        raise RefusedError(_("The playlist has no item %(n)s.") % {"n": act.item + 1})
    base = ShowPlaylist(
        playlist=playlist.slug,
        since=context.at,
        offset_ms=_start(playlist, act.item),
    )
    return _based(context, state, base)


@move("schedule")
def _schedule(context: Context, state: State, _act: acts.Plain) -> State:
    if isinstance(state.base, FollowSchedule):
        return state
    return _based(context, state, FollowSchedule(since=context.at))


@move("push")
def _push(context: Context, state: State, act: acts.Push) -> State:
    if act.scene is not None:
        base = ShowScene(scene=context.scene(act.scene), since=context.at)
        state = _based(context, state, base)
    return state if act.camera is None else _hold(context, state, act.camera)


@move("camera")
def _camera(context: Context, state: State, act: acts.Camera) -> State:
    return _hold(context, state, act.camera)


def _hold(context: Context, state: State, view: acts.View | None) -> State:
    """Over the scene that is shown: one that was put over the others keeps its own."""
    held = None if view is None else context.held(view)
    on = [e for e in state.interrupts if e.kind == "scene" and e.on(context.at)]
    if not on:
        return but(state, camera=held)
    cover = on[-1].model_copy(update={"camera": held})
    others = (cover if entry is on[-1] else entry for entry in state.interrupts)
    return but(state, interrupts=tuple(others))


def played(context: Context, state: State) -> tuple[ShowPlaylist, PlaylistData]:
    """What runs now, also by the schedule."""
    base: Any = state.base
    if isinstance(base, FollowSchedule):
        base = running_at(context.program, base, context.at)[0]
    if not isinstance(base, ShowPlaylist):
        raise RefusedError(_("No playlist is running."))
    return base, context.playlist(base.playlist)


def _start(playlist: PlaylistData, item: int) -> Ms:
    return sum(entry.dwell_s for entry in playlist.items[:item]) * 1000


@move("next", "previous")
def _step(context: Context, state: State, act: acts.Plain) -> State:
    base, playlist = played(context, state)
    elapsed, _stops = progress(playlist, state, base, context.at)
    _into, index = place_in(playlist, elapsed)
    ahead = 1 if act.act == "next" else -1
    offset = _start(playlist, (index + ahead) % len(playlist.items))
    standing = any(ends is None for _begins, ends in base.pauses)
    stopped: tuple[Span, ...] = ((context.at, None),) if standing else ()
    update = {"since": context.at, "offset_ms": offset, "pauses": stopped}
    return but(state, base=state.base.model_copy(update=update), camera=None)


@move("pause")
def _pause(context: Context, state: State, _act: acts.Plain) -> State:
    base, _playlist = played(context, state)
    if base.pauses and base.pauses[-1][1] is None:
        return state
    kept, begins = base.pauses, context.at
    if kept and kept[-1][1] == begins:
        begins, kept = kept[-1][0], kept[:-1]
    return _paused(state, base, (*kept, (begins, None)))


@move("resume")
def _resume(context: Context, state: State, _act: acts.Plain) -> State:
    base, _playlist = played(context, state)
    if not base.pauses or base.pauses[-1][1] is not None:
        return state
    *kept, (begins, _open) = base.pauses
    if begins < context.at:
        kept.append((begins, context.at))
    return _paused(state, base, tuple(kept))


def _paused(state: State, base: ShowPlaylist, pauses: tuple[Span, ...]) -> State:
    """A schedule counts on from the slot that runs."""
    update = {"since": base.since, "offset_ms": base.offset_ms, "pauses": pauses}
    return but(state, base=state.base.model_copy(update=update))


@move("interrupt")
def _interrupt(context: Context, state: State, act: acts.Interrupt) -> State:
    made = Interrupt(
        id=f"scene-{context.seq}",
        kind="scene",
        begins=context.at,
        ends=None if act.seconds is None else context.at + act.seconds * 1000,
        scene=context.scene(act.scene),
    )
    return but(state, interrupts=(*state.interrupts, made))


@move("dismiss")
def _dismiss(context: Context, state: State, act: acts.Dismiss) -> State:
    name = act.id
    if not name:
        over = stage(context.program, state, context.at).over
        if over is None:
            raise RefusedError(_("Nothing lies over the scene."))
        name = over.id
    return ending(state, context.at, lambda entry: entry.id == name)


@move("blank")
def _blank(context: Context, state: State, act: acts.Blank) -> State:
    if state.blank is not None and state.blank.kind == act.kind:
        return state
    return but(state, blank=Blank(kind=act.kind, since=context.at))


@move("unblank")
def _unblank(_context: Context, state: State, _act: acts.Plain) -> State:
    return but(state, blank=None)


@move("clock")
def _clock(context: Context, state: State, act: acts.Clock) -> State:
    if act.at > context.at:
        raise RefusedError(_("That moment is yet to come."))
    told = act.model_dump(include={"at", "speed", "exercise", "title"})
    return but(state, clock=Clock(**told, since=context.at))


@move("live")
def _live(_context: Context, state: State, _act: acts.Plain) -> State:
    return but(state, clock=None)


@move("theme")
def _theme(_context: Context, state: State, act: acts.Theme) -> State:
    return but(state, theme=act.theme)
