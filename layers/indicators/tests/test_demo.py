"""The catalogue can be judged, computed and counted; made-up series hold together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from fixtures import Demo
from layers.core import units
from layers.indicators import judging, measures, spans
from layers.indicators.counting import rules
from layers.indicators.demo import catalogue
from layers.indicators.demo.drawing import Place, Spec, draw, own_factors, share_out
from layers.indicators.demo.series import month_shapes
from layers.indicators.formulas.graph import problems
from layers.indicators.models import (
    Channel,
    Fact,
    Indicator,
    IndicatorSet,
    Load,
    SetMember,
    Vintage,
)

ROW = {
    "code": "KT05",
    "facet": "",
    "unit": "",
    "scale": "per_1000",
    "mountain": "3",
    "plain": "8",
    "coast": "",
    "growth": "0.09",
    "noise": "0.1",
    "low": "0",
    "high": "",
    "decimals": "1",
    "shape": "revenue",
    "communes": "month",
    "plan": "0.98",
}
PLACES = [Place("a", "mountain", 40_000, "a"), Place("b", "plain", 360_000, "b")]


@pytest.fixture
def known(db) -> dict[str, Indicator]:
    return catalogue.load(Demo())


def drawn(seed: int = 38, **changed: str):
    demo, spec = Demo(seed=seed), Spec.of({**ROW, **changed})
    own = own_factors(demo.rng("own"), spec, ["a", "b"])
    shapes = month_shapes(demo)
    return draw(demo.rng("all"), spec, PLACES, [2023, 2024], own, shapes, {})


@pytest.mark.parametrize("decimals", ["0", "1", "2"])
def test_months_add_up_to_the_year_to_the_digit(decimals):
    one = drawn(decimals=decimals)
    assert one.months is not None
    assert (one.months.sum(axis=2) == one.years).all()
    assert (one.months >= 0).all()


def test_few_cases_fall_on_months_at_random_and_none_is_lost():
    spec = Spec.of({**ROW, "decimals": "0"})
    shape = np.full(12, 1 / 12)
    months = share_out(np.random.default_rng(1), spec, np.array([[3], [0]]), shape)
    assert months.sum(axis=-1).tolist() == [[3], [0]]


def test_the_same_seed_draws_the_same_and_another_does_not():
    assert (drawn().years == drawn().years).all()
    assert (drawn(5).years != drawn().years).any()


def test_more_people_and_later_years_have_more_revenue():
    one = drawn()
    assert (one.years[1] > 5 * one.years[0]).all()
    assert (one.trend[:, 1] > one.trend[:, 0]).all()


def test_every_formula_of_the_catalogue_can_be_worked_out(known):
    assert sum(bool(indicator.formula) for indicator in known.values()) == 18
    assert list(problems(known.values())) == []


def test_every_band_of_the_catalogue_can_be_read(known):
    for indicator in known.values():
        judging.of(indicator)


def test_every_rule_of_counting_fits_its_layer(known):
    counted = {code: rules(entry.counted) for code, entry in known.items()}
    assert sum(bool(found) for found in counted.values()) == 17
    for code, found in counted.items():
        assert {rule.facet for rule in found} <= {"", *known[code].parts}


def test_what_is_weighted_has_its_weight_and_flows_are_sums(known):
    for code, indicator in known.items():
        if indicator.accumulates:
            assert indicator.rollup == "sum", code
        if indicator.rollup == "weighted":
            assert indicator.denominator is not None, code
            assert indicator.denominator_id != indicator.pk


def test_measures_and_parts_are_named_for_translation(known):
    plain = {"", "%", "USD", "index", "z", "pH", "m", "mm", "ug/m3", "mg/l", "mg/Nm3"}
    units_of = {indicator.unit for indicator in known.values()}
    assert units_of - plain <= set(measures.MEASURES)
    formulas = {"SO2", "NO2", "NOx", "CO", "O3", "COD", "TSS", "NH4", "COVID-19"}
    parts = {part for indicator in known.values() for part in indicator.parts}
    assert parts - formulas == set(measures.PARTS)


def test_headlines_are_in_one_order_and_each_level_has_enough(known):
    places = [entry.headline for entry in known.values() if entry.headline]
    assert sorted(places) == list(range(1, len(places) + 1))
    for level in ("province", "district", "commune"):
        shown = [e for e in known.values() if e.headline and level in e.levels]
        assert len(shown) >= 8, level


def test_a_set_has_a_column_for_each_part(known):
    education = IndicatorSet.objects.get(slug="education-district-yearly")
    columns = SetMember.objects.filter(set=education)
    assert [c.order for c in columns] == list(range(1, len(columns) + 1))
    pupils = columns.filter(indicator__code="GD01")
    assert [c.facet for c in pupils] == ["schools", "classes", "pupils", "teachers"]


def _sums(indicator: Indicator) -> tuple[dict, dict]:
    """Newest values of the parts of years, summed, and of the years, by unit."""
    parts: dict = defaultdict(Decimal)
    whole: dict = {}
    facts = Fact.objects.filter(
        indicator=indicator,
        facet="",
        load__channel=Channel.DEMO,
        vintage__gt=Vintage.PLAN,
        period_start__gte=date(2023, 1, 1),
        period_end__lte=date(2024, 12, 31),
    ).order_by("published_at")
    newest = {(f.unit_id, f.period_start, f.period_end): f.value for f in facts}
    for (unit_id, start, end), value in newest.items():
        if spans.kind(start, end) == "year":
            whole[unit_id, start.year] = value
        else:
            parts[unit_id, start.year] += value
    return parts, whole


def test_the_loaded_demo_holds_together(province, load_demo):
    load_demo("indicators")
    known = {entry.code: entry for entry in Indicator.objects.all()}
    root = next(n for n in province.nodes.values() if n.kind == "province")
    for code in ("KT05", "KT27", "GT01", "YT05"):
        parts, whole = _sums(known[code])
        districts = {key: v for key, v in parts.items() if key[0] != root.id}
        assert len(districts) == 2 * 27
        assert all(whole[key] == value for key, value in districts.items()), code
    plans = Fact.objects.filter(vintage=Vintage.PLAN)
    ours = plans.filter(unit_id=root.id, indicator__code="KT05")
    assert [f.period for f in ours.order_by("period_end")] == [
        str(year) for year in range(2022, 2027)
    ]
    planned = plans.values_list("unit_id", flat=True).distinct()
    kinds = {province.nodes[unit_id].kind for unit_id in planned}
    assert kinds == {"province", "district", "commune"}
    _totals_are_the_sums_of_months(known)
    _all_subsystems(known)
    _today_is_alive(province)


def _totals_are_the_sums_of_months(known: dict[str, Indicator]) -> None:
    facts = Fact.objects.filter(
        indicator=known["KT05"],
        load__channel=Channel.DEMO,
        vintage=Vintage.PRELIMINARY,
        period_start__year=2026,
    )
    of_units: dict = defaultdict(dict)
    for fact in facts:
        of_units[fact.unit_id][fact.period] = fact.value
    quarter = ["2026-01", "2026-02", "2026-03"]
    told = [
        periods
        for periods in of_units.values()
        if {*quarter, "2026-Q1"} <= set(periods)
    ]
    assert len(told) > 90
    for periods in told:
        assert periods["2026-Q1"] == sum(periods[month] for month in quarter)


def _all_subsystems(known: dict[str, Indicator]) -> None:
    """Each of the eight has several series of the 27 districts."""
    rows = Fact.objects.filter(
        load__channel=Channel.DEMO, period_end=date(2024, 12, 31)
    ).values_list("indicator__subsystem", "indicator__code")
    codes = defaultdict(set)
    for subsystem, code in rows.distinct():
        codes[subsystem[0]].add(code)
    assert {s: len(found) >= 2 for s, found in codes.items()} == dict.fromkeys(
        "12345678", True
    )


def _today_is_alive(tree: units.UnitTree) -> None:
    """Most communes told last month's revenue, some did not."""
    told = set(
        Fact.objects.filter(
            indicator__code="KT05", period_start=date(2026, 10, 1), vintage__gt=0
        ).values_list("unit_id", flat=True)
    )
    communes = {n.id for n in tree.nodes.values() if n.kind == "commune"}
    assert 0.85 * len(communes) < len(told & communes) < len(communes)


