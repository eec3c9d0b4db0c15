"""Roots over alerts of one cause, and the load that they make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from layers.alerts import flooding
from layers.alerts.desk import flood, load
from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised
from layers.core.models import Event
from layers.core.scope import everything

from . import trial
from .test_ingest import INSIDE, OUTSIDE, fix
from .trial import deliver

# Rivers of the trial are the ``kind`` of its features.
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rivers(world):
    """60 features on five rivers, all seen outside."""
    from django.db import connection

    deliver(*[fix(-60, OUTSIDE, n) for n in range(1, 61)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trial_boats SET kind = 'River ' || (id %% 5)", [])
    told: list[Alert] = []
    with alert_raised.override(Reaction("trial", told.append)):
        yield told


def rule(**changes):
    return trial.rule(group_by="kind", group_from=4, **changes)


def roots():
    return Alert.objects.filter(feature_id=None).order_by("group_key")


def test_fifty_stations_of_five_rivers_stand_under_five_roots(rivers):
    rule()
    deliver(*[fix(0, INSIDE, n) for n in range(1, 51)])
    assert [root.group_key for root in roots()] == [f"kind:River {n}" for n in range(5)]
    assert [root.members.count() for root in roots()] == [10] * 5
    assert "River 0" in roots()[0].title
    assert "10" in roots()[0].title
    assert sorted(a.pk for a in rivers) == sorted(root.pk for root in roots())
    counted = load.now(everything())
    assert counted.alerts == 5, "members are counted once, as their root"


def test_alerts_gather_over_batches_until_they_are_enough(rivers):
    rule()
    for place, boat in enumerate((5, 10, 15)):
        deliver(fix(place, INSIDE, boat))
    assert not roots().exists()
    deliver(fix(4, INSIDE, 20))
    root = roots().get()
    assert root.members.count() == 4
    deliver(fix(5, INSIDE, 25))
    root.refresh_from_db()
    assert root.members.count() == 5
    assert "5" in root.title
    assert [alert.pk for alert in rivers].count(root.pk) == 1


def test_what_is_farther_apart_in_time_has_no_common_cause(rivers):
    rule(group_minutes=1)
    for place, boat in enumerate((5, 10, 15, 20)):
        deliver(fix(90.0 * place - 300, INSIDE, boat))
    assert not roots().exists()


def test_the_root_ends_when_all_its_members_ended(rivers):
    rule()
    boats = (5, 10, 15, 20)
    deliver(*[fix(0, INSIDE, boat) for boat in boats])
    deliver(*[fix(60, OUTSIDE, boat) for boat in boats[:3]])
    assert roots().get().active
    deliver(fix(60, OUTSIDE, boats[3]))
    assert not roots().get().active


def test_a_replay_of_the_flood_raises_nothing_twice(rivers):
    rule()
    fixes = [fix(0, INSIDE, n) for n in range(1, 51)]
    deliver(*fixes)
    before = Alert.objects.count(), Event.objects.count()
    deliver(*fixes)
    assert (Alert.objects.count(), Event.objects.count()) == before


def test_a_flood_begins_above_ten_and_ends_below_five():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    counts = [3, 10, 10.5, 12, 6, 5, 4.9, 11]
    history = [(start + n * MINUTE, count) for n, count in enumerate(counts)]
    found = flooding.turns(history, lasting=False)
    assert [(at, kind) for at, kind, _load in found] == [
        (start + 2 * MINUTE, "flood.began"),
        (start + 6 * MINUTE, "flood.ended"),
        (start + 7 * MINUTE, "flood.began"),
    ]
    assert flooding.turns(history[:2], lasting=True)[0][1] == "flood.ended"


def test_a_flood_is_recorded_once_and_ends(world):
    trial.rule(group_from=100)
    deliver(*[fix(0, INSIDE, n) for n in range(1, 13)])
    now = timezone.now() + 2 * MINUTE
    assert flooding.watch(now) == 1
    assert flooding.watch(now) == 0
    assert flood.current() is not None
    assert flooding.watch(now + 15 * MINUTE) == 1
    assert flood.current() is None
