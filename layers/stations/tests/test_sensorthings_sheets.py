"""Values of stations that people hand in as Excel or CSV."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from layers.core.scope import Grant, everything
from layers.core.uploads import running, services
from layers.core.uploads.contract import importers
from layers.core.uploads.models import State, Upload
from layers.stations.models import Observation, Series

from .helpers import NOON, send, station, values

HEADS = ("station", "symbol", "at", "value", "unit", "status")
FIVE = datetime(2026, 11, 20, 19, 5)  # noqa: DTZ001 (as Excel keeps it: local)


@pytest.fixture
def place(db):
    found = station("effluent", code="TH_ONE", unit_id=1)
    send(values(found, ("COD", NOON, 40.0)))
    return found


def book(*rows) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(HEADS)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def hand_in(
    cast, body: bytes, name="values.xlsx", grant: Grant | None = None
) -> Upload:
    upload = services.receive(
        importers["station_values"],
        name=name,
        body=body,
        by_id=cast["environment"].pk,
        grant=grant or everything(),
        options={},
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def commit(upload: Upload, cast) -> Upload:
    services.ask_commit(
        upload.pk,
        by_id=cast["environment"].pk,
        grant=everything(),
        accept_warnings=True,
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def counting() -> list[tuple[str, float]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.parameter, v.value FROM stations_valid v JOIN stations_series s"
            " ON s.id = v.series_id ORDER BY 1, v.at"
        )
        return cursor.fetchall()


def test_values_are_previewed_committed_like_others_and_can_be_taken_back(place, cast):
    body = book(
        ("TH_ONE", "COD", "20/11/2026 19:00", 40, "mg/L", "00"),  # known
        ("TH_ONE", "COD", FIVE, "41,5", "mg/l", None),
        ("TH_ONE", "pH", "2026-11-20T12:05:00Z", 7.125, None, "00"),
        ("TH_ONE", "COD", "20261120191000", None, None, "02"),
    )
    upload = hand_in(cast, body)
    assert upload.state == State.CHECKED, list(upload.problems.values())
    assert upload.preview == {"same": 1, "new": 3, "changed": 0}
    assert commit(upload, cast).state == State.COMMITTED
    assert counting() == [("COD", 40.0), ("COD", 41.5), ("pH", 7.125)]
    assert Observation.objects.filter(batch_id=-upload.pk).count() == 3
    services.undo(upload.pk, by_id=cast["environment"].pk, reason="wrong file")
    assert counting() == [("COD", 40.0)]
    assert Observation.objects.count() == 4


def test_a_corrected_value_gives_way_to_the_one_before_when_taken_back(place, cast):
    upload = hand_in(cast, book(("TH_ONE", "COD", "20/11/2026 19:00", 44, None, None)))
    assert upload.preview == {"same": 0, "new": 0, "changed": 1}
    commit(upload, cast)
    assert counting() == [("COD", 44.0)]
    services.undo(upload.pk, by_id=cast["environment"].pk, reason="typing mistake")
    assert counting() == [("COD", 40.0)]


def test_each_mistake_is_named_by_its_cell_and_nothing_is_stored(place, cast):
    body = book(
        ("TH_NONE", "COD", "20/11/2026 19:05", 1, None, None),
        ("TH_ONE", "Xyz", "20/11/2026 19:05", 1, None, None),
        ("TH_ONE", "COD", "yesterday", 1, None, None),
        ("TH_ONE", "COD", "20/11/2096 19:05", 1, None, None),
        ("TH_ONE", "COD", "20/11/2026 19:10", "much", None, None),
        ("TH_ONE", "COD", "20/11/2026 19:15", 1, "µg/L", None),
        ("TH_ONE", "COD", "20/11/2026 19:20", 1, None, "09"),
        ("TH_ONE", "COD", "20/11/2026 19:15", 2, None, None),
    )
    upload = hand_in(cast, body)
    assert upload.state == State.REFUSED
    found = set(upload.problems.values_list("cell", "reason"))
    assert {
        ("A2", "no_station"), ("B3", "no_symbol"), ("C4", "not_moment"),
        ("C5", "ahead"), ("D6", "no_value"), ("E7", "other_unit"), ("F8", "not_listed"),
    } <= found  # fmt: skip
    assert Observation.objects.count() == 1


def test_a_csv_with_the_point_of_loggers_is_read(place, cast):
    text = "station;symbol;at;value\nTH_ONE;pH;2026-11-20 19:05;7.125\n"
    upload = hand_in(cast, text.encode(), "values.csv")
    assert upload.state == State.CHECKED, list(upload.problems.values())
    commit(upload, cast)
    assert ("pH", 7.125) in counting()


def test_stations_of_other_units_are_not_known_to_who_hands_in(place, cast):
    grant = Grant(layers=frozenset({"stations"}), units=frozenset({2}))
    body = book(("TH_ONE", "COD", "20/11/2026 19:05", 1, None, None))
    upload = hand_in(cast, body, grant=grant)
    reasons = set(upload.problems.values_list("reason", flat=True))
    assert (upload.state, reasons) == (State.REFUSED, {"no_station"})
    assert Series.objects.count() == 1