def test_a_load_is_withdrawn_in_the_admin_with_a_reason_only(
    known, province, cast, client
):
    load = Load.objects.create(channel=Channel.FORM, title="x", source="x")
    Fact.objects.create(
        indicator=known["KT16"],
        unit_id=next(iter(province.nodes)),
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
        value=3,
        vintage=Vintage.FINAL,
        published_at="2026-01-01T00:00:00Z",
        load=load,
    )
    cast["administrator"].is_staff = True
    cast["administrator"].save()
    client.force_login(cast["administrator"])
    page = reverse("admin:indicators_load_changelist")
    form = {"action": "withdraw", ACTION_CHECKBOX_NAME: [load.pk], "reason": " "}
    client.post(page, form)
    load.refresh_from_db()
    assert load.withdrawn_at is None, "no reason, nothing done"
    client.post(page, {**form, "reason": "wrong sheet"})
    load.refresh_from_db()
    assert (load.withdrawn_reason, load.withdrawn_by) == (
        "wrong sheet",
        cast["administrator"],
    )
    assert not Fact.objects.filter(load=load).exists()


def test_parts_are_edited_one_a_line(known, cast, client):
    cast["administrator"].is_staff = True
    cast["administrator"].save()
    client.force_login(cast["administrator"])
    url = reverse("admin:indicators_indicator_change", args=[known["GD01"].pk])
    page = client.get(url).content.decode()
    assert "schools\nclasses\npupils\nteachers</textarea>" in page
