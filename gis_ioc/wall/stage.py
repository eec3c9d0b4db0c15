"""What is on the glass at a moment, made of what the wall was told and the time.

The same on every panel with the same clock, without a timer on any server: a panel
that lost the network goes on, one that starts late is right at once, and the past can
be asked the same way. ``static/ioc/js/wall/stage.js`` says the same, tested with the
same cases (``tests/stage_cases.json``).
"""

from __future__ import annotations

from typing import Any, Literal

from .spans import Ms, Span, clipped, inside, merged
from .state import (
    FollowSchedule,
    Interrupt,
    PlaylistData,
    Program,
    ShowPlaylist,
    ShowScene,
    SlotData,
    Stage,
    State,
)

DAY_MS, MINUTE_MS = 86_400_000, 60_000
# Every slot comes once a week at least.
LOOK_DAYS = range(-8, 9)


def stage(program: Program, state: State, at: Ms) -> Stage:
    """What the state means at a moment. It stays so until ``until``, but for ``time``,
    which runs with the clock."""
    alarm, alarms_change = _top(state, "alarm", at)
    cover, covers_change = _top(state, "scene", at)
    over = alarm or cover
    shown = _based(program, state, at, over)
    update: dict[str, Any] = {"over": over}
    held = state.camera
    if cover is not None:
        began = next(begins for begins, _ends in cover.spans(at, at))
        update |= {"scene": cover.scene, "since": began}
        held = cover.camera
    blank = state.blank
    later = blank.since if blank is not None and blank.since > at else None
    changes = (shown.until, alarms_change, covers_change, later)
    kept = held is not None and held.since >= update.get("since", shown.since)
    return shown.model_copy(
        update=update
        | {
            "until": _first(*changes),
            "camera": held if kept else None,
            "time": state.clock.now(at) if state.clock else None,
            "exercise": bool(state.clock and state.clock.exercise),
            "blank": blank.kind if blank is not None and later is None else None,
        }
    )


def _first(*moments: Ms | None) -> Ms | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _top(
    state: State, kind: Literal["alarm", "scene"], at: Ms
) -> tuple[Interrupt | None, Ms | None]:
    """The last one of its kind that is on, and when another one is: what those below
    it do does not matter. A spotlight takes its panes of whatever scene there is."""
    found = [interrupt for interrupt in state.interrupts if interrupt.kind == kind]
    on = [number for number, interrupt in enumerate(found) if interrupt.on(at)]
    change = _first(*(entry.next_change(at) for entry in found[on[-1] if on else 0 :]))
    return (found[on[-1]] if on else None), change


def _based(program: Program, state: State, at: Ms, over: Interrupt | None) -> Stage:
    base = state.base
    if isinstance(base, ShowScene):
        return Stage(scene=base.scene, since=base.since)
    if isinstance(base, ShowPlaylist):
        return _played(program, state, base, at, over)
    running, change = running_at(program, base, at)
    if isinstance(running, ShowPlaylist):
        shown = _played(program, state, running, at, over)
    else:
        shown = Stage(scene=program.fallback, since=running)
    return shown.model_copy(update={"until": _first(shown.until, change)})


def running_at(
    program: Program, base: FollowSchedule, at: Ms
) -> tuple[ShowPlaylist | Ms, Ms | None]:
    """What a wall that follows its schedule plays, or since when nothing; and when
    the schedule says something else."""
    slot, began, change = slot_at(program, at)
    first = began <= base.since
    since = base.since if first else began
    if slot is None:
        return since, change
    playlist = ShowPlaylist(
        playlist=slot.playlist,
        since=since,
        offset_ms=base.offset_ms if first else 0,
        pauses=base.pauses if first else (),
    )
    return playlist, change


def ended(span: Span, at: Ms) -> bool:
    return span[1] is not None and span[1] <= at


