"""What is on the glass at a moment, made of what the wall was told and the time.

The same on every panel with the same clock, without a timer on any server: a panel
that lost the network goes on, one that starts late is right at once, and the past can
be asked the same way. ``static/ioc/js/wall/stage.js`` says the same, tested with the
same cases (``tests/stage_cases.json``).
"""

from __future__ import annotations

from typing import Any

from .spans import Ms, Span, clipped, inside, merged
from .state import PlaylistData, Program, ShowPlaylist, ShowScene, Stage, State

DAY_MS, MINUTE_MS = 86_400_000, 60_000


def stage(program: Program, state: State, at: Ms) -> Stage:
    """What the state means at a moment. It stays so until ``until``."""
    shown = _based(program, state, at)
    on = [interrupt for interrupt in state.interrupts if interrupt.on(at)]
    over = on[-1] if on else None
    update: dict[str, Any] = {"over": over}
    if over is not None and over.kind == "scene" and over.scene:
        began = next(begins for begins, _ends in over.spans(at, at))
        update |= {"scene": over.scene, "since": began}
    changes = [interrupt.next_change(at) for interrupt in state.interrupts]
    blank = state.blank
    if blank is not None and blank.since > at:
        changes.append(blank.since)
        blank = None
    ends = [moment for moment in (shown.until, *changes) if moment is not None]
    held = state.camera  # ends with the scene it was set in
    kept = held is not None and held.since >= update.get("since", shown.since)
    return shown.model_copy(
        update=update
        | {
            "until": min(ends, default=None),
            "camera": held if kept else None,
            "time": state.clock.now(at) if state.clock else None,
            "exercise": bool(state.clock and state.clock.exercise),
            "blank": blank.kind if blank else None,
        }
    )


def _based(program: Program, state: State, at: Ms) -> Stage:
    base = state.base
    if isinstance(base, ShowScene):
        return Stage(scene=base.scene, since=base.since)
    if isinstance(base, ShowPlaylist):
        return _played(program, state, base, at)
    slot, change = slot_at(program, at)
    if slot is None:
        return Stage(scene=program.fallback, since=base.since, until=change)
    running = ShowPlaylist(playlist=slot[0], since=max(slot[1], base.since))
    shown = _played(program, state, running, at)
    ends = [moment for moment in (shown.until, change) if moment is not None]
    return shown.model_copy(update={"until": min(ends, default=None)})


def _played(program: Program, state: State, base: ShowPlaylist, at: Ms) -> Stage:
    playlist = program.playlists.get(base.playlist)
    if playlist is None or not playlist.items:
        return Stage(scene=program.fallback, since=base.since)
    stops = merged(_stops(playlist, state, base, at))
    frozen = sum(
        min(ends, at) - begins for begins, ends in clipped(stops, base.since, at)
    )
    elapsed = max(0, base.offset_ms + at - base.since - frozen)
    lengths = [item.dwell_s * 1000 for item in playlist.items]
    into, index = elapsed % sum(lengths), 0
    while into >= lengths[index]:
        into -= lengths[index]
        index += 1
    standing = any(inside(span, at) for span in stops)
    return Stage(
        scene=playlist.items[index].scene,
        since=_moment(stops, base, elapsed - into),
        until=None if standing else at + lengths[index] - into,
        playlist=playlist.slug,
        item=index,
        paused=standing,
    )


def _stops(
    playlist: PlaylistData, state: State, base: ShowPlaylist, at: Ms
) -> list[Span]:
    stops = [pause for pause in base.pauses if pause[0] <= at]
    if playlist.pause_on_alarm:
        for interrupt in state.interrupts:
            stops += [s for s in interrupt.spans(base.since, at) if s[0] <= at]
    return stops


def _moment(stops: list[Span], base: ShowPlaylist, elapsed: Ms) -> Ms:
    """When the playlist had run for ``elapsed``; before ``since`` it did not stand."""
    moment = base.since + elapsed - base.offset_ms
    for begins, ends in stops:
        first = max(begins, base.since)
        if first > moment:
            break
        if ends is not None and ends > first:
            moment += ends - first
    return moment


def slot_at(program: Program, at: Ms) -> tuple[tuple[str, Ms] | None, Ms | None]:
    """(playlist, when its slot began) of the schedule at a moment, and when the
    schedule may say something else."""
    local = at + program.utc_offset_min * MINUTE_MS
    today = local // DAY_MS
    found: tuple[str, Ms] | None = None
    edges = []
    for slot in program.schedule:
        length = (slot.ends - slot.begins) % 1440 or 1440
        for day in range(today - 1, today + 8):
            # 1 January 1970 was a Thursday
            if (day + 3) % 7 + 1 not in slot.days:
                continue
            begins = day * DAY_MS + slot.begins * MINUTE_MS
            ends = begins + length * MINUTE_MS
            edges += [begins, ends]
            if begins <= local < ends and found is None:
                found = slot.playlist, begins - program.utc_offset_min * MINUTE_MS
    later = [edge for edge in edges if edge > local]
    change = min(later) - program.utc_offset_min * MINUTE_MS if later else None
    return found, change
