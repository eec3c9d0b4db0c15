"""Whatever the order and repetition of deliveries: the same hours, days, states."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.stations.ingest import rollups
from layers.stations.models import Day, Hour, Latest, Series, Station, StationState
from layers.stations.tests.helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db

# Round five hours and two local midnights (17:00 UTC), on and off the hour.
STARTS = [NOON - 86_400 + 17_400, NOON + 15_000, NOON + 20_700]
Row = tuple[str, float, float, int]


@st.composite
def deliveries(draw: Any) -> tuple[list[list[Row]], list[int]]:
    """Files of one station in the order of time, and an order in which they come:
    every one at least once, some again."""
    files: list[list[Row]] = []
    for start in STARTS:
        for step in range(draw(st.integers(1, 14))):
            at = start + 300 * step
            value = draw(st.sampled_from([0.1, 0.2, 0.7, 1e-9, 812.25, 20_000.0]))
            status = draw(st.sampled_from([0, 0, 0, 1, 2]))
            files.append([("COD", at, value, status), ("pH", at, 7.1, 0)])
    order = draw(st.permutations(range(len(files))))
    again = draw(st.lists(st.sampled_from(range(len(files))), max_size=8))
    return files, [*order, *again]


def seen(where: Station) -> list[Any]:
    """Everything that is worked out for a station, without its numbers."""
    names = dict(Series.objects.filter(station=where).values_list("pk", "parameter"))
    found: list[Any] = []
    for model in (Hour, Day, Latest):
        own = ("series_id", "pk", "received_at", "series")
        columns = [f.name for f in model._meta.fields if f.name not in own]
        rows = model.objects.filter(series_id__in=names).values_list(
            "series_id", *columns
        )
        found.append(sorted((names[pk], *map(repr, rest)) for pk, *rest in rows))
    state = StationState.objects.filter(station=where).values().get()
    state.pop("station_id")
    return [*found, state]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sent=deliveries(), grouped=st.integers(1, 12))
def test_any_order_and_repetition_gives_the_same_rows(db, sent, grouped):
    files, order = sent
    number = Station.objects.count()
    straight = station("effluent", f"TH_S{number}", limit_column="B")
    for file in files:
        send(values(straight, *file))
    shuffled = station("effluent", f"TH_M{number}", limit_column="B")
    for start in range(0, len(order), grouped):
        some = [row for n in order[start : start + grouped] for row in files[n]]
        send(values(shuffled, *some))
    assert seen(straight) == seen(shuffled)


def test_hours_hold_what_the_judged_values_say():
    plant = station("effluent", limit_column="B")
    rng = np.random.default_rng(8)
    rows = [
        ("COD", NOON + 300 * n, float(v), int(n % 7 == 0) * int(n % 3))
        for n, v in enumerate(rng.uniform(10, 90, 60))
    ]
    send(values(plant, *rows, ("COD", NOON + 900, 33.0)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('hour', at - interval '1 microsecond')"
            " + interval '1 hour', count(*), count(*) FILTER (WHERE status = 0),"
            " count(*) FILTER (WHERE valid), min(value) FILTER (WHERE valid),"
            " sum(value ORDER BY at) FILTER (WHERE valid)"
            " FROM stations_judged GROUP BY 1 ORDER BY 1"
        )
        expected = cursor.fetchall()
    assert len(expected) == 6
    found = Hour.objects.order_by("hour").values_list(
        "hour", "received", "measured", "valid", "least", "total"
    )
    assert list(found) == expected
    hour = Hour.objects.get(hour=datetime.fromtimestamp(NOON + 3600, UTC))
    assert hour.mean == pytest.approx(hour.total / hour.valid)


def test_a_value_on_the_hour_belongs_to_the_hour_that_it_ends():
    gauge = station("rain")
    send(values(gauge, ("Rain", NOON, 0.2), ("Rain", NOON + 0.5, 0.4)))
    hours = Hour.objects.order_by("hour").values_list("hour", "total")
    assert list(hours) == [
        (datetime.fromtimestamp(NOON, UTC), 0.2),
        (datetime.fromtimestamp(NOON + 3600, UTC), 0.4),
    ]


def test_rolling_up_again_changes_nothing():
    plant = station("effluent", limit_column="B")
    send(values(plant, *[("COD", NOON + 300 * n, 20.0 + n) for n in range(200)]))
    before = seen(plant)
    Hour.objects.all().delete()
    Day.objects.all().delete()
    known = rollups.days_stored()
    assert known is not None
    assert len(list(rollups.rebuild(*known))) == 2
    assert seen(plant) == before
