from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from layers.core import catalog, drawer
from layers.core.export import FORMATS
from layers.core.queries import FeatureQuery, feature, features
from layers.core.scope import Grant, everything
from layers.core.search import search
from layers.stations import demo, queries, sparkline
from layers.stations.kinds import Kind, State
from layers.stations.layer import LAYER
from layers.stations.models import Station, StationState
from layers.stations.tests.helpers import NOON, hour, send, station, values

pytestmark = pytest.mark.django_db


def now() -> float:
    return float(timezone.now().timestamp() // 300 * 300)


@pytest.fixture
def plant() -> Station:
    made = station("effluent", "TH_MILL", limit_column="B", unit_id=7, river="")
    send(values(made, ("COD", now(), 182.5), ("pH", now(), 7.1)))
    return made


def open_drawer(where: Station, language: str = "vi") -> str:
    request = RequestFactory().get("/")
    request.user, request.grant = AnonymousUser(), everything()  # type: ignore[attr-defined]
    with translation.override(language):
        context = drawer.context(request, LAYER, everything(), where.pk)
        assert context is not None
        return render_to_string("stations/drawer.html", context)


def test_a_feature_carries_every_declared_field(plant):
    (found,) = features(LAYER, everything(), FeatureQuery())
    assert set(found["properties"]) == {"title", *LAYER.columns}
    assert found["properties"]["state"] == State.OVER
    assert found["properties"]["parameter"] == "COD"
    assert found["properties"]["ratio"] == pytest.approx(1.217)


def test_an_officer_of_another_unit_sees_no_station(plant):
    mine = Grant(layers=frozenset({LAYER.slug}), units=frozenset({7}))
    other = replace(mine, units=frozenset({8}))
    assert feature(LAYER, mine, plant.pk) is not None
    assert feature(LAYER, other, plant.pk) is None
    assert search("mill", mine)
    assert not search("mill", other)


def test_search_forgives_missing_diacritics():
    river = station("river", "TH_GIANG", title="Tr\u1ea1m Gi\u00e0ng", river="M\u00e3")
    for text in ("giang", "tram giang", "TH_GIANG"):
        assert [hit.id for hit in search(text, everything(), only=[LAYER.slug])] == [
            river.pk
        ]


def test_filters_by_kind_and_state(plant):
    station("rain", "TH_RAIN")
    query = FeatureQuery(filter="kind = 'effluent' AND state = 'over'")
    assert [f["id"] for f in features(LAYER, everything(), query)] == [plant.pk]
    silent = features(LAYER, everything(), FeatureQuery(filter="state = 'silent'"))
    assert [f["properties"]["code"] for f in silent] == ["TH_RAIN"]


def test_a_station_is_silent_half_an_hour_after_its_newest_value(plant):
    StationState.objects.update(at=timezone.now() - timedelta(minutes=31))
    found = feature(LAYER, everything(), plant.pk)
    assert found is not None
    assert found["properties"]["state"] == State.SILENT


def test_the_picture_of_a_past_time_comes_from_the_values_of_then():
    air = station("air", "TH_AIR", unit_id=7)
    send(values(air, *hour(NOON, 20.0), *hour(NOON - 3600, 20.0)))
    later = [*hour(NOON + 3600, 90.0), *hour(NOON + 7200, 90.0)]
    send(values(air, *later))
    then = feature(LAYER, everything(), air.pk, datetime.fromtimestamp(NOON, UTC))
    after = feature(
        LAYER, everything(), air.pk, datetime.fromtimestamp(NOON + 7200, UTC)
    )
    assert then is not None
    assert after is not None
    assert then["properties"]["aqi"] == 40
    assert after["properties"]["aqi"] > 100
    assert set(then["properties"]) == {"title", *LAYER.columns}


def test_the_picture_before_the_first_value_is_silent(plant):
    past = timezone.now() - timedelta(days=30)
    found = feature(LAYER, everything(), plant.pk, past)
    assert found is not None
    assert found["properties"]["state"] == State.SILENT


def test_export_writes_value_state_and_parameter(plant):
    grant = everything()
    text = b"".join(FORMATS["csv"].write(LAYER, grant, FeatureQuery())).decode()
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["state"], row["parameter"], row["value"]) == ("over", "COD", "182.5")
    for name in ("geojson", "xlsx", "gpkg"):
        assert b"".join(FORMATS[name].write(LAYER, grant, FeatureQuery()))


