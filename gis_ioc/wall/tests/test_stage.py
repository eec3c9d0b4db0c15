"""What is on the glass: the table that the JavaScript is tested with too, and what
holds for every program, state and moment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gis_ioc.wall.stage import stage
from gis_ioc.wall.state import Interrupt, Program, ShowPlaylist, Stage, State

TABLE = json.loads((Path(__file__).parent / "stage_cases.json").read_text())
START = 1_790_000_000_000


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_the_state_means_at_the_moment(case):
    program = Program.model_validate(TABLE["programs"][case["program"]])
    state = State.model_validate(case["state"])
    assert stage(program, state, case["at"]) == Stage.model_validate(case["stage"])


moments = st.integers(0, 900).map(lambda second: START + second * 1000)
lengths = st.integers(5, 120)
spans = st.tuples(moments, st.one_of(st.none(), st.integers(1, 300)))
names = st.sampled_from(["a", "b", "c", "d"])


def _ends(begins: int, seconds: int | None) -> int | None:
    return None if seconds is None else begins + seconds * 1000


@st.composite
def interrupts(draw):
    begins, seconds = draw(spans)
    turns = draw(st.one_of(st.none(), st.tuples(st.integers(1, 30), lengths)))
    kind = draw(st.sampled_from(["alarm", "scene"]))
    made = {
        "id": str(draw(st.integers(0, 10**6))),
        "kind": kind,
        "begins": begins,
        "ends": _ends(begins, seconds),
        "scene": draw(names) if kind == "scene" else None,
    }
    if turns and turns[0] < turns[1] and turns[1] >= 10:
        made |= {"shown_s": turns[0], "every_s": turns[1]}
    return Interrupt.model_validate(made)


@st.composite
def pauses(draw):
    edges = sorted(draw(st.sets(moments, max_size=5)))
    found = [list(pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    return [*found, [edges[-1], None]] if len(edges) % 2 else found


@st.composite
def programs(draw):
    def playlist(slug):
        items = draw(st.lists(st.tuples(names, lengths), max_size=4))
        return {
            "slug": slug,
            "items": [{"scene": scene, "dwell_s": dwell} for scene, dwell in items],
            "pause_on_alarm": draw(st.booleans()),
        }

    minute = st.integers(1270, 1290)  # START is minute 1273 of a Monday
    slots = st.tuples(
        st.sets(st.integers(1, 7), min_size=1), minute, minute, st.sampled_from("pq")
    )
    return Program.model_validate(
        {
            "playlists": {slug: playlist(slug) for slug in "pq"},
            "schedule": [
                dict(
                    zip(
                        ("days", "begins", "ends", "playlist"),
                        (sorted(days), *rest),
                        strict=True,
                    )
                )
                for days, *rest in draw(st.lists(slots, max_size=3))
            ],
        }
    )


@st.composite
def states(draw):
    kind = draw(st.sampled_from(["scene", "playlist", "schedule"]))
    base = {"kind": kind, "since": START}
    if kind == "scene":
        base["scene"] = "a"
    else:
        base |= {"pauses": draw(pauses()), "offset_ms": draw(st.integers(0, 10**6))}
    if kind == "playlist":
        base["playlist"] = draw(st.sampled_from("pq"))
    camera = {"x": 0.5, "y": 0.5, "zoom": 3, "since": draw(moments)}
    blank = {"kind": "black", "since": draw(moments)}
    return State.model_validate(
        {
            "base": base,
            "interrupts": draw(st.lists(interrupts(), max_size=4)),
            "camera": camera if draw(st.booleans()) else None,
            "blank": blank if draw(st.booleans()) else None,
        }
    )


def seen(shown: Stage) -> Stage:
    return shown.model_copy(update={"until": None})


@settings(max_examples=400)
@given(programs(), states(), moments, st.floats(0, 1, exclude_max=True))
def test_the_stage_stands_until_its_until_and_changes_then(program, state, at, share):
    now = stage(program, state, at)
    last = now.until if now.until is not None else at + 2_000_000_000
    assert last > at
    between = at + int((last - at) * share)
    assert seen(stage(program, state, between)) == seen(now)
    assert seen(stage(program, state, last - 1)) == seen(now)
    covered = any(i.kind == "scene" and i.on(at) for i in state.interrupts)
    if now.until is not None and not (covered and state.base.kind == "schedule"):
        # what the schedule changes below a scene that covers it may not be seen
        assert seen(stage(program, state, now.until)) != seen(now)


@settings(max_examples=200)
@given(programs(), st.lists(interrupts(), max_size=4), moments, pauses())
def test_a_playlist_never_runs_faster_than_time_nor_jumps_back(
    program, taken, at, stopped
):
    base = ShowPlaylist(playlist="p", since=START, pauses=tuple(map(tuple, stopped)))
    alarms = [entry for entry in taken if entry.kind == "alarm"]  # scenes would hide it
    state = State(base=base, interrupts=tuple(alarms))
    items = program.playlists["p"].items
    if len(items) < 2:
        return
    now = stage(program, state, at)
    later = stage(program, state, at + 4_000)  # no item is shorter than five seconds
    assert later.item in (now.item, (now.item + 1) % len(items))
    assert now.since <= at
    assert now.since <= later.since


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "alarm", "begins": 5, "ends": 5},
        {"kind": "alarm", "begins": 5, "shown_s": 40},
        {"kind": "alarm", "begins": 5, "shown_s": 40, "every_s": 40},
        {"kind": "alarm", "begins": 5, "scene": "a"},
        {"kind": "scene", "begins": 5},
    ],
)
def test_an_interrupt_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        Interrupt.model_validate({"id": "x", **wrong})


@pytest.mark.parametrize(
    "stopped", [[[5, 4]], [[5, None], [7, 9]], [[5, 7], [7, 9]], [[8, 9], [1, 2]]]
)
def test_pauses_lie_in_order_and_apart(stopped):
    with pytest.raises(ValidationError):
        ShowPlaylist(playlist="p", since=0, pauses=stopped)
