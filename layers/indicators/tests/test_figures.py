from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fixtures import Demo
from layers.core import queries, units
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from layers.indicators import services
from layers.indicators.demo import catalogue
from layers.indicators.models import (
    Channel,
    Fact,
    Indicator,
    Latest,
    Load,
    Vintage,
)
from layers.indicators.reading import profile

LAYER = registry["indicators"]
POVERTY = "KT16"


@pytest.fixture
def loaded(province, load_demo) -> units.UnitTree:
    assert load_demo("indicators") > 40_000
    return province


@pytest.fixture
def bare(province, load_demo) -> units.UnitTree:
    """The units and the catalogue, without a figure."""
    catalogue.load(Demo())
    return province


def district(tree: units.UnitTree, code: str) -> units.UnitNode:
    """The district of 2022 with this code."""
    nodes = (n for n in tree.nodes.values() if n.kind == "district" and n.code == code)
    return next(node for node in nodes if node.valid_on(date(2022, 1, 1)))


def root(tree: units.UnitTree) -> units.UnitNode:
    return next(n for n in tree.nodes.values() if n.kind == "province")


def fact(unit_id: int, value: str, **changed: object) -> Fact:
    values: dict[str, object] = {
        "indicator": Indicator.objects.get(code=POVERTY),
        "unit_id": unit_id,
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "value": Decimal(value),
        "vintage": Vintage.ESTIMATE,
        "published_at": datetime(2025, 12, 1, tzinfo=UTC),
        "load": Load.objects.get_or_create(
            channel=Channel.FORM, title="test", source="test"
        )[0],
        **changed,
    }
    return Fact(**values)


def poverty(unit_id: int, at: datetime | None = None) -> float | None:
    found = queries.feature(LAYER, everything(), unit_id, at)
    assert found is not None
    return found["properties"]["poverty_pct"]


def test_the_catalogue_has_the_112_and_ours_each_with_an_owner(loaded):
    assert Indicator.objects.count() == 144
    assert not Indicator.objects.filter(agency="").exists()
    assert not Indicator.objects.filter(source="").exists()


def test_published_figures_keep_every_vintage_and_their_source(loaded):
    growth = Fact.objects.filter(
        indicator__code="KT01", unit_id=root(loaded).id, period_start="2023-01-01"
    ).order_by("published_at")
    assert [float(f.value) for f in growth] == [7.29, 7.01]
    assert all(f.load.source.endswith(("2023-11", "2023-12")) for f in growth)


def test_made_up_series_say_so_and_keep_to_the_unit_of_their_time(loaded):
    made_up = Fact.objects.filter(load__channel=Channel.DEMO)
    assert set(made_up.values_list("note", flat=True)) == {
        "synthetic demo series, not a published figure"
    }
    for unit_id, end in made_up.values_list("unit_id", "period_end").distinct():
        assert loaded.nodes[unit_id].valid_on(end)


def test_the_newest_publication_of_the_newest_period_counts(bare):
    unit = district(bare, "399").id
    assert services.publish([fact(unit, "3.5")]) == 1
    assert poverty(unit) == 3.5
    later = datetime(2026, 4, 1, tzinfo=UTC)
    services.publish([fact(unit, "3.2", vintage=Vintage.FINAL, published_at=later)])
    assert poverty(unit) == 3.2
    old = {"period_start": date(2018, 1, 1), "period_end": date(2018, 12, 31)}
    services.publish([fact(unit, "9", published_at=later, **old)])
    assert poverty(unit) == 3.2, "news about an old period change nothing on the map"


def test_publishing_twice_is_publishing_once(bare):
    unit = district(bare, "399").id
    assert services.publish([fact(unit, "3.5")]) == 1
    assert services.publish([fact(unit, "3.5")]) == 0
    assert Latest.objects.filter(unit_id=unit, indicator__code=POVERTY).count() == 1


def test_a_quarter_does_not_hide_the_year_that_ends_with_it(bare):
    unit = district(bare, "399").id
    quarter = {"period_start": date(2025, 10, 1)}
    services.publish([fact(unit, "8", **quarter), fact(unit, "3.5")])
    assert poverty(unit) == 3.5


def test_the_map_of_a_past_day_knows_only_what_was_published(loaded):
    unit = district(loaded, "399").id
    estimate = poverty(unit, datetime(2025, 1, 15, tzinfo=UTC))
    final = poverty(unit, datetime(2025, 5, 15, tzinfo=UTC))
    values = Fact.objects.filter(
        unit_id=unit,
        indicator__code=POVERTY,
        period_end="2024-12-31",
        vintage__gt=Vintage.PLAN,
    ).order_by("published_at")
    assert [estimate, final] == [float(f.value) for f in values]
    assert poverty(unit, datetime(2019, 6, 1, tzinfo=UTC)) is None