def test_tiles_hold_the_tile_fields(plant):
    columns = ", ".join(f'"{entry.name}"' for entry in LAYER.tile_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'stations') FROM (SELECT id, title, "
            f"{columns}, ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS g"
            f" FROM {LAYER.relation}) t"
        )
        (tile,) = cursor.fetchone()
    assert b"COD" in bytes(tile)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_shows_values_with_limit_ratio_and_line(plant, language):
    earlier = [("COD", now() - 900 * n, 60.0 + n) for n in range(1, 20)]
    send(values(plant, *earlier))
    page = open_drawer(plant, language)
    with translation.override(language):
        assert str(State.OVER.label) in page
    assert "QCVN 40:2011/BTNMT" in page
    assert "<polyline" in page
    assert 'class="over" data-parameter="COD"' in page


def test_the_drawer_of_an_air_station_names_index_band_and_pollutant():
    air = station("air", "TH_AIR")
    end = now() // 3600 * 3600
    send(values(air, *hour(end, 65.0), *hour(end - 3600, 65.0)))
    page = open_drawer(air, "en")
    assert "VN_AQI 125" in page
    assert "Poor" in page
    assert "#FF7E00" in page


def test_the_drawer_of_a_river_shows_the_distance_to_each_level():
    river = station("river", "TH_GIANG", levels=(4.0, 5.5))
    send(values(river, ("Level", now(), 4.12)))
    page = open_drawer(river, "en")
    assert "+0.12" in page
    assert "-1.38" in page
    assert "not known" in page


def test_the_drawer_of_a_station_without_data_says_so():
    assert "has not sent anything" in open_drawer(station("air", "TH_NEW"), "en")


def test_every_kind_and_legend_entry_has_a_vietnamese_name():
    with translation.override("vi"):
        described = catalog.describe(LAYER, everything())
        vietnamese = [entry["label"] for entry in described["legend"]]
        kinds = [str(label) for label in Kind.labels]
    with translation.override("en"):
        english = [entry["label"] for entry in catalog.legend(LAYER)]
        assert not set(kinds) & {str(label) for label in Kind.labels}
    assert not set(vietnamese) & set(english)


def test_a_sparkline_breaks_where_data_are_missing():
    line = sparkline.draw([(0, 1.0), (1, 2.0), (10, 3.0), (11, 2.0)], 96, limit=2.5)
    assert line is not None
    assert len(line.paths) == 2
    assert line.limit_y is not None
    assert sparkline.draw([(0, 1.0)], 96) is None


def test_the_series_of_a_station_can_be_read_in_a_span(plant):
    until = timezone.now()
    found = queries.observations(plant.pk, "COD", until - timedelta(hours=1), until)
    assert [row["value"] for row in found] == [182.5]
    assert {row["parameter"] for row in queries.newest(plant.pk)} == {"COD", "pH"}


def test_the_demo_fills_sixty_stations_through_the_same_services():
    from fixtures import Demo
    from layers.core import units

    units.tree.forget()  # type: ignore[attr-defined]
    assert demo.load(Demo()) == 60
    found = features(LAYER, everything(), FeatureQuery())
    kinds = [f["properties"]["kind"] for f in found]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts == {
        "air": 12, "surface_water": 14, "effluent": 14, "rain": 10, "river": 10
    }  # fmt: skip
    silent = [f for f in found if f["properties"]["state"] == State.SILENT]
    assert len(silent) == 2
    giang = next(f for f in found if f["properties"]["code"] == "TH_GIANG_MUCNUOC")
    assert giang["properties"]["alarm_level_1_m"] == 4.0
