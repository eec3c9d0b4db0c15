"""What people decide about values: it holds, it can be withdrawn, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from layers.core.models import Event
from layers.stations.kinds import Kind
from layers.stations.models import Hour, Judgement, Observation, Review, Series
from layers.stations.parameters import FAIL, GOOD, SUSPECT
from layers.stations.quality import queries, review
from layers.stations.quality.review import ReviewError

from .helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


START = datetime.fromtimestamp(NOON, UTC)
STEP = timedelta(minutes=5)


@pytest.fixture
def series() -> Series:
    """An hour of values about 50, after noon up to one o'clock, one of them 140."""
    where = station(Kind.EFFLUENT)
    found = [50.0 + (step * 7919) % 13 / 3 for step in range(1, 13)]
    found[5] = 140.0
    rows = [("COD", NOON + 300 * (n + 1), value) for n, value in enumerate(found)]
    send(values(where, *rows))
    return Series.objects.get(station=where)


def judged(series: Series, minute: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT raw_value, value, flag, valid FROM stations_judged"
            " WHERE series_id = %s AND at = %s",
            [series.pk, START + timedelta(minutes=minute)],
        )
        return tuple(cursor.fetchone())


def test_a_review_wins_over_the_tests_and_averages_follow(
    series: Series, cast: Any
) -> None:
    assert judged(series, 30) == (140.0, 140.0, FAIL, False)
    before = Hour.objects.get(series=series, hour=START + 12 * STEP)
    assert before.valid == 11
    review.decide(
        cast["environment"], series, START + 6 * STEP, START + 6 * STEP, GOOD,
        "seen on the sample taken by hand",
    )  # fmt: skip
    assert judged(series, 30) == (140.0, 140.0, GOOD, True)
    after = Hour.objects.get(series=series, hour=START + 12 * STEP)
    assert after.valid == 12
    assert after.largest == 140.0


def test_a_corrected_value_counts_and_the_one_received_stays(
    series: Series, cast: Any
) -> None:
    at = START + 6 * STEP
    review.decide(cast["environment"], series, at, at, GOOD, "decimal point", 54.0)
    assert judged(series, 30) == (140.0, 54.0, GOOD, True)
    assert Observation.objects.get(series=series, at=at).value == 140.0


def test_withdrawing_brings_back_what_the_tests_say_and_keeps_the_row(
    series: Series, cast: Any
) -> None:
    before = list(Judgement.objects.filter(series=series).values())
    at = START + 6 * STEP
    made = review.decide(cast["environment"], series, at, at, GOOD, "by mistake")
    review.withdraw(cast["environment"], made, "wrong series")
    review.withdraw(cast["environment"], made, "wrong series again")
    assert list(Judgement.objects.filter(series=series).values()) == before
    kept = Review.objects.get()
    assert (kept.reason, kept.withdrawn_reason) == ("by mistake", "wrong series")
    kinds = Event.objects.filter(feature_id=series.station_id).order_by("pk")
    assert [k for k in kinds.values_list("kind", flat=True) if "review" in k] == [
        "review", "review_withdrawn",
    ]  # fmt: skip


def test_the_later_of_two_reviews_holds_until_it_is_withdrawn(
    series: Series, cast: Any
) -> None:
    user = cast["environment"]
    review.decide(user, series, START, START + 12 * STEP, SUSPECT, "drifting probe")
    later = review.decide(user, series, START, START + 3 * STEP, FAIL, "probe in air")
    assert (judged(series, 5)[2], judged(series, 40)[2]) == (FAIL, SUSPECT)
    review.withdraw(user, later, "it was not")
    assert judged(series, 5)[2] == SUSPECT


def test_a_review_holds_for_values_that_come_late(series: Series, cast: Any) -> None:
    review.decide(
        cast["environment"], series, START, START + 24 * STEP, FAIL, "pump was off"
    )
    send(values(series.station, ("COD", NOON + 70 * 60, 51.0)))
    assert judged(series, 70) == (51.0, 51.0, FAIL, False)


def test_what_was_calibrating_counts_once_a_person_says_so(
    series: Series, cast: Any
) -> None:
    send(values(series.station, ("COD", NOON + 65 * 60, 52.0, 1)))
    at = START + 13 * STEP
    assert judged(series, 65)[3] is False
    review.decide(cast["environment"], series, at, at, GOOD, "switch was left on")
    assert judged(series, 65)[3] is True


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"reason": "ok"}, "Reason"),
        ({"until": START - STEP}, "To"),
        ({"flag": 2}, "Flag"),
        ({"value": 5.0}, "Corrected value"),
        ({"since": START + 300 * STEP, "until": START + 301 * STEP}, "no value"),
        ({"until": START + timedelta(days=500)}, "at most"),
    ],
)
def test_what_cannot_be_decided_is_refused_by_name(
    series: Series, cast: Any, change: dict[str, Any], part: str
) -> None:
    asked = {
        "since": START, "until": START + 3 * STEP, "flag": FAIL, "reason": "broken",
    }  # fmt: skip
    with pytest.raises(ReviewError, match=part):
        review.decide(cast["environment"], series, **{**asked, **change})
    assert not Review.objects.exists()


def test_who_may_not_review_is_refused(series: Series, cast: Any) -> None:
    with pytest.raises(ReviewError, match="role"):
        review.decide(cast["leader"], series, START, START + STEP, GOOD, "I say so")


def test_reports_can_say_which_flags_they_used(series: Series, cast: Any) -> None:
    at = START + 2 * STEP
    review.decide(cast["environment"], series, at, at, SUSPECT, "sample lost", 40.0)
    send(values(series.station, ("COD", NOON + 65 * 60, 52.0, 1)))
    used = queries.flags_used([series.pk], START, START + timedelta(hours=2))
    assert used["entered"] == {GOOD: 10, SUSPECT: 1}
    assert used["left_out"] == {FAIL: 1}
    assert used["not_measured"] == {1: 1}
    assert used["tests"] == {"spike": {FAIL: 1}}
    assert used["corrected"] == 1
    (made,) = used["reviews"]
    assert (made["reason"], made["value"]) == ("sample lost", 40.0)
