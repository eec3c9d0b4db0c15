"""The pages: list with counters, station, comparison, exports; in scope."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from layers.core.queries import feature
from layers.core.scope import everything
from layers.stations.kinds import State
from layers.stations.layer import LAYER
from layers.stations.models import Judgement, Series
from layers.stations.pages import drawer, listing, neighbours
from layers.stations.tests.helpers import hour, send, station, values

pytestmark = pytest.mark.django_db


def now() -> float:
    return float(timezone.now().timestamp() // 300 * 300)


@pytest.fixture
def environment(cast) -> Client:
    client = Client()
    client.cookies["ioc_lang"] = "en"
    client.force_login(cast["environment"])
    return client


@pytest.fixture
def three():
    mill = station("effluent", "TH_MILL", limit_column="B", owner="Mill & Co")
    send(values(mill, ("COD", now(), 182.5), ("pH", now(), 7.1)))
    air = station("air", "TH_AIR", owner="Centre")
    send(values(air, *hour(now(), 20.0), *hour(now() - 3600, 20.0)))
    return mill, air, station("rain", "TH_RAIN", owner="Centre")


def rows(**asked: str) -> list[listing.Row]:
    return listing.rows(listing.Asked.read(asked), everything(), timezone.now())


def test_the_gravest_station_comes_first_and_the_counters_tell_all(three):
    mill, _air, _rain = three
    found = listing.listing(listing.Asked(), everything(), timezone.now())
    assert found.rows[0].id == mill.pk
    assert found.counts[State.OVER] == 1
    assert found.counts[State.SILENT] == 1
    only = listing.listing(listing.Asked(state="over"), everything(), timezone.now())
    assert [row.id for row in only.rows] == [mill.pk]
    assert only.counts == found.counts


def test_the_list_filters_by_kind_owner_and_words_and_sorts_both_ways(three):
    mill, air, rain = three
    assert [row.id for row in rows(kind="air")] == [air.pk]
    assert {row.id for row in rows(owner="Centre")} == {air.pk, rain.pk}
    assert [row.id for row in rows(q="th_mill")] == [mill.pk]
    names = [row.title for row in rows(sort="name", dir="desc")]
    assert names == sorted(names, reverse=True)
    assert rows(sort="ratio", dir="asc")[-1].ratio is None
    assert len(rows(kind="nonsense", sort="nonsense", unit="x")) == 3


def test_values_that_tests_doubt_await_review(three):
    _mill, air, _rain = three
    Judgement.objects.all().delete()
    assert rows(state="review") == []
    series = Series.objects.get(station=air)
    Judgement.objects.create(
        series=series, at=timezone.now(), flag=3, tests={"spike": 3}
    )
    (row,) = rows(state="review")
    assert (row.id, row.suspect) == (air.pk, 1)


def test_an_officer_sees_only_the_stations_of_the_unit(three, cast):
    station("air", "TH_FAR", unit_id=990_001)
    client = Client()
    client.cookies["ioc_lang"] = "en"
    client.force_login(cast["outsider"])
    answer = client.get("/stations/")
    assert answer.status_code in (200, 403, 404)
    assert b"TH_FAR" not in answer.content


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_list_is_exported_as_it_is_filtered(three, environment, fmt):
    answer = environment.get(f"/stations/export.{fmt}?kind=effluent")
    assert answer.status_code == 200
    if fmt == "csv":
        text = answer.content.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["Code"], row["Value"]) == ("TH_MILL", "182.5")
    else:
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert sheet.max_row == 2
        assert sheet["B2"].value == "TH_MILL"


def test_the_page_of_a_station_has_chart_calendar_limits_and_history(
    three, environment
):
    mill, _air, _rain = three
    answer = environment.get(f"/stations/{mill.pk}/?show=complete")
    page = answer.content.decode()
    assert answer.status_code == 200
    for piece in (
        'id="st-chart"', 'id="st-calendar"', 'id="st-data"', "QCVN 40:2011/BTNMT",
        "Completeness by month", "record entered",
    ):  # fmt: skip
        assert piece in page
    assert 'style="' not in page
    assert environment.get("/stations/999999/").status_code == 404


def test_a_refresh_of_the_list_holds_its_rows_alone(three, environment):
    answer = environment.get("/stations/?kind=rain", headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "TH_RAIN" in page
    assert "TH_MILL" not in page
    assert "<html" not in page


def test_a_file_of_a_chart_holds_what_is_drawn_with_limit_and_flag(three, environment):
    mill, _air, _rain = three
    answer = environment.get(f"/stations/{mill.pk}/series.csv?range=24h&p=COD")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Parameter"], row["Value"], row["Unit"]) == ("COD", "182.5", "mg/L")
    assert "150" in row["Limits"]
    assert row["Flag"] == "good"
    assert environment.get(f"/stations/{mill.pk}/series.doc").status_code == 404


def test_stations_are_compared_in_the_order_of_the_address(three, environment):
    mill, air, _rain = three
    page = environment.get(f"/stations/compare/?s={air.pk},{mill.pk},999,x").content
    text = page.decode()
    assert text.index("Station TH_AIR") < text.index("Station TH_MILL")
    answer = environment.get(
        f"/stations/compare/series.csv?s={air.pk},{mill.pk}&p=COD,PM2.5"
    )
    codes = [r["Code"] for r in csv.DictReader(
        io.StringIO(answer.content.decode("utf-8-sig")))]  # fmt: skip
    assert set(codes) == {"TH_AIR", "TH_MILL"}


def test_pages_ask_for_sign_in():
    for path in ("/stations/", "/stations/1/", "/stations/compare/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_the_drawer_tells_rain_sums_and_how_whole_they_are():
    made = station("rain", "TH_WET")
    end = now()
    send(values(made, *[("Rain", end - 300 * n, 1.0) for n in range(36)]))
    found = drawer.rain(made.pk, datetime.fromtimestamp(end, UTC))
    sums = {entry["hours"]: (entry["mm"], entry["whole"]) for entry in found}
    assert sums[1] == (12.0, True)
    assert sums[3] == (36.0, True)
    assert sums[24] == (36.0, False)


def test_the_drawer_names_the_next_stations_on_the_river():
    upper = station("river", "TH_UP", river="O'Ma")
    lower = station("river", "TH_LOW", river="O'Ma")
    for where, lon, level in ((upper, 104.8, 50.0), (lower, 105.8, 3.0)):
        where.geom = Point(lon, 19.8, srid=4326)
        where.save()
        send(values(where, ("Level", now(), level)))
    found = feature(LAYER, everything(), lower.pk)
    assert found is not None
    (hint,) = neighbours.river(found, everything())
    assert (hint.side, hint.feature["id"]) == ("upstream", upper.pk)
    assert 100 < hint.distance_km < 110
