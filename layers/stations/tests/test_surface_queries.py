"""The surface of an hour out of the database, in the caller's scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from layers.core import units
from layers.core.scope import Grant, everything
from layers.stations.models import StationIndex
from layers.stations.surface import queries

from .helpers import station

pytestmark = pytest.mark.django_db
HOUR = datetime(2026, 11, 20, 5, tzinfo=UTC)
VALUES = (30, 60, 120, 80, 45)


@pytest.fixture
def stations(province: units.UnitTree) -> list[Any]:
    """Five stations of communes in the middle of the province with an index each."""
    outline = queries.outline()
    here = outline.representative_point()
    commune = sorted(province.codes("commune").values())
    made = []
    for number, value in enumerate(VALUES):
        where = Point(here.x + 0.06 * number, here.y + 0.05 * (number % 2), srid=4326)
        one = station("air", f"AIR_{number}", geom=where, unit_id=commune[number])
        StationIndex.objects.create(
            station=one, kind="vn_aqi", period="hour", at=HOUR, value=value
        )
        made.append(one)
    return made


def test_the_surface_says_that_it_is_an_estimate_of_how_many_stations(
    stations: list[Any],
) -> None:
    found = queries.surface("vn_aqi", everything(), HOUR + timedelta(minutes=40))
    assert found["estimate"] is True
    assert found["hour"] == HOUR.isoformat()
    assert found["stations"] == len(VALUES)
    assert found["error"] > 0
    assert {entry["properties"]["colour"] for entry in found["features"]} >= {
        "#00E400",
        "#FFFF00",
    }


def test_fewer_than_four_stations_are_refused_with_a_reason(
    stations: list[Any],
) -> None:
    StationIndex.objects.filter(station__in=stations[:2]).delete()
    found = queries.surface("vn_aqi", everything(), HOUR)
    assert found["features"] == []
    assert found["hour"] is None
    assert "4" in found["reason"]


def test_late_values_make_another_surface_at_once(stations: list[Any]) -> None:
    before = queries.surface("vn_aqi", everything(), HOUR)
    StationIndex.objects.filter(station=stations[0]).update(value=90)
    after = queries.surface("vn_aqi", everything(), HOUR)
    assert after["error"] != before["error"]


def test_an_hour_before_stands_in_while_the_newest_is_not_worked_out(
    stations: list[Any],
) -> None:
    later = queries.surface("vn_aqi", everything(), HOUR + timedelta(hours=2))
    assert later["hour"] == HOUR.isoformat()
    gone = queries.surface("vn_aqi", everything(), HOUR + timedelta(hours=9))
    assert gone["features"] == []


def test_only_stations_that_the_caller_may_see_enter_it(stations: list[Any]) -> None:
    own = Grant(
        layers=frozenset({"stations"}),
        units=frozenset(one.unit_id for one in stations[:4]),
    )
    assert queries.surface("vn_aqi", own, HOUR)["stations"] == 4
    less = Grant(layers=frozenset({"stations"}), units=frozenset())
    assert queries.surface("vn_aqi", less, HOUR)["features"] == []


def test_the_address_refuses_what_it_does_not_know(client: Any, cast: Any) -> None:
    client.force_login(cast["operator"])
    assert client.get("/api/v1/stations/surface?what=gold").status_code == 422
    bare = client.get("/api/v1/stations/surface?at=2026-11-20T05:00:00")
    assert bare.status_code == 422
    good = client.get("/api/v1/stations/surface?what=PM2.5&at=2026-11-20T05:00:00Z")
    assert good.status_code == 200
    assert good.json()["features"] == []
