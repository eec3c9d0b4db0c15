from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import spans
from layers.indicators.pace.assessing import assess
from layers.indicators.pace.curves import LINEAR, curve, day_of, due

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
# half of the year's work is done in its last quarter
LATE = [5, 5, 5, 5, 5, 5, 5, 5, 10, 15, 15, 20]


def test_two_complete_years_make_a_curve_of_their_mean_shares():
    season = curve([LATE, [2 * month for month in LATE]])
    assert season.seasonal
    assert season.shares == pytest.approx(np.cumsum(LATE) / 100)


@pytest.mark.parametrize(
    "years",
    [
        [],
        [LATE],
        [LATE, [*LATE[:11], np.nan]],
        [LATE, [0] * 12],
    ],
)
def test_without_two_complete_years_the_plan_is_spread_evenly_and_says_so(years):
    season = curve(years)
    assert season is LINEAR
    assert not season.seasonal


def test_what_is_due_grows_within_a_month_by_days():
    season = curve([LATE, LATE])
    assert due(FIRST, LAST, date(2023, 12, 31), season) == 0
    assert due(FIRST, LAST, date(2024, 9, 30), season) == pytest.approx(0.5)
    assert due(FIRST, LAST, date(2024, 10, 31), season) == pytest.approx(0.65)
    assert due(FIRST, LAST, LAST, season) == 1
    half = due(FIRST, LAST, date(2024, 6, 15), season)
    assert half == pytest.approx(0.25 + 0.05 / 2)


def test_a_school_year_is_spread_evenly_by_days():
    start, end = spans.parse("2024/2025")
    assert due(start, end, date(2024, 9, 1), curve([LATE, LATE])) == 1 / 365


monthly = st.lists(st.floats(0, 1e6), min_size=12, max_size=12).filter(
    lambda year: sum(year) > 1
)


@given(st.lists(monthly, max_size=5), st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_what_is_due_never_falls_and_ends_at_all(years, one, other):
    season = curve(years)
    first, second = sorted((one, other))
    dues = [due(FIRST, LAST, day, season) for day in (first, second, LAST)]
    assert 0 <= dues[0] <= dues[1] <= dues[2] == 1


@given(st.lists(monthly, max_size=3), st.floats(0.001, 1))
def test_the_day_of_a_share_is_the_first_on_which_it_is_due(years, share):
    season = curve(years)
    day = day_of(FIRST, LAST, share, season)
    assert FIRST <= day <= LAST
    assert due(FIRST, LAST, day, season) >= share - 1e-6


def test_a_plan_that_is_ahead_says_when_it_will_be_reached():
    season = curve([LATE, LATE])
    found = assess(
        1000, FIRST, LAST, 600, date(2024, 9, 30), date(2024, 10, 20), season
    )
    assert (found.expected, found.share) == (pytest.approx(500), 0.6)
    assert found.ahead == pytest.approx(1.2)
    assert found.forecast == pytest.approx(1200)
    assert found.outcome == "will_reach"
    # five sixths of 1200 are due within the last month
    assert found.hits_on == date(2024, 12, 6)
    assert found.misses_by is None
    assert found.expected_today > found.expected


def test_a_plan_that_is_behind_says_by_how_much_it_will_be_missed():
    found = assess(1000, FIRST, LAST, 400, date(2024, 6, 30), date(2024, 7, 9))
    assert found.forecast == pytest.approx(800)
    assert (found.outcome, found.hits_on) == ("will_miss", None)
    assert found.misses_by == pytest.approx(200)
    assert (found.low, found.high, found.years) == (None, None, 0)


def test_the_forecast_has_the_range_of_past_years():
    early = [20, 15, 15, 10, 5, 5, 5, 5, 5, 5, 5, 5]
    season = curve([LATE, early])
    found = assess(1000, FIRST, LAST, 400, date(2024, 6, 30), LAST, season)
    assert found.low == pytest.approx(400 / 0.7)
    assert found.high == pytest.approx(400 / 0.3)
    assert found.forecast == pytest.approx(800)


def test_a_ceiling_says_when_it_will_be_exceeded():
    day = date(2024, 6, 30)
    found = assess(1000, FIRST, LAST, 600, day, day, LINEAR, "down")
    assert found.outcome == "will_exceed"
    assert date(2024, 10, 1) <= found.hits_on <= date(2024, 11, 1)
    kept = assess(1000, FIRST, LAST, 400, day, day, LINEAR, "down")
    assert (kept.outcome, kept.hits_on, kept.misses_by) == ("will_keep", None, None)
    over = assess(1000, FIRST, LAST, 1100, day, day, LINEAR, "down")
    assert (over.outcome, over.hits_on <= day) == ("exceeded", True)


def test_a_reached_plan_is_reached_even_when_forecasts_are_too_early():
    found = assess(10, FIRST, LAST, 12, date(2024, 1, 5), date(2024, 1, 6))
    assert (found.outcome, found.forecast) == ("reached", None)
    early = assess(1000, FIRST, LAST, 12, date(2024, 1, 5), date(2024, 1, 6))
    assert (early.outcome, early.forecast) == ("unknown", None)


def test_a_plan_without_figures_still_says_what_is_due():
    found = assess(1000, FIRST, LAST, None, None, date(2024, 6, 30))
    assert found.expected_today == pytest.approx(500)
    assert (found.value, found.share, found.outcome) == (None, None, "unknown")


amounts = st.floats(1, 1e6)


@given(st.lists(monthly, max_size=4), amounts, amounts, st.dates(FIRST, LAST))
def test_a_forecast_lies_in_its_range_and_a_day_in_the_year(years, plan, value, on):
    found = assess(plan, FIRST, LAST, value, on, on, curve(years))
    if found.low is not None:
        assert found.low <= found.forecast <= found.high
    if found.hits_on is not None:
        assert FIRST <= found.hits_on <= LAST
        assert found.outcome in ("reached", "will_reach")
