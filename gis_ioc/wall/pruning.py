"""A state without what is over and can never be seen again. Pure: from ``at`` on the
wall shows the same, to the millisecond."""

from __future__ import annotations

from typing import Any

from .spans import Ms
from .stage import ended, place_in, progress, running_at, stage
from .state import FollowSchedule, Program, ShowPlaylist, ShowScene, State


def pruned(program: Program, state: State, at: Ms) -> State:
    """Old pauses and interrupts go; the present item's start stays where it is."""
    base, since = _rebased(program, state, at)
    update: dict[str, Any] = {"base": base}
    if since is not None:
        update["interrupts"] = tuple(
            entry
            for entry in state.interrupts
            if not ended((entry.begins, entry.ends), since)
        )
    covers = any(e.kind == "scene" and e.on(at) for e in state.interrupts)
    if state.camera is not None and not covers:
        kept = stage(program, state, at).camera
        update["camera"] = kept
    return state.model_copy(update=update)


def _rebased(program: Program, state: State, at: Ms) -> tuple[Any, Ms | None]:
    """(the base with a later start where it can have one, what ended before which
    moment is over); None: nothing can be told."""
    base: Any = state.base
    if isinstance(base, ShowScene):
        return base, at
    if at < base.since:
        return base, None
    running: Any = base
    if isinstance(base, FollowSchedule):
        running = running_at(program, base, at)[0]
        if not isinstance(running, ShowPlaylist):
            return FollowSchedule(since=running), at
    playlist = program.playlists.get(running.playlist)
    if playlist is None or not playlist.items:
        return base, base.since
    alone = len(playlist.items) == 1
    started = stage(program, state.model_copy(update={"base": running,
                    "interrupts": _stopping(state)}), at).since  # fmt: skip
    if alone or started <= running.since:
        return base, running.since
    elapsed, _stops = progress(playlist, state, running, at)
    into, _index = place_in(playlist, elapsed)
    round_ms = sum(item.dwell_s for item in playlist.items) * 1000
    update = {
        "since": started,
        "offset_ms": (elapsed - into) % round_ms,
        "pauses": tuple(span for span in running.pauses if not ended(span, started)),
    }
    return base.model_copy(update=update), started


def _stopping(state: State) -> tuple[Any, ...]:
    """The interrupts as alarms: they stop the playlist, and its scene is seen."""
    return tuple(
        entry.model_copy(update={"kind": "alarm", "scene": None, "camera": None})
        for entry in state.interrupts
    )
