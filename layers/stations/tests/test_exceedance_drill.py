"""A simulated exceedance from the values to the alert, through the real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.utils import timezone

from fixtures import Demo
from layers.alerts import clock, demo, ruleset
from layers.alerts.models import Alert, Rule, RuleState
from layers.alerts.studio.trial import Trial, by_series
from layers.core.models import Event
from layers.core.observations import stored
from layers.stations.layer import LAYER
from layers.stations.models import Limit, Permit

from .helpers import send, station, values

pytestmark = pytest.mark.django_db

STEP = 300.0
OVER, UNDER, TWICE = 180.0, 90.0, 320.0


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    ruleset.forget()
    demo.load(Demo())
    yield
    ruleset.forget()


@pytest.fixture
def start() -> float:
    """Two hours ago, on the five minutes."""
    return timezone.now().timestamp() // STEP * STEP - 7_200


def outlet():
    found = station("effluent", limit_column="B")
    Permit.objects.create(
        station=found, number="12/GP", regulation="QCVN 40:2011/BTNMT", column="B",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return found


def series(where, start: float, found: list[float], status: int = 0, name: str = "COD"):
    for step, value in enumerate(found):
        send(values(where, (name, start + step * STEP, value, status)))
    return start + len(found) * STEP


def only() -> Alert:
    return Alert.objects.get(rule__slug="effluent-over-limit")


def test_an_exceedance_opens_one_alert_with_its_evidence(start):
    where = outlet()
    series(where, start, [UNDER, OVER, OVER])
    alert = only()
    assert (alert.part, alert.active, alert.severity) == ("COD", True, "medium")
    assert alert.raised_at == datetime.fromtimestamp(start + STEP, UTC)
    shown = alert.evidence
    assert (shown["value"], shown["limit"], shown["ratio"]) == (OVER, 150, 1.2)
    assert shown["permit"] == "12/GP"
    assert shown["legal_source"] == "QCVN 40:2011/BTNMT"
    assert Alert.objects.count() == 1


def test_it_rises_in_place_and_is_told_once(start):
    where = outlet()
    series(where, start, [OVER, 240.0, TWICE])
    alert = only()
    assert (alert.severity, alert.repeats, alert.active) == ("critical", 0, True)
    assert alert.evidence["value"] == TWICE
    assert "2" in alert.title
    told = Event.objects.filter(layer="alerts", kind="alert.risen")
    assert told.count() == 2
    assert Alert.objects.count() == 1


def test_calibration_neither_opens_nor_clears(start):
    where = outlet()
    at = series(where, start, [TWICE] * 12, status=1)
    assert not Alert.objects.exists()
    at = series(where, at, [OVER])
    series(where, at, [UNDER] * 10, status=1)
    assert only().active


def test_it_clears_after_half_an_hour_below_by_five_percent(start):
    where = outlet()
    at = series(where, start, [OVER])
    at = series(where, at, [147.0] * 8)  # under the limit, not by five percent
    assert only().active
    at = series(where, at, [UNDER] * 6)
    assert only().active
    series(where, at, [UNDER])
    alert = only()
    assert not alert.active
    assert alert.cleared_at == datetime.fromtimestamp(at, UTC)


def test_two_parameters_are_two_alerts(start):
    where = outlet()
    send(values(where, ("COD", start, OVER), ("TSS", start, 150.0)))
    assert set(Alert.objects.values_list("part", flat=True)) == {"COD", "TSS"}


def test_each_averaging_has_its_own_alert(start):
    where = station("air")
    Limit.objects.create(
        parameter="SO2", averaging_minutes=0, value=400, unit="µg/m³", kind="air",
        legal_source="permit", valid_from=date(2020, 1, 1), station=where,
    )  # fmt: skip
    send(values(where, *[("SO2", start + n * STEP, 500.0) for n in range(12)]))
    parts = Alert.objects.filter(rule__slug="air-over-limit")
    assert set(parts.values_list("part", flat=True)) == {"SO2", "SO2 1 h"}


def test_the_same_files_twice_raise_nothing_more(start):
    where = outlet()
    found = [UNDER, OVER, TWICE, UNDER]
    series(where, start, found)
    before = list(Alert.objects.values()), Event.objects.count()
    series(where, start, found)
    assert (list(Alert.objects.values()), Event.objects.count()) == before


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_files_does_not_matter_in_the_end(start, turned):
    where = outlet()
    found = [UNDER, OVER, TWICE, OVER, UNDER, UNDER, UNDER]
    steps = list(enumerate(found))
    for step, value in reversed(steps) if turned else steps:
        send(values(where, ("COD", start + step * STEP, value)))
    alert = only()
    assert (alert.active, alert.severity) == (True, "critical")
    assert alert.raised_at == datetime.fromtimestamp(start + STEP, UTC)


def test_what_is_found_in_late_data_is_raised_late_and_ends(start):
    where = outlet()
    series(where, start + 20 * STEP, [UNDER] * 4)
    series(where, start, [OVER, OVER])
    alert = only()
    assert alert.late
    series(where, start + 2 * STEP, [UNDER] * 18)
    assert not only().active


def test_a_restart_in_the_middle_forgets_nothing(start):
    where = outlet()
    at = series(where, start, [OVER, *[UNDER] * 4])
    assert RuleState.objects.filter(rule__slug="effluent-over-limit").exists()
    ruleset.forget()  # what a process holds in memory is gone
    series(where, at, [UNDER] * 3)
    assert not only().active


def test_missing_data_rise_on_a_ladder_of_their_own(start):
    where = outlet()
    series(where, start, [OVER])

    def ladder() -> list[tuple[str, bool]]:
        rows = Alert.objects.filter(rule__slug="station-late")
        return list(rows.values_list("severity", "active"))

    clock.look(start + 14 * 60)
    assert ladder() == []
    clock.look(start + 16 * 60)
    assert ladder() == [("low", True)]
    clock.look(start + 31 * 60)
    assert ladder() == [("medium", True)]
    clock.look(start + 24 * 3_600 + 60)
    assert ladder() == [("high", True)]
    assert only().active  # silence says nothing about what was measured
    series(where, start + 24 * 3_600 + 300, [OVER])
    assert ladder() == [("high", False)]


def test_the_stations_of_one_owner_that_fall_silent_together_are_one_alert(start):
    for number in range(5):
        where = station("effluent", f"S{number}", owner="Owner", limit_column="B")
        series(where, start, [UNDER])
    clock.look(start + 16 * 60)
    root = Alert.objects.get(rule__slug="station-late", root=None)
    assert root.feature_title == "Owner"
    assert root.members.count() == 5
    clock.look(start + 31 * 60)
    root.refresh_from_db()
    assert root.severity == "medium"
    assert Alert.objects.filter(root=None).count() == 1


def test_a_rule_is_tried_on_past_days_part_by_part(start):
    where = outlet()
    for step in range(4):
        at = start + step * STEP
        send(values(where, ("COD", at, OVER if step else UNDER), ("TSS", at, 150.0)))
    row = Rule.objects.get(slug="effluent-over-limit")
    trial = Trial.of(row, start)
    for seen in stored(LAYER, ("ratio",), start - 60, start + 3_600):
        trial.look(by_series(seen, row.parts))
    assert {entry.part for entry in trial.book.alerts} == {"COD", "TSS"}
    assert len(trial.book.alerts) == 2


def test_a_backlog_of_days_does_not_look_like_the_present(start):
    where = outlet()
    at = series(where, start, [UNDER] * 4)
    old = start - 9 * 86_400
    rows = [("COD", old + step * STEP, TWICE) for step in range(24)]
    late = replace(values(where, *rows), received_at=np.full(24, at))
    send(late)
    send(late)
    assert all(Alert.objects.values_list("late", flat=True))
    series(where, at, [UNDER] * 8)
    assert not Alert.objects.filter(part="COD", active=True).exists()
    assert Alert.objects.filter(part="COD").count() <= 1