def _played(
    program: Program,
    state: State,
    base: ShowPlaylist,
    at: Ms,
    over: Interrupt | None,
) -> Stage:
    playlist = program.playlists.get(base.playlist)
    if playlist is None or not playlist.items:
        return Stage(scene=program.fallback, since=base.since)
    elapsed, stops = progress(playlist, state, base, at)
    into, index = place_in(playlist, elapsed)
    pause = next((pause for pause in base.pauses if inside(pause, at)), None)
    standing = pause is not None or (playlist.pause_on_alarm and over is not None)
    alone = len(playlist.items) == 1  # it stands as a scene does
    return Stage(
        scene=playlist.items[index].scene,
        since=base.since if alone else _moment(stops, base, elapsed - into),
        until=_change(playlist, base, at, over, None if alone else index, into),
        playlist=playlist.slug,
        item=index,
        paused=standing,
    )


def progress(
    playlist: PlaylistData, state: State, base: ShowPlaylist, at: Ms
) -> tuple[Ms, list[Span]]:
    """(how long it has run, spans in which it stood)."""
    stops: list[Span] = [pause for pause in base.pauses if pause[0] <= at]
    if playlist.pause_on_alarm:
        for interrupt in state.interrupts:
            stops += [s for s in interrupt.spans(base.since, at) if s[0] <= at]
    stops = merged(stops)
    frozen = sum(last - first for first, last in clipped(stops, base.since, at))
    return max(0, base.offset_ms + at - base.since - frozen), stops


def place_in(playlist: PlaylistData, elapsed: Ms) -> tuple[Ms, int]:
    """(ms into the item, its number) after so much running."""
    lengths = [item.dwell_s * 1000 for item in playlist.items]
    into, index = elapsed % sum(lengths), 0
    while into >= lengths[index]:
        into -= lengths[index]
        index += 1
    return into, index


def _change(
    playlist: PlaylistData,
    base: ShowPlaylist,
    at: Ms,
    over: Interrupt | None,
    index: int | None,
    into: Ms,
) -> Ms | None:
    """When it goes on, stands or runs again by itself; ``index`` None: never goes on.
    Under an interrupt that stops it nothing does, before that ends."""
    if playlist.pause_on_alarm and over is not None:
        return None
    edges: list[Ms] = []
    for begins, ends in base.pauses:
        if begins <= at and (ends is None or at < ends):
            return ends
        if begins > at:
            edges.append(begins)
    if index is not None:
        edges.append(at + playlist.items[index].dwell_s * 1000 - into)
    return min(edges, default=None)


def _moment(stops: list[Span], base: ShowPlaylist, elapsed: Ms) -> Ms:
    """When the playlist had run for ``elapsed``; before ``since`` it did not stand."""
    moment = base.since + elapsed - base.offset_ms
    for begins, ends in stops:
        first = max(begins, base.since)
        if first >= moment:
            break
        if ends is not None and ends > first:
            moment += ends - first
    return moment


def slot_at(program: Program, at: Ms) -> tuple[SlotData | None, Ms, Ms | None]:
    """(slot of the schedule at a moment or None, since when, until when). A slot that
    another one covered for a while goes on as if it had not."""
    zone_ms = program.utc_offset_min * MINUTE_MS
    local = at + zone_ms
    turns = _turns(program, local // DAY_MS)
    now = _turn(turns, local)
    edges = sorted({edge for _slot, *both in turns for edge in both})
    began = now[1] if now else max((e for e in edges if e <= local), default=0)
    change = (edge for edge in edges if edge > local and _turn(turns, edge) != now)
    until = next(change, None)
    later = None if until is None else until - zone_ms
    return (now[0] if now else None), began - zone_ms, later


Turn = tuple[SlotData, Ms, Ms]


def _turns(program: Program, today: int) -> list[Turn]:
    """(slot, from, to) in local ms, in the order in which they win."""
    found = []
    for slot in program.schedule:
        length = (slot.ends - slot.begins) % 1440 or 1440
        for day in (today + ahead for ahead in LOOK_DAYS):
            if (day + 3) % 7 + 1 in slot.days:  # 1 January 1970 was a Thursday
                begins = day * DAY_MS + slot.begins * MINUTE_MS
                found.append((slot, begins, begins + length * MINUTE_MS))
    return found


def _turn(turns: list[Turn], local: Ms) -> Turn | None:
    return next((turn for turn in turns if turn[1] <= local < turn[2]), None)
