from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from layers.core.scope import Grant, everything
from layers.core.units import UnitTree
from layers.indicators import pace, services, spans
from layers.indicators.models import Basis, Channel, Fact, Indicator, Load, Vintage

# half of the year's work is done in its last quarter
LATE = [5, 5, 5, 5, 5, 5, 5, 5, 10, 15, 15, 20]


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