def test_missing_is_missing_and_not_zero(loaded):
    inland = district(loaded, "384")
    shown = {line.code for line in profile(everything(), inland.id) if line.figure}
    assert "TC02" not in shown, "no fishing fleet in the mountains"
    measured = Fact.objects.filter(indicator__code=POVERTY, vintage__gt=Vintage.PLAN)
    told = set(measured.values_list("unit_id", flat=True))
    communes = {n.id for n in loaded.nodes.values() if n.kind == "commune"}
    silent = communes - told
    assert 0 < len(silent) < len(communes) / 10
    assert poverty(min(silent)) is None


def test_the_drawer_judges_by_bands_where_they_hold(loaded):
    unit = district(loaded, "380")
    found = {line.code: line for line in profile(everything(), unit.id)}
    assert found["YT04"].verdict is not None
    assert found["KT19"].verdict is None, "a band in tonnes is for the whole province"
    assert len(found[POVERTY].trend) > 5
    province = profile(everything(), root(loaded).id, codes=["KT19"])
    assert province[0].verdict is not None
    assert province[0].verdict.status == "green"


def test_the_map_shows_27_districts_with_figures_in_one_tile(loaded, tile_of):
    drawn = tile_of(LAYER, 6, 50, 28)
    districts = [f for f in drawn if f["properties"]["kind"] == "district"]
    assert len(districts) == 27
    assert all("poverty_pct" in f["properties"] for f in districts)


def test_a_unit_sees_its_own_figures_only(loaded, cast, client):
    from gis_ioc.accounts.models import Scope

    mine, other = district(loaded, "399"), district(loaded, "400")
    grant = Grant(layers=frozenset({"indicators"}), units=frozenset({mine.id}))
    found = queries.features(LAYER, grant, FeatureQuery())
    assert [f["id"] for f in found] == [mine.id]
    Scope.objects.create(user=cast["officer"], units=[mine.id])
    client.force_login(cast["officer"])
    body = client.get(f"/api/v1/indicators/{POVERTY}/values").json()
    seen = {v["unit_id"] for v in body["values"]}
    assert mine.id in seen
    assert seen <= loaded.expand([mine.id]), "its communes and no other unit"
    text = client.get(f"/drawer/indicators/{mine.id}/").content.decode()
    assert 'data-code="KT05"' in text
    # the unit itself is no secret, its figures are
    text = client.get(f"/drawer/indicators/{other.id}/").content.decode()
    assert "data-code=" not in text


def test_values_come_by_unit_and_span_with_every_vintage(loaded, cast, client):
    client.force_login(cast["leader"])
    unit = district(loaded, "399").id
    url = f"/api/v1/indicators/{POVERTY}/values"
    span = {"unit": unit, "from": "2022-01-01", "to": "2023-12-31"}
    body = client.get(url, span).json()
    assert body["indicator"]["unit"] == "%"
    assert [(v["period"], v["vintage"]) for v in body["values"]] == [
        ("2022", "plan"),
        ("2022", "final"),
        ("2023", "plan"),
        ("2023", "estimate"),
        ("2023", "final"),
    ]
    assert client.get(url, {"unit": "x"}).status_code == 400
    assert client.get("/api/v1/indicators/NONE/values").status_code == 404
    page = client.get(url, {"unit": unit, "limit": 3}).json()
    rest = client.get(url, {"unit": unit, "after": page["next_after"]}).json()
    assert len(page["values"]) + len(rest["values"]) == 11
    assert len(client.get("/api/v1/indicators").json()) == 144


def test_the_drawer_lists_values_with_unit_period_vintage_and_source(
    loaded, cast, client
):
    client.force_login(cast["leader"])
    text = client.get(f"/drawer/indicators/{root(loaded).id}/").content.decode()
    assert 'data-code="KT01"' in text
    assert "vnexpress.net 2025-12-06" in text
    text = client.get(f"/drawer/indicators/{district(loaded, '399').id}/")
    assert "<polyline points=" in text.content.decode()


def test_the_figures_can_be_exported(loaded, cast, client):
    client.force_login(cast["leader"])
    for fmt in ("geojson", "csv", "gpkg", "xlsx"):
        answer = client.get(
            f"/api/v1/layers/indicators/export.{fmt}", {"filter": "kind = 'district'"}
        )
        assert answer.status_code == 200, fmt
        assert len(b"".join(answer.streaming_content)) > 2_000, fmt
