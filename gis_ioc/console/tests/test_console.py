"""The console's page, its log of the shift, and what it pushes to a wall."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gis_ioc.accounts.models import Scope
from gis_ioc.console import pushing
from gis_ioc.wall import services
from gis_ioc.wall.models import Scene, Wall, WallAct
from layers.core import events
from layers.core.events import Happening
from layers.core.spec import by_role
from layers.core.tests.switching import province

BOX = [105.2, 19.3, 106.4, 20.4]


@pytest.fixture
def operator(client, cast):
    client.force_login(cast["operator"])
    return client


@pytest.fixture
def wall(db) -> Wall:
    return Wall.objects.get(slug="main")


def push(client, body: dict, key: str = "k1"):
    return client.post(
        "/console/walls/main/push",
        {"bounds": BOX, **body},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_operators_find_the_console_and_its_parts(operator) -> None:
    shown = operator.get("/console/?lang=en").content.decode()
    for part in ("map", "layer-tree", "alert-list", "order-body", "log-body"):
        assert f'id="{part}"' in shown
    assert 'href="/console/"' in operator.get("/").content.decode()


def test_others_are_not_sent_to_a_page_that_is_not_theirs(client, cast) -> None:
    client.force_login(cast["officer"])
    assert client.get("/console/").status_code == 403
    assert 'href="/console/"' not in client.get("/").content.decode()
    assert client.get("/console/log").status_code == 403


def test_the_map_page_and_the_console_share_their_parts(operator) -> None:
    def ids(path: str) -> set[str]:
        return set(re.findall(r'id="([a-z-]+)"', operator.get(path).content.decode()))

    shared = {"map", "layers", "drawer", "status", "toast", "help", "scale"}
    assert shared <= ids("/")
    assert shared <= ids("/console/")


def happened(user, unit_id=None, key="e1", **more) -> None:
    told = {"kind": "alert.closed", "layer": by_role("alarms").slug, **more}
    events.record(
        [
            Happening(
                key=key,
                feature_id=3,
                title="Silent boat",
                actor_id=user.pk if user else None,
                unit_id=unit_id,
                **told,
            )
        ]
    )


def entries(client, query: str = "") -> list[dict]:
    return client.get(f"/console/log{query}").json()["entries"]


def test_the_log_tells_who_did_what_newest_first(operator, cast, wall) -> None:
    happened(cast["operator"])
    happened(None, key="by itself")
    act = services.acts.Blank(act="blank")
    services.apply(wall, act, cast["operator"], "b1")
    found = entries(operator)
    assert [entry["kind"] for entry in found] == ["wall.blank", "alert.closed"]
    assert found[1]["who"] == cast["operator"].display_name


def test_the_log_of_the_past_ends_then(operator, cast) -> None:
    happened(cast["operator"])
    hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    assert entries(operator, f"?at={hour_ago.replace('+', '%2B')}") == []


def test_nobody_reads_in_the_log_what_lies_outside_their_scope(client, cast) -> None:
    found = province()
    mine, other = (unit.pk for unit in list(found.values())[1:3])
    happened(cast["operator"], unit_id=mine, key="mine")
    happened(cast["operator"], unit_id=other, key="other")
    scope = Scope.objects.get(user=cast["operator"])
    scope.all_units, scope.units = False, [mine]
    scope.save()
    client.force_login(cast["operator"])
    assert len(entries(client)) == 1


@pytest.mark.parametrize("query", ["?at=then", "?since=2026-11-23", "?at=9999-99-99"])
def test_a_moment_that_is_none_is_refused_with_words(operator, query) -> None:
    answer = operator.get(f"/console/log{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_push_is_one_scene_with_the_consoles_view_layers_and_filters(
    operator, wall
) -> None:
    body = {"layers": [by_role("alarms").slug], "console": "c1"}
    answer = push(operator, body)
    assert answer.status_code == 200, answer.content
    _row, state = services.current(wall)
    shown = Scene.objects.get(slug=state.base.scene).body
    assert shown["camera"]["west"] == BOX[0]
    assert shown["layers"] == body["layers"]
    assert state.clock is None


def test_a_push_sent_again_is_done_once(operator, wall) -> None:
    seqs = [push(operator, {}).json()["seq"] for _ in range(2)]
    assert seqs[0] == seqs[1]
    assert WallAct.objects.filter(wall=wall).count() == 1


def test_a_push_from_the_past_takes_the_moment_along_and_one_from_now_ends_it(
    operator, wall
) -> None:
    then = services.now_ms() - 3_600_000
    push(operator, {"clock": {"at": then, "speed": 60, "exercise": True}})
    clock = services.current(wall)[1].clock
    assert clock is not None
    assert (clock.at, clock.speed, clock.exercise) == (then, 60, True)
    push(operator, {}, "k2")
    assert services.current(wall)[1].clock is None


def test_a_thing_shown_on_the_wall_lies_over_the_scene_for_its_time(
    operator, wall
) -> None:
    before = services.current(wall)[1].base
    push(operator, {"seconds": 60, "title": "Silent boat"})
    state = services.current(wall)[1]
    assert state.base.kind == before.kind
    (over,) = state.interrupts
    assert over.ends == over.begins + 60_000
    assert Scene.objects.get(slug=over.scene).title.startswith("Silent boat")


def test_who_has_not_the_hand_does_not_push(operator, cast, wall) -> None:
    take = services.acts.Plain(act="take", console="far")
    services.apply(wall, take, cast["administrator"], "t")
    answer = push(operator, {"console": "near"})
    assert answer.status_code == 409
    assert cast["administrator"].display_name in answer.json()["detail"]
    assert not Scene.objects.filter(slug__startswith=pushing.PREFIX).exists()


def test_old_pictures_go_and_those_in_use_stay(operator, wall) -> None:
    for number in range(pushing.KEPT + 3):
        push(operator, {}, f"k{number}")
    kept = Scene.objects.filter(slug__startswith=f"{pushing.PREFIX}-")
    assert kept.count() == pushing.KEPT
    assert services.current(wall)[1].base.scene in {scene.slug for scene in kept}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"bounds": [1, 2]}, 422),
        ({"bounds": [106, 19, 105, 20]}, 422),
        ({"clock": {"at": 12}}, 422),
        ({"layers": ["../x"]}, 422),
        ({"clock": {"at": 4_000_000_000_000}}, 409),
    ],
)
def test_a_picture_that_makes_no_sense_is_refused_with_words(
    operator, body, status
) -> None:
    answer = push(operator, body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_asking_for_the_hand_changes_nothing_by_itself(operator, cast, wall) -> None:
    take = services.acts.Plain(act="take", console="far")
    services.apply(wall, take, cast["administrator"], "t")
    answer = operator.post(
        "/console/walls/main/ask",
        json.dumps({"console": "near"}),
        content_type="application/json",
    )
    assert answer.json()["asked"]["console"] == "near"
    hand = services.current(wall)[1].hand
    assert hand is not None
    assert hand.console == "far"


def test_the_past_of_a_wall_is_the_state_after_its_last_act_until_then(
    operator, cast, wall
) -> None:
    before = timezone.now().isoformat()
    services.apply(wall, services.acts.Blank(act="blank"), cast["operator"], "b1")

    def then(at: str) -> dict | None:
        return operator.get("/console/walls/main/then", {"at": at}).json()["state"]

    assert then(before) is None
    after = then((timezone.now() + timedelta(seconds=1)).isoformat())
    assert after is not None
    assert after["blank"]["kind"] == "black"
    assert operator.get("/console/walls/main/then?at=then").status_code == 400
