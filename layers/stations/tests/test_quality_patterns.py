"""Patterns that need a look: found once, told once, settled by people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from layers.core.models import Event
from layers.stations.kinds import Kind
from layers.stations.models import Finding, Limit, Series
from layers.stations.quality import evidence, patterns, review
from layers.stations.quality.looking import look
from layers.stations.quality.params import TESTS

from .helpers import NOON, hour, send, station, values

AT = NOON + 300.0 * np.arange(288)
NOW = datetime.fromtimestamp(NOON + 86_400, UTC)


def noise(n: int, seed: int = 1) -> np.ndarray:
    return np.round(50 + np.random.default_rng(seed).normal(0, 3, n), 2)


def test_a_stretch_that_comes_again_is_seen_with_where_it_stood_first() -> None:
    value = noise(288)
    value[200:236] = value[20:56]
    (found,) = patterns.repeating_blocks(AT, value, 24, 6)
    assert (found.since, found.until) == (AT[200], AT[235])
    assert found.evidence["first_seen"] == AT[20]
    assert found.evidence["values"] == 36


def test_a_flat_line_or_noise_is_no_repetition() -> None:
    assert patterns.repeating_blocks(AT, np.full(288, 5.0), 24, 6) == []
    assert patterns.repeating_blocks(AT, noise(288), 24, 6) == []


def test_values_that_pile_up_under_the_limit_are_seen() -> None:
    value = np.r_[noise(188), np.linspace(97.2, 99.9, 100)]
    found = patterns.clipped(AT, value, 100, 3, 15, 24)
    assert found is not None
    assert (found.evidence["near"], found.evidence["over"]) == (100, 0)


def test_a_slope_through_the_limit_is_not_clipped() -> None:
    assert patterns.clipped(AT, np.linspace(80, 120, 288), 100, 3, 15, 24) is None
    assert patterns.clipped(AT, np.linspace(80, 99.9, 288), 100, 3, 15, 24) is None


def test_calibrations_are_told_from_each_other() -> None:
    status = np.zeros(288, int)
    status[10:40], status[60:63] = 1, 1
    found = patterns.calibrations(AT, noise(288), status)
    assert [(c.since, c.until) for c in found] == [(AT[10], AT[39]), (AT[60], AT[62])]
    (long,) = patterns.long_calibrations(found, 120)
    assert long.evidence == {"minutes": 145}
    assert patterns.long_calibrations(found, 145) == []


def test_calibrations_after_values_near_the_limit_need_to_be_most_of_them() -> None:
    one = patterns.Calibration(0, 1, 95.0)
    other = patterns.Calibration(2, 3, 40.0)
    found = patterns.calibration_on_exceedance([one, one, one, other], 100, 90, 3)
    assert found is not None
    assert (found.evidence["times"], found.evidence["of"]) == (3, 4)
    many = [one, one, one, *[other] * 3]
    assert patterns.calibration_on_exceedance(many, 100, 90, 3) is None
    assert patterns.calibration_on_exceedance([one, one], 100, 90, 3) is None


def test_a_backlog_is_no_clock_that_is_behind() -> None:
    days = np.repeat(np.arange(5), 96) * 86_400.0 + np.tile(np.arange(96) * 900.0, 5)
    assert patterns.clock(days, np.full(480, 20.0), 600, 30) is None
    assert patterns.clock(days, np.full(480, 900.0), 600, 30) is not None
    waited = np.where(np.arange(480) > 400, np.arange(480)[::-1] * 900.0, 20.0)
    assert patterns.clock(days, waited, 600, 30) is None
    drift = patterns.clock(days, 20 + days / 86_400 * 60, 6_000, 30)
    assert drift is not None
    assert drift.evidence["drift_s_per_day"] == 60.0


@pytest.mark.django_db
def test_a_long_calibration_is_one_finding_and_one_event_however_often_it_is_seen(
    cast: Any,
) -> None:
    where = station(Kind.EFFLUENT)
    rows = [("COD", NOON + 300.0 * step, 60.0, 1) for step in range(30)]
    send(values(where, *rows))
    assert look(NOW) == 1
    assert look(NOW) == 0
    finding = Finding.objects.get()
    assert finding.kind == "long_calibration"
    assert Event.objects.filter(kind="values_pattern").count() == 1
    more = [("COD", NOON + 300.0 * step, 60.0, 1) for step in range(30, 40)]
    send(values(where, *more))
    assert look(NOW) == 0
    finding.refresh_from_db()
    assert finding.evidence["minutes"] == 195
    review.settle(cast["environment"], finding, "explained", "planned maintenance")
    assert look(NOW) == 0
    assert Finding.objects.count() == 1


@pytest.mark.django_db
def test_the_limit_of_the_station_counts_for_values_under_it() -> None:
    where = station(Kind.EFFLUENT)
    Limit.objects.create(
        parameter="COD", averaging_minutes=0, value=80, unit="mg/L", kind="effluent",
        station=where, legal_source="permit", valid_from=date(2020, 1, 1),
    )  # fmt: skip
    rows = [
        ("COD", float(at), 78.0 + (step * 7919 % 190) / 100)
        for step, at in enumerate(AT[:100])
    ]
    send(values(where, *rows))
    look(NOW)
    assert {row.kind for row in Finding.objects.all()} == {"clipped"}


@pytest.mark.django_db
def test_a_station_far_from_its_neighbours_is_seen() -> None:
    places = [(105.8, 19.8), (105.85, 19.8), (105.8, 19.85), (107.9, 19.8)]
    found = [
        station(Kind.AIR, f"TH_{n}", geom=Point(*place, srid=4326))
        for n, place in enumerate(places)
    ]
    for number, where in enumerate(found):
        level = 200.0 if number == 0 else 20.0 + number
        rows = [
            row
            for end in range(1, 9)
            for row in hour(NOON + 3_600 * end, level + end / 10)
        ]
        send(values(where, *rows))
    look(NOW)
    (finding,) = Finding.objects.filter(kind="neighbours")
    assert finding.series == Series.objects.get(station=found[0])
    assert finding.evidence["neighbours"] == 2


def test_every_pattern_has_words_and_says_what_else_it_may_be() -> None:
    known = {name for name, test in TESTS.items() if test.pattern}
    assert known - {"data_reception"} <= set(evidence.WORDS)
    assert set(evidence.WORDS) == set(evidence.CAUSES)
