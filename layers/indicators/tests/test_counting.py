from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from layers.core import queries, units
from layers.core.queries import FeatureQuery
from layers.core.scope import everything
from layers.core.spec import registry
from layers.indicators import counting
from layers.indicators.models import Basis, Channel, Fact, Indicator, Latest, Load

SCHOOLS = [
    {"layer": "schools", "facet": "schools", "measure": "count"},
    {"layer": "schools", "facet": "pupils", "measure": "sum pupils"},
    {"layer": "schools", "facet": "classes", "measure": "sum:classes"},
]
SHARE = {"layer": "schools", "measure": "share", "filter": "national_standard = true"}


def indicator(code: str, counted, **changed) -> Indicator:
    values = {
        "code": code,
        "subsystem": "8",
        "title": code,
        "unit": "count",
        "direction": "none",
        "period": "semester",
        "level": "province;district;commune",
        "counted": counted,
    } | changed
    return Indicator.objects.create(**values)


@pytest.fixture
def schools(province, load_demo) -> dict[int, list[dict]]:
    """The rows of each commune."""
    load_demo("schools")
    layer = registry["schools"]
    found: dict[int, list[dict]] = defaultdict(list)
    model = Indicator._meta.apps.get_model(layer.model)
    of = dict(model.objects.values_list("pk", "unit_id"))
    query = FeatureQuery(limit=100_000)
    for row in queries.features(layer, everything(), query):
        found[of[row["id"]]].append(row["properties"])
    return found


def value(code: str, unit_id: int, facet: str = "") -> float | None:
    found = Latest.objects.filter(
        indicator__code=code, unit_id=unit_id, facet=facet
    ).first()
    return found and float(found.fact.value)


def test_what_stands_in_a_commune_is_counted_and_adds_up_upwards(schools):
    indicator("COUNTED", SCHOOLS)
    found = counting.count()
    assert found.wrong == ()
    tree = units.tree()
    whole: dict[int, int] = defaultdict(int)
    for unit_id, rows in schools.items():
        assert value("COUNTED", unit_id, "schools") == len(rows)
        pupils = sum(row["pupils"] for row in rows)
        assert value("COUNTED", unit_id, "pupils") == pupils
        for node in tree.ancestors(unit_id)[1:]:
            whole[node.id] += pupils
    assert {tree.nodes[u].kind for u in whole} == {"district", "province"}
    for unit_id, pupils in whole.items():
        assert value("COUNTED", unit_id, "pupils") == pupils
    fact = Fact.objects.filter(indicator__code="COUNTED").first()
    assert (fact.basis, fact.load.channel) == (Basis.COUNTED, Channel.COUNTED)
    assert fact.period_start == fact.period_end == timezone.localdate()


def test_shares_means_and_ratios_are_taken_from_the_rows_of_each_unit(schools):
    indicator("SHARE", SHARE, unit="%")
    indicator("MEAN", {"layer": "schools", "measure": "mean:pupils"})
    indicator("RATIO", {"layer": "schools", "measure": "ratio:teachers:pupils"})
    counting.count()
    unit_id, rows = max(schools.items(), key=lambda item: len(item[1]))
    good = sum(row["national_standard"] for row in rows)
    pupils = sum(row["pupils"] for row in rows)
    teachers = sum(row["teachers"] for row in rows)
    near = {"abs": 1e-4}
    assert value("SHARE", unit_id) == pytest.approx(100 * good / len(rows), **near)
    assert value("MEAN", unit_id) == pytest.approx(pupils / len(rows), **near)
    assert value("RATIO", unit_id) == pytest.approx(100 * teachers / pupils, **near)


def test_a_commune_with_none_has_a_count_of_nought_and_no_share(province):
    indicator("COUNTED", SCHOOLS[0] | {"facet": ""})
    indicator("SHARE", SHARE, unit="%")
    counting.count()
    commune = next(iter(province.codes("commune").values()))
    assert value("COUNTED", commune) == 0
    assert value("SHARE", commune) is None


