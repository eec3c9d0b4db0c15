"""Profiles, maps, series and passports over the units of three times."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from layers.core.scope import Grant, everything
from layers.core.versions import forget_all
from layers.indicators import reading
from layers.indicators.models import Fact, Vintage
from layers.indicators.reading import days
from layers.indicators.tests.figuring import (
    MERGED,
    NEW,
    OLD,
    indicator,
    level,
    publish,
    root,
)

ALL = everything()


def shown(code: str, kind: str, **changed: object) -> dict[int, object]:
    drawn = reading.choropleth(ALL, code, kind=kind, **changed)  # type: ignore[arg-type]
    return {area.unit_id: area.figure for area in drawn.areas}


@pytest.fixture
def births(province):
    """A count of the 27 districts of 2024; all different."""
    of = indicator("BIRTHS")
    old = level(province, "district", OLD)
    assert len(old) == 27
    publish(of, {node.id: 100 + 7 * n for n, node in enumerate(old)})
    return of, {node.id: 100 + 7 * n for n, node in enumerate(old)}


def test_figures_of_27_districts_on_26_and_166_units_keep_the_sum_to_the_unit(
    province, births
):
    _of, values = births
    whole = sum(values.values())
    merged = shown("BIRTHS", "district", units_on=MERGED)
    assert len(merged) == 26
    assert sum(got.value for got in merged.values()) == whole
    assert sorted(got.how for got in merged.values()) == ["own"] * 25 + ["rolled_up"]
    city = next(got for got in merged.values() if got.how != "own")
    assert {part.weight for part in city.parts} == {1.0}
    communes = shown("BIRTHS", "commune", units_on=NEW)
    assert len(communes) == 166
    assert sum(got.value for got in communes.values()) == whole
    assert all(got.value == round(got.value) for got in communes.values())
    assert {got.how for got in communes.values()} == {"recast"}
    assert all(got.coverage == pytest.approx(1) for got in communes.values())


def test_figures_of_166_communes_go_back_to_districts_and_keep_the_sum(province):
    of = indicator("DEATHS")
    new = level(province, "commune", NEW)
    publish(of, {node.id: 3 + n for n, node in enumerate(new)}, "2025-08")
    whole = sum(3 + n for n in range(166))
    for day, count in ((MERGED, 26), (OLD, 27)):
        found = shown("DEATHS", "district", units_on=day, date=date(2025, 8, 31))
        assert len(found) == count
        assert sum(got.value for got in found.values()) == whole
        assert all(got.how != "own" for got in found.values())
    province_figure = shown("DEATHS", "province")[root(province).id]
    assert (province_figure.how, province_figure.value) == ("rolled_up", whole)


@pytest.mark.parametrize(
    ("day", "kind", "count"),
    [
        (date(2024, 12, 31), "district", 27),
        (date(2025, 1, 1), "district", 26),
        (date(2025, 6, 30), "district", 26),
        (date(2025, 6, 30), "commune", 0),
        (date(2025, 7, 1), "district", 0),
        (date(2025, 7, 1), "commune", 166),
    ],
)
def test_the_units_drawn_are_those_of_the_day(province, births, day, kind, count):
    assert len(shown("BIRTHS", kind, units_on=day)) == count


def test_a_mean_is_weighted_by_its_denominator_and_else_by_people(province):
    pupils = indicator("PUPILS")
    share = indicator(
        "SHARE", unit="%", decimals=2, rollup="weighted", denominator=pupils
    )
    old = level(province, "district", OLD)
    publish(share, {node.id: 90 if n else 50 for n, node in enumerate(old)})
    top = root(province)
    people = {node.id: node.population or 0 for node in old}
    first = old[0].id
    by_people = 90 - 40 * people[first] / sum(people.values())
    mean = shown("SHARE", "province", date=OLD)[top.id]
    assert mean.value == pytest.approx(by_people)
    publish(pupils, {node.id: 1_000 for node in old})
    mean = shown("SHARE", "province", date=OLD)[top.id]
    assert mean.value == pytest.approx((50 + 26 * 90) / 27)
    assert {part.weight for part in mean.parts} == {1_000}


def test_a_formula_is_computed_from_cast_inputs_and_not_divided_itself(province):
    people, deaths = indicator("PEOPLE", subsystem="0"), indicator("DEATHS")
    old = level(province, "district", OLD)
    publish(people, {node.id: node.population or 0 for node in old})
    publish(deaths, {node.id: 10 + n for n, node in enumerate(old)})
    indicator(
        "RATE",
        unit="per 100,000",
        decimals=2,
        rollup="none",
        formula="per(DEATHS, PEOPLE, 100000)",
        denominator=people,
    )
    forget_all()
    parts = {
        code: shown(code, "commune", units_on=NEW) for code in ("DEATHS", "PEOPLE")
    }
    found = shown("RATE", "commune", units_on=NEW)
    assert len(found) == 166
    for unit, got in found.items():
        wanted = parts["DEATHS"][unit].value / parts["PEOPLE"][unit].value * 100_000
        assert got.value == pytest.approx(wanted)
        assert (got.how, {p.code for p in got.parts}) == (
            "computed",
            {"DEATHS", "PEOPLE"},
        )


def test_too_little_is_missing_and_nothing_is_invented(province, births):
    of, values = births
    few = dict(list(values.items())[:20])
    publish(of, {unit: value + 1 for unit, value in few.items()}, "2025-01")
    top = shown("BIRTHS", "province", date=date(2025, 1, 31))[root(province).id]
    assert (top.value, top.end) == (sum(values.values()), OLD), "the last full period"
    rank = indicator("RANKED", rollup="none")
    publish(rank, dict.fromkeys(values, 5))
    assert set(shown("RANKED", "commune", units_on=NEW).values()) == {None}


def test_the_past_is_read_as_it_was_known(province):
    of = indicator("GROWTH", unit="%", decimals=2, rollup="none")
    top = root(province).id
    published = (
        (12.51, Vintage.ESTIMATE, datetime(2022, 12, 9, tzinfo=UTC)),
        (12.4, Vintage.FINAL, datetime(2023, 12, 1, tzinfo=UTC)),
    )
    for value, vintage, at in published:
        publish(of, {top: value}, "2022", vintage=vintage, at=at)
    publish(of, {top: 7.29}, "2023", at=datetime(2023, 11, 1, tzinfo=UTC))
    publish(of, {top: 11.5}, "2022", vintage=Vintage.PLAN, at=published[0][2])

    def value(**changed: object) -> float | None:
        (line,) = reading.profile(ALL, top, codes=["GROWTH"], **changed)  # type: ignore[arg-type]
        return line.figure.value if line.figure else None

    assert value() == 7.29
    assert value(date=date(2022, 12, 31)) == 12.4
    early = datetime(2023, 1, 1, tzinfo=UTC)
    assert value(date=date(2022, 12, 31), known=early) == 12.51
    assert value(known=datetime(2022, 1, 1, tzinfo=UTC)) is None
    versions = reading.series(ALL, "GROWTH", top)
    assert [(got.value, got.vintage) for got in versions] == [
        (11.5, Vintage.PLAN),
        (12.51, Vintage.ESTIMATE),
        (12.4, Vintage.FINAL),
        (7.29, Vintage.FINAL),
    ]
    assert reading.series(ALL, "GROWTH", top, kind="month") == []
    passport = reading.passport(ALL, versions[2].fact_id)
    assert [version.figure.value for version in passport.versions] == [
        11.5,
        12.51,
        12.4,
    ]
    assert passport.origin.source == "the agency"


def test_a_profile_has_plan_same_period_mean_rank_and_trend(province):
    of = indicator("FINES", direction="down", green="<=100", red=">100")
    nodes = level(province, "district", OLD)
    for year, add in ((2022, 0), (2023, 50), (2024, 90)):
        publish(of, {n.id: 5 * k + add for k, n in enumerate(nodes)}, str(year))
    publish(of, {nodes[3].id: 80}, "2024", vintage=Vintage.PLAN)
    (line,) = reading.profile(ALL, nodes[3].id, date=OLD, codes=["FINES"])
    assert (line.figure.value, line.plan.value) == (105, 80)
    assert line.plan_share == pytest.approx(105 / 80)
    assert line.same_period.value == 65
    assert line.change == pytest.approx((105 / 65 - 1) * 100)
    assert line.mean == pytest.approx(5 * 13 + 90)
    assert (line.rank, line.of) == (4, 27), "less is better here"
    assert line.trend == (
        (date(2022, 12, 31), 15.0),
        (date(2023, 12, 31), 65.0),
        (date(2024, 12, 31), 105.0),
    )
    assert (line.verdict.status, line.before.status) == ("red", "green")
    assert line.turned_red
    drawn = reading.choropleth(ALL, "FINES", kind="district", units_on=OLD)
    ranks = {area.unit_id: area.rank for area in drawn.areas}
    assert ranks[nodes[3].id] == line.rank
    assert (drawn.mean, drawn.method) == (line.mean, "bands")


def test_a_month_has_the_months_before_and_its_like_of_past_years(province):
    of = indicator("SALES")
    unit = level(province, "district", OLD)[0].id
    for year in range(2019, 2025):
        for month in range(1, 13):
            publish(of, {unit: year * 100 + month}, f"{year}-{month:02d}")
    publish(of, {unit: 1}, "2024-Q1")
    (line,) = reading.profile(ALL, unit, date=date(2024, 3, 31), codes=["SALES"])
    assert line.figure.value == 1, "of two that end together the longer one"
    (line,) = reading.profile(ALL, unit, date=date(2024, 4, 30), codes=["SALES"])
    assert [value for _end, value in line.trend][-3:] == [202402, 202403, 202404]
    assert len(line.trend) == 13
    assert line.same_period.value == 202304


def test_whoever_may_not_see_all_units_has_no_rank_and_no_neighbours(province, births):
    _of, values = births
    mine, other = sorted(values)[:2]
    grant = Grant(layers=frozenset({"indicators"}), units=frozenset({mine}))
    drawn = reading.choropleth(grant, "BIRTHS", kind="district", units_on=OLD)
    assert [(area.unit_id, area.rank) for area in drawn.areas] == [(mine, None)]
    assert (drawn.mean, drawn.total, drawn.province) == (None, None, None)
    (line,) = reading.profile(grant, mine, date=OLD, codes=["BIRTHS"])
    assert (line.figure.value, line.rank, line.mean) == (values[mine], None, None)
    for refused in (
        lambda: reading.profile(grant, other),
        lambda: reading.series(grant, "BIRTHS", other),
        lambda: reading.compare(grant, "BIRTHS", [mine, other]),
        lambda: reading.passport(grant, Fact.objects.get(unit_id=other).pk),
        lambda: reading.choropleth(grant, "NONE", kind="district"),
    ):
        with pytest.raises(reading.NotFound):
            refused()


def test_an_estimate_does_not_show_the_figures_it_was_made_of_to_others(
    province, births
):
    commune = level(province, "commune", NEW)[0]
    grant = Grant(layers=frozenset({"indicators"}), units=frozenset({commune.id}))
    drawn = reading.choropleth(grant, "BIRTHS", kind="commune", units_on=NEW)
    (area,) = drawn.areas
    assert area.figure.how == "recast"
    assert area.figure.parts == ()
    (line,) = reading.profile(grant, commune.id, codes=["BIRTHS"])
    assert line.figure.value == area.figure.value, "the drawer says what the map says"
    assert line.figure.parts == ()


def test_the_days_to_go_to_are_changes_of_units_and_ends_of_periods(province, births):
    assert {date(2025, 1, 1), date(2025, 7, 1)} <= set(days.changes())
    assert days.figures("BIRTHS") == [OLD]


def test_a_share_of_27_districts_reaches_all_166_communes_over_two_generations(
    province,
):
    people = indicator("PEOPLE")
    share = indicator("SHARE", rollup="weighted", denominator=people, unit="%")
    old = level(province, "district", OLD)
    publish(people, {node.id: node.population for node in old})
    publish(share, {node.id: 10 + n for n, node in enumerate(old)})
    communes = shown("SHARE", "commune", units_on=NEW)
    assert len(communes) == 166
    assert all(got is not None for got in communes.values())
    assert all(10 <= got.value <= 36 for got in communes.values())
