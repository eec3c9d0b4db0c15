"""What is said about values, worked out as they come."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.stations.kinds import Kind
from layers.stations.models import Judgement, QualitySetting, Series
from layers.stations.parameters import FAIL, SUSPECT
from layers.stations.quality.judging import judge_spans

from .helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db


def said(where: Any) -> dict[tuple[str, float], tuple[Any, ...]]:
    """Judgements: (parameter, minutes after noon) -> flag, value, tests."""
    names = dict(Series.objects.filter(station=where).values_list("pk", "parameter"))
    return {
        (names[row.series_id], (row.at.timestamp() - NOON) / 60): (
            row.flag, row.value, row.tests,
        )
        for row in Judgement.objects.filter(series_id__in=names)
    }  # fmt: skip


def every(minutes: float, *found: float, name: str = "COD", first: float = 0) -> list:
    return [
        (name, NOON + 60 * (first + minutes * step), value)
        for step, value in enumerate(found)
    ]


def noisy(n: int, middle: float = 50.0, width: float = 2.0) -> list[float]:
    return [middle + width * ((step * 7919) % 13 - 6) / 6 for step in range(n)]


def test_a_lone_peak_fails_once_the_value_after_it_is_there() -> None:
    where = station(Kind.EFFLUENT)
    series = [*noisy(12), 140.0]
    send(values(where, *every(5, *series)))
    assert said(where) == {}
    send(values(where, *every(5, 50.5, first=65)))
    assert said(where) == {("COD", 60.0): (FAIL, None, {"spike": FAIL})}


def test_a_rise_that_stays_is_no_spike() -> None:
    where = station(Kind.EFFLUENT)
    send(values(where, *every(5, *noisy(12), *noisy(12, 180.0))))
    assert said(where) == {}


def test_an_hour_without_change_is_suspect_and_three_fail() -> None:
    where = station(Kind.EFFLUENT)
    send(values(where, *every(5, *[50.0] * 40)))
    found = {minute: flag for (_name, minute), (flag, *_rest) in said(where).items()}
    assert min(found) == 60
    assert [found[60.0], found[175.0], found[180.0]] == [SUSPECT, SUSPECT, FAIL]


def test_no_rain_is_not_a_flat_line_and_a_steady_shower_is() -> None:
    where = station(Kind.RAIN)
    send(values(where, *every(5, *[0.0] * 40, *[0.2] * 14, name="Rain")))
    found = said(where)
    assert {name for name, _minute in found} == {"Rain"}
    assert min(minute for _name, minute in found) == 40 * 5 + 60


def test_a_river_that_moves_by_a_millimetre_is_not_flat() -> None:
    where = station(Kind.RIVER)
    still = [3.0 + 0.0004 * (step % 2) for step in range(20)]
    moving = [4.0 + 0.002 * step for step in range(20)]
    send(values(where, *every(5, *still, name="Level")))
    assert any("flat_line" in tests for _flag, _value, tests in said(where).values())
    other = station(Kind.RIVER, "TH_TWO")
    send(values(other, *every(5, *moving, name="Level")))
    assert said(other) == {}


def test_water_that_rises_half_a_metre_in_ten_minutes_is_suspect() -> None:
    where = station(Kind.RIVER)
    send(values(where, *every(5, 2.0, 2.01, 2.31, 2.9, 2.91, name="Level")))
    found = said(where)
    assert found["Level", 10.0][2]["rate_of_change"] == SUSPECT
    assert found["Level", 15.0][2]["rate_of_change"] == FAIL


def test_a_gas_a_little_below_zero_counts_as_zero() -> None:
    where = station(Kind.AIR)
    send(values(where, *every(5, 4.0, -3.0, -6.0, 5.0, name="SO2")))
    found = said(where)
    assert found["SO2", 5.0] == (SUSPECT, 0.0, {"gross_range": SUSPECT})
    assert found["SO2", 10.0] == (FAIL, None, {"gross_range": FAIL})


def test_fine_dust_above_all_dust_makes_both_suspect() -> None:
    where = station(Kind.AIR)
    send(values(where, ("PM2.5", NOON, 56.0), ("PM10", NOON, 50.0)))
    assert {key[0] for key in said(where)} == {"PM2.5", "PM10"}
    send(values(where, ("PM2.5", NOON + 300, 54.9), ("PM10", NOON + 300, 50.0)))
    assert {minute for _name, minute in said(where)} == {0.0}


def test_the_partner_may_come_later() -> None:
    where = station(Kind.SURFACE_WATER)
    send(values(where, ("DO", NOON, 17.0)))
    assert said(where) == {}
    send(values(where, ("Temp", NOON, 30.0)))
    # at 30 degrees water holds 7.4 mg/L
    assert said(where) == {("DO", 0.0): (SUSPECT, None, {"do_saturation": SUSPECT})}


def test_a_clock_that_runs_ahead_fails_the_value() -> None:
    where = station(Kind.EFFLUENT)
    ahead = values(where, ("COD", NOON, 50.0))
    ahead.received_at[:] = NOON - 301
    send(ahead)
    assert said(where)["COD", 0.0][2] == {"impossible_date": FAIL}


def test_calibration_is_neither_tested_nor_a_neighbour() -> None:
    where = station(Kind.EFFLUENT)
    rows = every(5, *noisy(12))
    rows += [("COD", NOON + 3600 + 300 * step, 900.0, 1) for step in range(3)]
    rows += every(5, *noisy(6), first=75)
    send(values(where, *rows))
    assert said(where) == {}


def test_the_setting_of_a_series_outweighs_that_of_its_parameter() -> None:
    where = station(Kind.EFFLUENT)
    send(values(where, *every(5, *[50.0] * 20)))
    assert said(where)
    series = Series.objects.get(station=where)
    QualitySetting.objects.create(test="flat_line", series=series, enabled=False)
    with transaction.atomic():
        changed = judge_spans([series.pk], NOON, NOON + 86_400)
    assert said(where) == {}
    assert set(changed.series_id.tolist()) == {series.pk}
    assert len(changed.at) == 8


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["PM2.5", "PM10"]),
        st.integers(0, 60),
        st.sampled_from([-1.0, 10.0, 10.0, 10.0, 12.0, 30.0, 45.0, 700.0, np.nan]),
        st.sampled_from([0, 0, 0, 0, 1]),
    ),
    min_size=1,
    max_size=90,
    unique_by=lambda row: row[:2],
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=STEPS, cuts=st.lists(st.integers(1, 90), max_size=6), data=st.data())
def test_order_and_repetition_of_deliveries_do_not_matter(
    rows: list[tuple[Any, ...]], cuts: list[int], data: st.DataObject
) -> None:
    timed = [(name, NOON + 300.0 * step, *rest) for name, step, *rest in rows]
    shuffled = data.draw(st.permutations(timed))
    bounds = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    with transaction.atomic():
        at_once, piecemeal = station(Kind.AIR, "A"), station(Kind.AIR, "B")
        send(values(at_once, *timed))
        parts = [shuffled[since:until] for since, until in pairwise(bounds)]
        for part in [*parts, *parts[:2]]:
            send(values(piecemeal, *part))
        assert said(piecemeal) == said(at_once)
        transaction.set_rollback(True)


def test_judging_again_changes_nothing() -> None:
    where = station(Kind.AIR)
    rows = [
        ("PM10", NOON + 300.0 * step, 20.0 if step % 50 else 90.0) for step in range(60)
    ]
    send(values(where, *rows))
    before = said(where)
    ids = list(Series.objects.filter(station=where).values_list("pk", flat=True))
    again = judge_spans(ids, NOON - 86_400, NOON + 86_400)
    assert before
    assert said(where) == before
    assert not len(again.at)
