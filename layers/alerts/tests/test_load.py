"""Alarm load: what counts as a call, and the figures that come of calls."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope
from layers.alerts.desk import account, flood, load, watches
from layers.alerts.models import Alert, Rule, Suppression, Watch
from layers.core import events
from layers.core.events import Happening
from layers.core.models import Event
from layers.core.scope import everything

from .trial import BOATS, rule

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


@pytest.fixture
def closed(world) -> Rule:
    return rule()


def call(of: Rule, feature: int | None, ago: timedelta, **values: object) -> Alert:
    """An alert that became known so long before NOW."""
    at = NOW - ago
    filled: dict[str, object] = {
        "source": "test", "external_id": f"{feature}:{ago}:{values}"[:80],
        "title": f"Boat {feature}", "feature_title": f"TH-{feature}", "rule": of,
        "layer": BOATS, "feature_id": feature, "severity": "low", "raised_at": at,
        "last_at": at, "closed_at": NOW, **values,
    }  # fmt: skip
    alert = Alert.objects.create(**filled)
    Alert.objects.filter(pk=alert.pk).update(known_at=at)
    return alert


def happened(alert: Alert | None, kind: str, at: datetime) -> None:
    happening = Happening(
        key=f"{kind}:{alert.pk if alert else ''}:{at.timestamp()}",
        kind=kind,
        layer="alerts",
        feature_id=alert.pk if alert else None,
        happened_at=at,
    )
    events.record([happening])
    Event.objects.filter(key=happening.key).update(known_at=at)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def rang(since: timedelta = timedelta(days=1)) -> int:
    return int(account.speed(everything(), NOW - since, NOW)["rang"])


def test_what_stands_under_a_root_calls_nobody(closed):
    root = call(closed, None, minutes(60))
    for boat in range(1, 8):
        call(closed, boat, minutes(60 - boat), root=root)
    assert rang() == 1


def test_what_rang_before_its_root_was_there_still_counts(closed):
    early = call(closed, 1, minutes(60))
    root = call(closed, None, minutes(30))
    Alert.objects.filter(pk=early.pk).update(root=root)
    assert rang() == 2


def test_suppressed_alerts_count_once_they_are_back_on_the_list(closed):
    row = Suppression.objects.create(
        kind="calibration", reason="test", layer=BOATS,
        starts_at=NOW - minutes(60), ends_at=NOW + minutes(60),
    )  # fmt: skip
    alert = call(closed, 1, minutes(30), suppressed=True, suppressed_by=row)
    before = call(closed, 2, minutes(90), suppressed=True, suppressed_by=row)
    assert rang() == 1  # the one that rang before the suppression began
    Alert.objects.filter(pk=alert.pk).update(suppressed=False, suppressed_by=None)
    happened(alert, "alert.unsuppressed", NOW - minutes(5))
    assert rang() == 2
    assert rang(minutes(10)) == 1
    assert before.pk != alert.pk


def test_an_alert_that_wants_to_be_seen_again_calls_again(closed):
    alert = call(closed, 1, minutes(60))
    happened(alert, "alert.realarmed", NOW - minutes(20))
    happened(alert, "alert.repeated", NOW - minutes(19))
    assert rang() == 2


def test_spans_of_ten_minutes_are_shared_by_who_was_on_watch(closed, cast):
    for boat in range(4):
        call(closed, boat, minutes(5), severity="high")
    call(closed, 9, minutes(65))
    for name in ("operator", "leader"):
        Watch.objects.create(
            user=cast[name], starts_at=NOW - minutes(30), came_at=NOW - minutes(30),
            ends_at=NOW + minutes(60),
        )  # fmt: skip
    bins = load.bins(everything(), NOW)
    assert len(bins) == 144
    assert bins[-1]["at"] == NOW.replace(minute=30, second=0)
    # 12:29:56 is in the span before the last
    assert (bins[-2]["rang"], bins[-2]["grave"], bins[-2]["operators"]) == (4, 4, 2)
    assert (bins[-2]["per_operator"], bins[-2]["level"]) == (2.0, "most")
    alone = next(row for row in bins if row["rang"] == 1)
    assert (alone["operators"], alone["per_operator"]) == (0, None)
    assert alone["level"] == "unwatched"


def test_who_forgot_to_leave_counts_only_for_some_time(cast):
    Watch.objects.create(
        user=cast["operator"], starts_at=NOW - timedelta(days=2),
        came_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1),
    )  # fmt: skip
    assert watches.now_there(NOW) == []
    assert len(watches.now_there(NOW - timedelta(days=1) + minutes(10))) == 1


def test_the_ten_worst_sources_come_with_their_share(closed):
    for boat in range(1, 13):
        for turn in range(boat):
            call(closed, boat, minutes(60 + boat * 20 + turn))
    worst = account.worst(everything(), NOW - timedelta(days=1), NOW)
    assert [row["feature_id"] for row in worst] == list(range(12, 2, -1))
    assert worst[0]["share"] == pytest.approx(12 / 78)


def test_times_to_acknowledge_are_median_and_95_percent(closed):
    for n in range(1, 22):
        alert = call(closed, n, minutes(600 + n))
        seen = NOW - minutes(600 + n) + minutes(n)
        Alert.objects.filter(pk=alert.pk).update(acked_at=seen)
    call(closed, 99, minutes(5))
    speed = account.speed(everything(), NOW - timedelta(days=1), NOW)
    assert (speed["median_s"], speed["p95_s"]) == (11 * 60, 20 * 60)
    assert (speed["acknowledged"], speed["unacknowledged"]) == (21, 1)


def test_three_times_in_a_minute_is_chattering_and_short_ones_are_fleeting(closed):
    chatty, slow, short = (call(closed, n, minutes(60)) for n in (1, 2, 3))
    at = NOW - minutes(60)
    for seconds in (0, 30, 60):
        happened(chatty, "alert.repeated", at + timedelta(seconds=seconds))
    for seconds in (0, 40, 80):
        happened(slow, "alert.repeated", at + timedelta(seconds=seconds))
    happened(short, "alert.raised", at)
    happened(short, "alert.cleared", at + timedelta(seconds=59))
    rows = account.ask(
        account.CHATTER, everything(), since=NOW - timedelta(days=1), until=NOW
    )
    assert {
        (row["feature_id"], row["chattering"], row["fleeting"]) for row in rows
    } == {
        (1, 1, 0),
        (3, 0, 1),
    }


def test_stale_is_what_has_been_active_on_the_list_for_over_a_day(closed):
    old = call(closed, 1, timedelta(hours=25), closed_at=None)
    call(closed, 2, timedelta(hours=23), closed_at=None)
    call(closed, 3, timedelta(hours=25), closed_at=None, active=False)
    call(closed, 4, timedelta(hours=25), closed_at=None, shelved_until=NOW)
    call(closed, 5, timedelta(hours=25), closed_at=None, suppressed=True)
    found = load.full(everything(), NOW)
    assert [row["id"] for row in found["stale"]] == [old.pk]
    assert found["stale_count"] == 1


def test_floods_have_their_share_of_the_time(world):
    day = timedelta(days=1)
    happened(None, flood.BEGAN, NOW - timedelta(hours=30))
    happened(None, flood.ENDED, NOW - timedelta(hours=22))
    happened(None, flood.BEGAN, NOW - timedelta(hours=1))
    found = flood.floods(NOW - day, NOW)
    assert len(found["periods"]) == 2
    assert found["share"] == pytest.approx(3 / 24)
    assert flood.current() is not None


def test_severities_are_held_against_80_15_5_1():
    counted = {"rang": 200, "critical": 2, "high": 10, "medium": 30, "low": 158}
    rows = {row["severity"]: row for row in load.severities(counted)}
    assert [rows[name]["percent"] for name in rows] == [1.0, 5.0, 15.0, 79.0]
    assert [rows[name]["aim"] for name in rows] == [1, 5, 15, 80]
    empty = dict.fromkeys(counted, 0)
    assert load.severities(empty)[0]["percent"] is None


def test_days_are_those_of_the_centre_and_none_is_left_out(closed):
    # 17:30 UTC is half past midnight in Viet Nam, the next day
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    call(closed, 1, NOW - late)
    days = load.full(everything(), NOW)["by_day"]
    counted = {str(row["day"]): row["rang"] for row in days}
    assert (counted["2026-11-20"], counted["2026-11-21"]) == (0, 1)
    assert len(days) == 31


def test_figures_keep_to_the_units_of_the_reader(closed, world, cast):
    call(closed, 1, minutes(5), unit_id=world["east"])
    call(closed, 2, minutes(5), unit_id=world["west"])
    Scope.objects.create(user=cast["officer"], units=[world["west"]])
    found = load.full(grant_of(cast["officer"]), NOW)
    assert found["speed"]["rang"] == 1
    assert [row["feature_id"] for row in found["worst"]] == [2]


def test_page_api_and_tables_tell_the_same(closed, cast, client):
    now = timezone.now()
    for boat in (1, 2, 3):
        call(closed, boat, NOW - now + minutes(boat), feature_title="=1+1")
    client.force_login(cast["operator"])
    told = client.get("/api/v1/alerts/load").json()
    assert (told["alerts"], told["operators"], told["level"]) == (3, 1, "high")
    assert told["speed"]["rang"] == 3
    page = client.get("/alerts/load/?lang=en").content.decode()
    assert "3 calls in the last 10 min" in page
    for table in ("bins", "days", "rules", "worst", "chattering", "floods"):
        answer = client.get(f"/alerts/load/{table}.csv")
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
        assert answer.status_code == 200
        if table == "worst":
            assert {row[5] for row in rows[1:]} == {"'=1+1"}  # no formula
    assert client.get("/alerts/load/other.csv").status_code == 404
