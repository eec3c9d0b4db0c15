"""Areas of warnings, their languages, and what was known at a past moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.db import connection, transaction

from layers.core import ingest
from layers.core.cap import Area, Circle, Info, Message
from layers.hazard_warnings.areas import disc, shape_of
from layers.hazard_warnings.models import Warning as Row
from layers.hazard_warnings.services import Told, chosen

NOON = datetime(2026, 9, 14, 5, tzinfo=UTC)
SQUARE = ((105.7, 19.7), (105.9, 19.7), (105.9, 19.9), (105.7, 19.9), (105.7, 19.7))


def told(*infos: Info, identifier: str = "w1") -> Told:
    message = Message(
        identifier=identifier,
        sender="met.example",
        sent=NOON,
        status="Actual",
        kind="Alert",
        infos=infos,
    )
    return Told("cap", message, NOON + timedelta(minutes=1))


def take(*records: Told) -> None:
    with transaction.atomic():
        ingest.deliver("hazard_warnings", list(records))


def test_units_named_by_a_dated_code_are_drawn(province) -> None:
    named = Area(
        description="Hàm Rồng", geocodes=(("VN:GSO:commune:2025-07-01", "14758"),)
    )
    take(told(Info(event="Flood", areas=(named,))))
    unit_id = province.codes("commune", NOON.date())["14758"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Equals(w.geom, u.geom)"
            " FROM hazard_warnings_warning w, units_unit u WHERE u.id = %s",
            [unit_id],
        )
        assert cursor.fetchone() == (True,)


def test_codes_of_lists_that_nobody_knows_here_draw_nothing(province) -> None:
    area = Area(description="Elsewhere", geocodes=(("SAME", "14758"),))
    take(told(Info(event="Flood", areas=(area,))))
    assert Row.objects.get().geom is None


def test_drawn_parts_and_circles_are_joined() -> None:
    area = Area(description="x", polygons=(SQUARE,), circles=(Circle(105.9, 19.8, 20),))
    shape = shape_of([area])
    assert shape.geom_type == "MultiPolygon"
    assert shape.contains(shapely.Point(106.0, 19.8))
    assert shape.contains(shapely.Point(105.75, 19.75))


def test_a_crossed_outline_is_mended() -> None:
    bow = ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
    shape = shape_of([Area(description="x", polygons=(bow,))])
    assert shape.is_valid
    assert shape.area == pytest.approx(0.5)


def test_a_circle_is_as_wide_as_it_is_high_on_the_ground() -> None:
    west, south, east, north = disc(Circle(106, 60, 10)).bounds
    assert (east - west) * 0.5 == pytest.approx(north - south, rel=0.01)


def test_vietnamese_is_read_first() -> None:
    english, own = Info(event="Storm", language="en-US"), Info(event="Bão")
    assert chosen([english, own]) == [own]
    assert chosen([english]) == [english]


def test_the_past_shows_what_was_known_and_in_force_then(db) -> None:
    info = Info(event="Storm", expires=NOON + timedelta(hours=6))
    take(told(info))

    def known(at: datetime) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM hazard_warnings_as_of(%s)", [at])
            return cursor.fetchone()[0]

    moments = [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=7)]
    assert [known(at) for at in moments] == [0, 1, 0]
