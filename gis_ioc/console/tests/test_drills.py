"""Drills from a recorded day: one clock, acts that touch nothing, a list at the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gis_ioc.console import drills
from gis_ioc.console.models import Drill, DrillAct
from layers.core.models import Event
from layers.core.spec import by_role

HOUR = timedelta(hours=1)


def span(hours_ago: float = 3, length: timedelta = HOUR) -> dict[str, str]:
    begins = timezone.now() - timedelta(hours=hours_ago)
    return {"from": begins.isoformat(), "to": (begins + length).isoformat()}


def post(client, path: str, body: dict, key: str = "k1"):
    return client.post(
        f"/console/drills/{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


@pytest.fixture
def operator(client, cast):
    client.force_login(cast["operator"])
    return client


@pytest.fixture
def drill(cast) -> Drill:
    begins = timezone.now() - 3 * HOUR
    plan = drills.Plan(
        title="Storm", recorded_from=begins, recorded_to=begins + HOUR, speed=60
    )
    return drills.start(plan, cast["operator"], "first")


def test_a_drill_shows_the_recorded_moment_as_fast_as_it_was_told(drill) -> None:
    begins, started = drill.recorded_from, drill.started_at
    assert drill.recorded(started) == begins
    minute = timedelta(minutes=1)
    assert drill.recorded(started + 30 * timedelta(seconds=1)) == begins + 30 * minute
    assert drill.recorded(started - minute) == begins


def test_the_clock_of_a_drill_stands_at_the_end_of_the_record(drill) -> None:
    assert drill.recorded(drill.started_at + 2 * HOUR) == drill.recorded_to


def test_a_drill_started_twice_with_one_key_is_one_drill(operator) -> None:
    body = {"title": "Night", "speed": 10, **span()}
    answers = [post(operator, "start", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Drill.objects.count() == 1


def test_a_second_drill_waits_until_the_first_has_ended(operator, drill) -> None:
    body = {"title": "Another", **span()}
    refused = post(operator, "start", body, "k2")
    assert refused.status_code == 409
    assert post(operator, f"{drill.pk}/end", {}).status_code == 200
    assert post(operator, "start", body, "k3").status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "x"}, 422),
        ({"title": "", **span()}, 409),
        ({"title": "x", **span(hours_ago=0.5)}, 409),
        ({"title": "x", "from": "yesterday", "to": "today"}, 422),
        ({"title": "x", "speed": 5_000, **span()}, 409),
        ({"title": "x", "speed": "fast", **span()}, 422),
        ({"title": "x", "wall": "nowhere", **span()}, 422),
        ({"title": "x", **span(hours_ago=100, length=timedelta(days=3))}, 409),
    ],
)
def test_a_drill_that_makes_no_sense_is_refused_with_words(
    operator, body, status
) -> None:
    answer = post(operator, "start", body)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not Drill.objects.exists()


def test_what_is_done_in_a_drill_is_kept_with_it_and_changes_nothing_else(
    operator, drill
) -> None:
    before = Event.objects.count()
    act = {
        "kind": "acknowledge",
        "layer": by_role("alarms").slug,
        "id": 7,
        "title": "Silent boat",
    }
    for _ in range(2):
        assert post(operator, f"{drill.pk}/act", act, "a1").status_code == 200
    kept = DrillAct.objects.get()
    assert (kept.kind, kept.feature_id, kept.title) == (
        "acknowledge",
        7,
        "Silent boat",
    )
    assert drill.recorded_from <= kept.recorded_at <= drill.recorded_to
    assert Event.objects.count() == before


def test_the_end_of_a_drill_is_its_list_of_acts_with_both_times(
    operator, drill
) -> None:
    post(operator, f"{drill.pk}/act", {"kind": "join"}, "j")
    note = {"kind": "comment", "title": "Boat", "text": "called the owner"}
    post(operator, f"{drill.pk}/act", note, "c")
    post(operator, f"{drill.pk}/end", {})
    shown = operator.get(f"/console/drills/{drill.pk}/?lang=en").content.decode()
    assert "wrote a note" in shown
    assert "called the owner" in shown
    recorded = timezone.localtime(DrillAct.objects.get(key="c").recorded_at)
    assert recorded.strftime("%H:%M:%S %d/%m/%Y") in shown


def test_a_drill_that_is_over_takes_no_acts(operator, drill) -> None:
    post(operator, f"{drill.pk}/end", {})
    assert post(operator, f"{drill.pk}/act", {"kind": "join"}).status_code == 409
    assert operator.get("/console/drills/now").json() == {"drill": None}


def test_who_may_not_see_a_layer_cannot_act_on_it_in_a_drill(client, cast, drill):
    client.force_login(cast["outsider"])
    assert post(client, f"{drill.pk}/act", {"kind": "join"}).status_code == 403
    client.force_login(cast["operator"])
    act = {"kind": "close", "layer": "no_such_layer", "id": 1}
    assert post(client, f"{drill.pk}/act", act).status_code == 404


def test_words_that_are_no_act_are_refused(operator, drill) -> None:
    bad = {"kind": "rm -rf /"}
    assert post(operator, f"{drill.pk}/act", bad).status_code == 409
    wrong = {"kind": "close", "id": "7"}
    assert post(operator, f"{drill.pk}/act", wrong).status_code == 422
    assert not DrillAct.objects.exists()
