from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core.scope import Grant, everything
from layers.core.units import UnitTree
from layers.indicators import pace, services, spans
from layers.indicators.models import Basis, Channel, Fact, Indicator, Load, Vintage
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


# ---- read from published figures


@pytest.fixture
def revenue(db) -> Indicator:
    return Indicator.objects.create(
        code="REVENUE",
        subsystem="1",
        title="Revenue",
        unit="bn VND",
        direction="up",
        green=">=pro-rata",
        amber=">=0.9*pro-rata",
        red="<0.9*pro-rata",
        accumulates=True,
    )


@pytest.fixture
def units_of(province: UnitTree) -> list[int]:
    """Three communes and, last, the province."""
    day = date(2026, 1, 1)
    communes = sorted(
        n.id for n in province.nodes.values() if n.kind == "commune" and n.valid_on(day)
    )
    root = next(n.id for n in province.nodes.values() if n.kind == "province")
    return [*communes[:3], root]


def publish(indicator: Indicator, unit_id: int, values: dict[str, float], **changed):
    load = Load.objects.create(channel=Channel.FORM, title="t", source="s")
    made = []
    for text, value in values.items():
        start, end = spans.parse(text)
        made.append(
            Fact(
                indicator=indicator,
                unit_id=unit_id,
                period_start=start,
                period_end=end,
                value=Decimal(str(value)),
                load=load,
                **{
                    "vintage": Vintage.FINAL,
                    "published_at": datetime(2026, 1, 1, tzinfo=UTC),
                }
                | changed,
            )
        )
    services.publish(made)


def months(year: int, values: list[float]) -> dict[str, float]:
    return {f"{year}-{n:02d}": value for n, value in enumerate(values, 1)}


def plan(indicator: Indicator, unit: int, value: float, year: int = 2025) -> None:
    publish(indicator, unit, {str(year): value}, vintage=Vintage.PLAN)


def one(indicator: Indicator, unit: int, on: date) -> pace.PlanLine:
    (line,) = pace.of(everything(), [unit], [indicator.code], on)
    return line


ON = date(2025, 7, 20)


def test_months_add_up_to_what_was_reached_and_past_years_say_what_is_due(
    revenue, units_of
):
    unit = units_of[0]
    plan(revenue, unit, 1000)
    publish(revenue, unit, months(2023, LATE) | months(2024, LATE))
    publish(revenue, unit, months(2025, [50] * 6))
    line = one(revenue, unit, ON)
    assert (line.figure.value, line.figure.end) == (300, date(2025, 6, 30))
    assert (line.figure.basis, line.figure.fact_id) == (Basis.COMPUTED, None)
    assert line.pace.expected == pytest.approx(300)
    assert (line.pace.seasonal, line.pace.years, line.curve_of) == (True, 2, unit)
    assert (line.verdict.status, line.verdict.basis) == ("green", "pro-rata")
    assert line.plan.value == 1000


def test_a_running_total_goes_before_months_that_reach_less_far(revenue, units_of):
    unit = units_of[0]
    plan(revenue, unit, 1200)
    publish(revenue, unit, {"2025-01..06": 480, "2025-01": 100, "2025-02": 100})
    line = one(revenue, unit, ON)
    assert (line.figure.value, line.figure.fact_id is None) == (480, False)
    assert not line.pace.seasonal
    assert line.curve_of is None
    assert line.verdict.status == "red"
    publish(revenue, unit, months(2025, [100, 100, 100, 100, 100, 100, 100]))
    assert one(revenue, unit, date(2025, 8, 2)).figure.value == 700


def test_months_count_as_far_as_none_is_missing(revenue, units_of):
    unit = units_of[0]
    plan(revenue, unit, 1200)
    publish(revenue, unit, {"2025-02": 100, "2025-04": 100})
    line = one(revenue, unit, ON)
    assert (line.figure, line.verdict, line.pace.outcome) == (None, None, "unknown")
    assert line.pace.expected_today > 0
    publish(revenue, unit, {"2025-01": 90})
    line = one(revenue, unit, ON)
    assert (line.figure.value, line.pace.until) == (190, date(2025, 2, 28))
    assert line.pace.expected == pytest.approx(200)


