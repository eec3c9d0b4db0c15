"""Acts: checked, done once, written down, told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gis_ioc.wall import program, services
from gis_ioc.wall.acts import ACTS
from gis_ioc.wall.models import Playlist, Scene, Slot, Wall, WallAct, WallState
from gis_ioc.wall.pruning import pruned
from gis_ioc.wall.services import HeldError, NotAllowedError, RefusedError
from gis_ioc.wall.stage import stage
from gis_ioc.wall.state import State
from gis_ioc.wall.tests.test_stage import START, moments, programs, seen, states

pytestmark = pytest.mark.django_db
BODY = {
    "panes": [
        {"id": "map", "kind": "map", "column": 0, "row": 0, "width": 24, "height": 12}
    ]
}
T = START


@pytest.fixture
def wall(db):
    for slug in ("one", "two", "three"):
        Scene.objects.create(slug=slug, title=slug.title(), body=BODY)
    items = [{"scene": s, "dwell_s": 60} for s in ("one", "two", "three")]
    Playlist.objects.create(slug="round", title="Round", items=items)
    return Wall.objects.create(slug="room", title="Room", columns=2, rows=1)


@pytest.fixture
def do(wall, cast):
    def run(name, who="operator", when=None, key="", **more):
        asked = ACTS.validate_python({"act": name, **more})
        user = cast[who] if isinstance(who, str) else who
        return services.apply(wall, asked, user, key, when)

    return run


def shown(wall, done, at):
    return stage(program.program_of(wall), done.state, at)


def test_a_scene_is_shown_and_written_down_with_who_and_the_state_after(wall, do, cast):
    done = do("scene", scene="two", when=T)
    assert shown(wall, done, T).scene == "two"
    act = WallAct.objects.get(wall=wall)
    assert (act.seq, act.act, act.actor) == (1, "scene", cast["operator"])
    assert act.detail == {"scene": "two"}
    assert State.model_validate(act.body) == done.state
    assert WallState.objects.get(wall=wall).seq == 1


def test_the_same_key_is_one_act(wall, do):
    first = do("scene", scene="two", key="k1", when=T)
    do("scene", scene="one", key="k2", when=T + 1)
    again = do("scene", scene="two", key="k1", when=T + 2)
    assert (first.changed, again.changed) == (True, False)
    assert again.state.base.scene == "one"
    assert WallAct.objects.filter(wall=wall).count() == 2
    with pytest.raises(RefusedError):
        do("blank", key="k1")


def test_what_is_so_already_is_no_act(wall, do):
    for name in ("unblank", "live"):
        assert not do(name).changed
    do("blank", when=T)
    assert not do("blank", when=T + 5).changed
    assert WallAct.objects.filter(wall=wall).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "scene", "scene": "nowhere"},
        {"act": "playlist", "playlist": "nowhere"},
        {"act": "playlist", "playlist": "round", "item": 3},
        {"act": "next"},
        {"act": "pause"},
        {"act": "dismiss"},
        {"act": "interrupt", "scene": "nowhere"},
        {"act": "arm", "console": "c"},
        {"act": "release", "console": "c"},
        {"act": "take"},
        {"act": "clock", "at": 4_000_000_000_000},
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(wall, do, wrong):
    do("scene", scene="one", when=T)
    with pytest.raises(RefusedError) as refused:
        do(wrong.pop("act"), **wrong)
    assert str(refused.value).endswith(".")
    assert WallAct.objects.filter(wall=wall).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "sing"},
        {},
        {"act": "push"},
        {"act": "clock", "at": T, "speed": 601},
        {"act": "camera", "camera": {"x": 9, "y": 0, "zoom": 3}},
        {"act": "scene", "scene": "one", "more": 1},
        {"act": "interrupt", "scene": "one", "seconds": 1},
        {"act": "camera", "camera": {"x": float("nan"), "y": 0, "zoom": 3}},
    ],
)
def test_what_is_no_act_is_not_read(wrong):
    with pytest.raises(ValidationError):
        ACTS.validate_python(wrong)


def test_a_playlist_steps_pauses_and_goes_on_at_the_same_second(wall, do):
    do("playlist", playlist="round", item=1, when=T)
    do("pause", when=T + 20_000)
    done = do("resume", when=T + 500_000)
    on = shown(wall, done, T + 500_000)
    assert (on.scene, on.until) == ("two", T + 540_000)
    done = do("next", when=T + 510_000)
    assert shown(wall, done, T + 510_000).until == T + 570_000
    assert shown(wall, done, T + 510_000).scene == "three"
    done = do("next", when=T + 511_000)
    assert shown(wall, done, T + 511_000).item == 0
    done = do("previous", when=T + 512_000)
    assert shown(wall, done, T + 512_000).item == 2


def test_stepping_while_paused_stays_paused(wall, do):
    do("playlist", playlist="round", when=T)
    do("pause", when=T + 1_000)
    done = do("next", when=T + 2_000)
    assert shown(wall, done, T + 90_000).scene == "two"
    assert shown(wall, done, T + 90_000).paused
    done = do("resume", when=T + 100_000)
    assert shown(wall, done, T + 100_000).until == T + 160_000


def test_a_schedule_can_be_stepped_and_paused_and_goes_on_with_its_next_slot(wall, do):
    Slot.objects.create(
        wall=wall,
        days=[1, 2, 3, 4, 5, 6, 7],
        begins="00:00",
        ends="00:00",
        playlist=Playlist.objects.get(slug="round"),
    )
    done = do("next", when=T)  # without any act before, the schedule is followed
    before = shown(wall, done, T)
    assert done.state.base.kind == "schedule"
    done = do("pause", when=T + 10_000)
    assert shown(wall, done, T + 3_000_000).item == before.item
    tomorrow = shown(wall, done, T + 86_400_000)
    assert not tomorrow.paused


def test_a_scene_over_the_others_goes_after_its_seconds_or_when_dismissed(wall, do):
    do("playlist", playlist="round", when=T)
    done = do("interrupt", scene="three", seconds=30, when=T + 10_000)
    assert shown(wall, done, T + 15_000).scene == "three"
    assert shown(wall, done, T + 40_000).scene == "one"
    done = do("dismiss", when=T + 20_000)
    after = shown(wall, done, T + 20_000)
    assert (after.scene, after.until) == ("one", T + 70_000)
    with pytest.raises(RefusedError):
        do("dismiss", when=T + 21_000)


def test_a_chosen_scene_is_not_hidden_by_one_that_lies_over_the_old(wall, do):
    do("scene", scene="one", when=T)
    do("interrupt", scene="three", when=T + 1_000)
    done = do("scene", scene="two", when=T + 2_000)
    assert shown(wall, done, T + 2_000).scene == "two"


def test_a_push_is_scene_and_camera_in_one_act(wall, do):
    view = {"x": 0.5, "y": 0.5, "zoom": 8}
    done = do("push", scene="two", camera=view, when=T)
    on = shown(wall, done, T)
    assert (on.scene, on.camera.zoom) == ("two", 8)
    done = do("push", camera={**view, "zoom": 9}, when=T + 5)
    assert shown(wall, done, T + 5).camera.zoom == 9
    done = do("camera", when=T + 9)
    assert shown(wall, done, T + 9).camera is None
    assert WallAct.objects.filter(wall=wall).count() == 3


def test_a_camera_in_an_interrupt_leaves_that_of_the_scene_below(wall, do):
    do("push", scene="one", camera={"x": 0.5, "y": 0.5, "zoom": 8}, when=T)
    do("interrupt", scene="three", seconds=60, when=T + 10)
    done = do("camera", camera={"x": 0.5, "y": 0.5, "zoom": 12}, when=T + 20)
    assert shown(wall, done, T + 30).camera.zoom == 12
    assert shown(wall, done, T + 60_010).camera.zoom == 8


def test_while_one_console_has_the_hand_others_may_only_take_it_blank_and_dismiss(
    wall, do, cast
):
    do("take", console="desk1", when=T)
    do("scene", scene="one", console="desk1", when=T + 1)
    for other in ({"who": "operator", "console": "desk2"}, {"who": "administrator"}):
        with pytest.raises(HeldError) as refused:
            do("scene", scene="two", **other)
        assert refused.value.hand.user == cast["operator"].pk
        assert cast["operator"].display_name in str(refused.value)
    do("interrupt", scene="two", console="desk1", when=T + 2)
    do("blank", who="administrator", when=T + 3)
    do("dismiss", who="administrator", when=T + 4)
    done = do("take", who="administrator", console="desk9", when=T + 5)
    assert done.state.hand.user == cast["administrator"].pk
    act = WallAct.objects.get(wall=wall, act="take", seq=done.seq)
    assert act.detail["from"] == cast["operator"].display_name
    with pytest.raises(HeldError):
        do("arm", console="desk1")


def test_the_hand_is_handed_over_unarmed_and_laid_down(wall, do, cast):
    do("take", console="a", when=T)
    assert do("arm", console="a", when=T + 1).state.hand.armed
    with pytest.raises(RefusedError):
        do("handover", console="a", user=cast["leader"].pk, to="b")
    other = cast["administrator"]
    done = do("handover", console="a", user=other.pk, to="b", when=T + 2)
    assert (done.state.hand.user, done.state.hand.console) == (other.pk, "b")
    assert not done.state.hand.armed
    done = do("release", who="administrator", console="b", when=T + 3)
    assert done.state.hand is None


@pytest.mark.parametrize("role", ["fisheries", "environment", "supervisor", "officer"])
def test_others_may_look_but_not_conduct(do, role):
    for act in ({"name": "scene", "scene": "one"}, {"name": "blank"}):
        with pytest.raises(NotAllowedError):
            do(act.pop("name"), who=role, **act)


def test_a_leader_may_blank_and_no_more(do):
    assert (
        do("blank", who="leader", kind="privacy", when=T).state.blank.kind == "privacy"
    )
    assert do("unblank", who="leader", when=T + 1).state.blank is None
    with pytest.raises(NotAllowedError):
        do("scene", who="leader", scene="one")


def test_nobody_does_by_hand_what_the_system_does(do):
    for act in ({"name": "alarm", "alert": 7}, {"name": "over", "alerts": [7]}):
        with pytest.raises(NotAllowedError):
            do(act.pop("name"), who="administrator", **act)


def test_the_post_says_what_was_wrong_and_never_fails(client, wall, cast):
    client.force_login(cast["operator"])

    def post(body, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        return client.post(
            "/wall/room/acts", text, content_type="application/json", headers=headers
        )

    done = post({"act": "scene", "scene": "one"}, **{"Idempotency-Key": "x"})
    assert (done.status_code, done.json()["seq"]) == (200, 1)
    again = post({"act": "scene", "scene": "one"}, **{"Idempotency-Key": "x"})
    assert again.json()["changed"] is False
    for body, status in (
        ("{", 409),
        ("[]", 400),
        ({"act": "sing"}, 400),
        ({"act": "scene", "scene": "nowhere"}, 409),
        ({"act": "scene", "scene": "a" * 90}, 400),
        ("x" * 20_000, 409),
        ({"act": "scene", "scene": "one\x00"}, 409),
    ):
        answer = post(body)
        assert answer.status_code == status, body
        assert answer.json()["detail"]
    post({"act": "take", "console": "c"})
    held = post({"act": "scene", "scene": "two"})
    assert held.status_code == 409
    assert held.json()["hand"]["console"] == "c"
    client.force_login(cast["fisheries"])
    assert post({"act": "blank"}).status_code == 403
    assert client.get("/wall/room/acts").status_code == 405


def test_a_stored_state_of_other_words_is_replaced_by_the_first_one(wall, do):
    WallState.objects.create(wall=wall, seq=4, body={"base": {"kind": "film"}})
    done = do("blank", when=T)
    assert done.seq == 5
    assert done.state.base.kind == "scene"


def test_a_state_that_was_lost_goes_on_where_the_log_ends(wall, do):
    do("scene", scene="two", when=T)
    do("scene", scene="three", when=T + 1000)
    WallState.objects.all().delete()
    row, state = services.current(wall)
    assert (row.seq, state.base.scene) == (2, "three")
    assert do("scene", scene="one", when=T + 2000).seq == 3


def test_a_long_log_of_alarms_does_not_stay_in_the_state(wall, do):
    do("playlist", playlist="round", when=T)
    moment = T
    for number in range(12):
        do("alarm", who=None, alert=number, when=moment + 1_000)
        do("over", who=None, alerts=[number], when=moment + 2_000)
        moment += 100_000
    done = do("blank", when=moment)
    assert len(done.state.interrupts) <= 2
    # each alarm held it for a second
    assert shown(wall, done, moment).item == ((1_200 - 12) // 60) % 3


@settings(max_examples=300)
@given(programs(), states(), moments, st.integers(0, 2_000_000))
def test_what_is_pruned_is_never_missed(program, state, at, later):
    kept = pruned(program, state, at)
    moment = at + later
    assert seen(stage(program, kept, moment)) == seen(stage(program, state, moment))
    assert stage(program, kept, moment).until == stage(program, state, moment).until
    assert pruned(program, kept, at) == kept
