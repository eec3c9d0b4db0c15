"""Every version of a figure, where it came from, and figures beside each other."""

from __future__ import annotations

from datetime import UTC, date, datetime

from layers.core.scope import everything
from layers.indicators import reading, services
from layers.indicators.models import Fact
from layers.indicators.tests.figuring import OLD, indicator, level, load, publish, root

ALL = everything()


def test_published_revisions_of_the_province_are_all_in_its_series(province, load_demo):
    load_demo("indicators")
    top = root(province).id
    growth = reading.series(ALL, "KT01", top, kind="year")
    of_2022 = [g.value for g in growth if g.end == date(2022, 12, 31) and g.vintage]
    assert of_2022 == [12.51, 12.4]
    of_2023 = [g.value for g in growth if g.end == date(2023, 12, 31) and g.vintage]
    assert of_2023 == [7.29, 7.01]
    newest = next(g for g in growth if g.value == 12.4)
    passport = reading.passport(ALL, newest.fact_id)
    sources = [version.origin.source for version in passport.versions]
    assert any(source.startswith("doanhnghiephoinhap.vn") for source in sources)
    assert any(source.startswith("doanhnghieptiepthi.vn") for source in sources)


def test_a_passport_knows_inputs_revisions_and_what_was_withdrawn(province):
    a, b = indicator("AAA"), indicator("BBB")
    indicator("SUM", rollup="none", formula="AAA + BBB")
    unit = level(province, "district", OLD)[0].id
    publish(a, {unit: 5})
    wrong = load("a wrong letter")
    later = datetime(2025, 5, 1, tzinfo=UTC)
    publish(b, {unit: 8}, load=load(), row=12, cell="C12")
    publish(b, {unit: 7}, at=later, load=wrong)
    made = Fact.objects.filter(indicator__code="SUM").latest("published_at")
    passport = reading.passport(ALL, made.pk)
    assert passport.formula == "AAA + BBB"
    assert [v.figure.value for v in passport.inputs] == [5, 7]
    b_fact = passport.inputs[1].figure.fact_id
    services.withdraw(wrong, by_id=None, reason="wrong year")
    gone = reading.passport(ALL, b_fact)
    assert gone.origin.withdrawn
    assert gone.origin.withdrawn_reason == "wrong year"
    assert [(v.figure.value, v.origin.withdrawn) for v in gone.versions] == [
        (8, False),
        (7, True),
    ]
    assert (gone.versions[0].origin.row, gone.versions[0].origin.cell) == (12, "C12")


def test_two_dates_are_compared_in_the_units_own_measure(province):
    count, share = indicator("COUNT"), indicator("PCT", unit="%", rollup="none")
    unit = level(province, "district", OLD)[0].id
    for of in (count, share):
        publish(of, {unit: 40}, "2023")
        publish(of, {unit: 50}, "2024")
    days = (date(2023, 12, 31), date(2024, 12, 31))
    (found,) = reading.compare(ALL, "COUNT", [unit], *days).units
    assert (found.change, found.change_pct) == (10, 25)
    (found,) = reading.compare(ALL, "PCT", [unit], *days).units
    assert (found.change, found.change_pct) == (10, None), "points"
    (found,) = reading.compare(ALL, "COUNT", [unit], days[0]).units
    assert (found.first.value, found.second) == (40, None)