def test_totals_of_past_years_make_a_curve_as_months_do(revenue, units_of):
    unit = units_of[0]
    plan(revenue, unit, 1000)
    for year in (2023, 2024):
        totals = np.cumsum(LATE)
        texts = [f"{year}-01..{n:02d}" for n in range(2, 12)]
        names = [f"{year}-01", *texts, str(year)]
        publish(revenue, unit, dict(zip(names, totals, strict=True)))
    publish(revenue, unit, {"2025-01..06": 200})
    line = one(revenue, unit, ON)
    assert (line.pace.seasonal, line.pace.expected) == (True, pytest.approx(300))


def test_a_unit_without_past_years_takes_the_curve_of_the_one_above(revenue, units_of):
    unit, root = units_of[0], units_of[-1]
    publish(revenue, root, months(2023, LATE) | months(2024, LATE))
    plan(revenue, unit, 1000)
    publish(revenue, unit, {"2025-01..06": 300})
    line = one(revenue, unit, ON)
    assert (line.curve_of, line.pace.expected) == (root, pytest.approx(300))


def test_the_newest_plan_and_the_newest_publication_count(revenue, units_of):
    unit = units_of[0]
    plan(revenue, unit, 1000)
    later = datetime(2026, 2, 1, tzinfo=UTC)
    publish(revenue, unit, {"2025": 1100}, vintage=Vintage.PLAN, published_at=later)
    publish(revenue, unit, {"2025-01": 90}, vintage=Vintage.ESTIMATE)
    publish(revenue, unit, {"2025-01": 95}, published_at=later)
    line = one(revenue, unit, ON)
    assert (line.plan.value, line.figure.value) == (1100, 95)
    known = datetime(2026, 1, 15, tzinfo=UTC)
    (past,) = pace.of(everything(), [unit], ["REVENUE"], ON, known=known)
    assert (past.plan.value, past.figure.value) == (1000, 90)


def test_another_measure_is_not_held_against_the_plan(revenue, units_of):
    unit = units_of[0]
    plan(revenue, unit, 1000)
    publish(revenue, unit, {"2025-01..06": 12}, unit="% yoy")
    assert one(revenue, unit, ON).figure is None


def test_a_rate_stands_against_the_whole_plan(units_of):
    rate = Indicator.objects.create(
        code="RATE",
        subsystem="8",
        title="Rate",
        unit="%",
        direction="up",
        green=">=plan",
        red="<plan",
    )
    plan(rate, units_of[0], 80)
    publish(rate, units_of[0], {"2025-Q1": 78, "2025-Q2": 79})
    line = one(rate, units_of[0], ON)
    assert (line.figure.value, line.verdict.status) == (79, "red")
    assert (line.pace.expected_today, line.pace.forecast) == (None, None)
    assert (line.pace.misses_by, line.pace.outcome) == (pytest.approx(1), "unknown")
    publish(rate, units_of[0], {"2025-H1": 81})
    assert one(rate, units_of[0], ON).pace.outcome == "reached"


def test_a_yearly_cut_is_held_against_the_cut_that_was_planned(units_of):
    poverty = Indicator.objects.create(
        code="POOR",
        subsystem="1",
        title="Poverty",
        unit="%",
        direction="down",
        green="yearly cut >= plan",
        red="missed",
    )
    plan(poverty, units_of[0], 1.5)
    publish(poverty, units_of[0], {"2024": 4.6, "2025": 3.3})
    line = one(poverty, units_of[0], date(2025, 12, 31))
    assert line.pace.value == pytest.approx(1.3)
    assert line.verdict.status == "red"


def test_nobody_sees_a_plan_outside_their_scope(revenue, units_of):
    for unit in units_of:
        plan(revenue, unit, 1000)
    mine = Grant(layers=frozenset({"indicators"}), units=frozenset(units_of[:1]))
    seen = pace.of(mine, units_of, None, ON)
    assert [line.unit_id for line in seen] == units_of[:1]
    nobody = Grant(layers=frozenset(), units=None)
    assert pace.of(nobody, units_of, None, ON) == []