def test_counting_again_publishes_what_changed_and_nothing_else(schools):
    indicator("COUNTED", SCHOOLS)
    assert counting.count().new > 0
    assert counting.count().new == 0
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert counting.count(today=tomorrow).new == 0
    assert Load.objects.filter(channel=Channel.COUNTED).count() == 1
    model = Indicator._meta.apps.get_model(registry["schools"].model)
    row = model.objects.order_by("pk").first()
    model.objects.filter(pk=row.pk).update(pupils=row.pupils + 7)
    assert counting.count(today=tomorrow).new == 9, "three parts of three units"
    fresh = Fact.objects.filter(
        period_end=tomorrow, facet="pupils", unit_id=row.unit_id
    )
    before = sum(r["pupils"] for r in schools[row.unit_id])
    assert float(fresh.get().value) == before + 7


def test_a_flow_counts_the_last_whole_day_or_month(province, load_demo):
    load_demo("incidents")
    layer = registry["incidents"]
    model = Indicator._meta.apps.get_model(layer.model)
    started = model.objects.exclude(unit_id=None).order_by("-started_at").first()
    day = timezone.localdate(started.started_at)
    rule = {"layer": "incidents", "measure": "count"}
    indicator("DAILY", rule, period="day", accumulates=True)
    indicator("MONTHLY", rule, period="month", accumulates=True)
    counting.count(today=day + timedelta(days=1))
    root = next(n.id for n in province.nodes.values() if n.kind == "province")
    same_day = model.objects.exclude(unit_id=None).filter(started_at__date=day)
    assert value("DAILY", root) == same_day.count() > 0
    daily = Fact.objects.get(indicator__code="DAILY", unit_id=root)
    assert (daily.period_start, daily.period_end) == (day, day)
    first = (day + timedelta(days=1)).replace(day=1)
    monthly = Fact.objects.get(indicator__code="MONTHLY", unit_id=root)
    assert monthly.period_end == first - timedelta(days=1)


@pytest.mark.parametrize(
    ("counted", "reason"),
    [
        ({"layer": "nowhere", "measure": "count"}, "no layer 'nowhere'"),
        ({"layer": "zones", "measure": "count"}, "do not belong to one unit"),
        ({"layer": "schools", "measure": "median:pupils"}, "there are count"),
        ({"layer": "schools", "measure": "sum"}, "there are count"),
        ({"layer": "schools", "measure": "sum:level"}, "no number 'level'"),
        ({"layer": "schools", "measure": "count", "filter": "x = 1"}, "no field 'x'"),
        ({"layer": "schools", "measure": "count", "filter": "="}, "not valid CQL2"),
        ({"layer": "schools", "measure": "count", "where": ""}, "'where' is no part"),
        ([SCHOOLS[0], SCHOOLS[0]], "counted twice"),
        ("schools", "no rule"),
    ],
)
def test_a_wrong_rule_is_refused_with_the_reason(counted, reason):
    with pytest.raises(counting.RuleError, match=reason):
        counting.rules(counted)


def test_a_wrong_rule_stops_no_other_and_the_command_names_it(province, capsys):
    indicator("BAD", {"layer": "nowhere", "measure": "count"})
    indicator("GOOD", SCHOOLS[0])
    with pytest.raises(CommandError, match="BAD: no layer 'nowhere'"):
        call_command("count_indicators")
    assert Fact.objects.filter(indicator__code="GOOD").exists()
    call_command("count_indicators", "GOOD")
    assert "0 new figures" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not counted from a layer: NONE"):
        call_command("count_indicators", "NONE")


def test_the_period_of_a_count_follows_from_the_indicator():
    stock = Indicator(period="year")
    assert counting.publishing.period(stock, date(2026, 3, 5)) == (
        date(2026, 3, 5),
        date(2026, 3, 5),
    )
    flow = Indicator(period="month", accumulates=True)
    assert counting.publishing.period(flow, date(2026, 3, 5)) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
    )
