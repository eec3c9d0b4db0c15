"""Suppression by design: logged, off the list, and back when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from layers.alerts import clock, suppressed, suppressing
from layers.alerts.models import Alert, Suppression
from layers.alerts.reactions import Reaction, alert_raised
from layers.alerts.services import (
    SYSTEM,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.core.models import Event
from layers.core.scope import Grant

from . import trial
from .test_ingest import INSIDE, OUTSIDE, fix, kinds_of
from .trial import BOATS, START, deliver


def later(minutes: float) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def start(**what) -> Suppression:
    values = {"kind": "calibration", "reason": "yearly", "ends_at": later(60)}
    return suppressing.start(SYSTEM, **{**values, "layer": BOATS, **what})


@pytest.fixture
def reacted(world):
    told: list[int] = []
    with alert_raised.override(Reaction("trial", lambda a: told.append(a.pk))):
        yield told


def test_what_is_suppressed_is_raised_and_logged_without_a_reaction(reacted):
    trial.rule()
    row = start(feature_id=1) if _live() else None
    deliver(fix(0, INSIDE), fix(0, INSIDE, 2))
    mine, other = (Alert.objects.get(feature_id=n) for n in (1, 2))
    assert (mine.state, mine.suppressed_by) == ("suppressed", row)
    assert kinds_of(mine) == ["alert.raised", "alert.suppressed"]
    assert other.state == "active"
    assert reacted == [other.pk]


def test_a_suppression_hides_what_is_open_and_ending_it_brings_it_back(reacted):
    trial.rule()
    deliver(fix(0, INSIDE))
    alert = Alert.objects.get()
    row = start(feature_filter="kind = 'fishing'")
    alert.refresh_from_db()
    assert alert.state == "suppressed"
    suppressing.end(row.pk, SYSTEM)
    alert.refresh_from_db()
    assert alert.state == "active"
    assert kinds_of(alert)[-2:] == ["alert.suppressed", "alert.unsuppressed"]
    assert reacted == [alert.pk, alert.pk], "it comes to the list as new"
    assert suppressed.sweep() == 0


def test_what_is_over_when_the_time_is_over_closes_as_returned(reacted):
    trial.rule()
    row = start()
    deliver(fix(0, INSIDE))
    deliver(fix(60, OUTSIDE))
    suppressing.end(row.pk, SYSTEM)
    alert = Alert.objects.get()
    assert (alert.state, alert.closed_reason) == ("closed", "returned to normal")
    assert reacted == []


def test_a_rule_suppressed_until_a_time_tells_what_still_holds_then(reacted):
    rule = trial.rule(suppressed_until=later(1))
    deliver(fix(0, INSIDE))
    assert Alert.objects.get().state == "suppressed"
    rule.suppressed_until = later(-1)
    rule.save()
    assert suppressed.sweep() == 1
    assert Alert.objects.get().state == "active"
    assert len(reacted) == 1


def test_late_data_of_a_calibration_that_is_over_raise_nothing_on_the_list(reacted):
    trial.rule()
    row = Suppression.objects.create(
        kind="calibration",
        reason="yearly",
        layer=BOATS,
        starts_at=datetime.fromtimestamp(START - 600, UTC),
        ends_at=datetime.fromtimestamp(START + 30, UTC),
    )
    deliver(fix(0, INSIDE), fix(60, OUTSIDE))
    assert Alert.objects.get().suppressed_by == row
    suppressed.sweep()
    assert Alert.objects.get().state == "closed"
    assert reacted == []


def test_the_past_shows_what_was_suppressed_then(reacted):
    trial.rule()
    deliver(fix(0, INSIDE))
    alert = Alert.objects.get()
    row = start()
    suppressing.end(row.pk, SYSTEM)
    # all of it was one transaction, which has one clock: let time pass afterwards
    told = Event.objects.filter(layer="alerts", feature_id=alert.pk)
    told.filter(kind="alert.suppressed").update(known_at=later(1))
    told.filter(kind="alert.unsuppressed").update(known_at=later(2))
    assert [_state(alert, minutes) for minutes in (0.5, 1.5, 2.5)] == [
        "active",
        "suppressed",
        "active",
    ]


def _state(alert: Alert, minutes: float) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state FROM alerts_as_of(%s) WHERE id = %s",
            [later(minutes), alert.pk],
        )
        return cursor.fetchone()[0]


def test_who_may_not_change_alerts_suppresses_nothing(world, cast):
    who = Who(cast["officer"], Grant(layers=frozenset({BOATS, "alerts"})))
    with pytest.raises((NotAllowedError, NotFoundError)):
        suppressing.start(who, kind="other", reason="x", ends_at=later(5), layer=BOATS)


def test_who_sees_a_part_of_the_province_reads_no_suppression_of_the_rest(world):
    deliver(fix(0, INSIDE))
    whole, one = start(), start(feature_id=1)
    layers = frozenset({BOATS, "alerts"})
    elsewhere = Grant(layers=layers, units=frozenset({-1}))
    assert suppressing.visible(one, Grant(layers=layers, units=None))
    assert suppressing.visible(whole, elsewhere)
    assert not suppressing.visible(one, elsewhere)
    assert not suppressing.visible(whole, Grant(layers=frozenset({"alerts"})))


def test_who_sees_a_part_of_the_province_does_not_silence_the_rest(world, cast):
    east = frozenset({world["east"]})
    who = Who(cast["operator"], Grant(layers=frozenset({BOATS, "alerts"}), units=east))
    with pytest.raises(NotAllowedError):
        suppressing.start(who, kind="other", reason="x", ends_at=later(5), layer=BOATS)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "what",
    [
        {"reason": " "},
        {"ends_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"layer": "nowhere"},
        {"layer": ""},
        {"feature_filter": "no_such = 1"},
        {"kind": "holiday"},
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(world, what):
    with pytest.raises((RefusedError, NotFoundError)) as problem:
        start(**what)
    assert str(problem.value)


def _live() -> bool:
    """A feature must be there to be named."""
    deliver(fix(-60, OUTSIDE), fix(-60, OUTSIDE, 2))
    clock.tick()
    return True
