from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from layers.core.models import Event
from layers.stations.ingest import partitions, states
from layers.stations.models import (
    Latest,
    Limit,
    Observation,
    Station,
    StationIndex,
    StationState,
)
from layers.stations.tests.helpers import NOON, hour, send, station, values

pytestmark = pytest.mark.django_db


def stored() -> list[tuple[object, ...]]:
    return sorted(
        Observation.objects.values_list(
            "series_id", "at", "version", "value", "status", "qc"
        )
    )


def judged(where: Station, at: float) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, parameter, value, ratio, aqi, level_m, alarm_level,"
            " rain_24h_mm FROM stations_state_at(%s, %s::timestamptz[])",
            [[where.pk], [datetime.fromtimestamp(at, UTC)]],
        )
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def test_the_same_file_twice_adds_nothing():
    plant = station("effluent", limit_column="B")
    file = values(plant, ("COD", NOON, 61.2), ("pH", NOON, 7.21), ("TSS", NOON, 34.8))
    assert not send(file).duplicate.any()
    before = stored()
    again = send(file)
    assert again.duplicate.all()
    assert again.observed is None
    assert stored() == before


def test_a_different_later_value_is_a_new_version_and_the_first_one_stays():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("COD", NOON, 61.2)))
    send(values(plant, ("COD", NOON, 63.0)))
    assert [(row[2], row[3]) for row in stored()] == [(1, 61.2), (2, 63.0)]
    assert Latest.objects.get().value == 63.0
    # the first file comes once more: it is known, and changes nothing
    assert send(values(plant, ("COD", NOON, 61.2))).duplicate.all()
    assert Latest.objects.get().value == 63.0
    assert judged(plant, NOON)["value"] == 63.0


def test_files_in_reversed_order_lead_to_the_same_rows_and_states():
    results = []
    for code, order in (("TH_A", 1), ("TH_B", -1)):
        air = station("air", code)
        files = [
            values(air, ("PM2.5", NOON - 300 * n, 20.0 + n), ("SO2", NOON - 300 * n, n))
            for n in range(40)
        ][::order]
        for file in files:
            send(file)
        now = StationState.objects.get(station=air)
        index = StationIndex.objects.filter(station=air).order_by("at")
        results.append(
            (
                list(
                    Observation.objects.filter(series__station=air)
                    .order_by("series__parameter", "at")
                    .values_list("at", "value", "version")
                ),
                list(index.exclude(value=None).values_list("at", "value", "parts")),
                (now.at, now.value, now.aqi, now.ratio, now.parameter),
            )
        )
    assert results[0] == results[1]
    assert results[0][1], "no hourly index was computed"


def test_a_late_file_does_not_move_the_newest_value_back():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("COD", NOON, 60.0)))
    late = send(values(plant, ("COD", NOON - 600, 190.0)))
    assert Latest.objects.get().value == 60.0
    assert late.observed is not None
    assert not late.observed.newest.any()
    # but the rules see what it was at its own time
    assert np.nanmax(late.observed.values["ratio"]) == pytest.approx(
        190 / 150, abs=1e-3
    )
    assert StationState.objects.get().value == 60.0


def test_only_status_00_enters_the_state():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("COD", NOON, 60.0)))
    send(values(plant, ("COD", NOON + 300, 900.0, 1), ("TSS", NOON + 300, 0.0, 2)))
    found = judged(plant, NOON + 300)
    assert found["value"] == 60.0
    assert found["state"] == "fault"
    applied = send(values(plant, ("COD", NOON + 600, 900.0, 1)))
    assert applied.observed is not None
    assert np.isnan(applied.observed.values["cod"]).all()


def test_a_value_outside_the_plausible_range_is_kept_but_not_believed():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("pH", NOON, 7.2)))
    send(values(plant, ("pH", NOON + 300, 15.0)))
    assert Observation.objects.get(value=15.0).qc == 4
    assert judged(plant, NOON + 300)["value"] == 7.2


def test_an_exceedance_makes_the_station_over_and_one_event():
    plant = station("effluent", limit_column="B")
    now = float(timezone.now().timestamp() // 300 * 300)
    send(values(plant, ("COD", now - 300, 61.0)))
    applied = send(values(plant, ("COD", now, 182.5)))
    assert StationState.objects.get().state == "over"
    assert applied.observed is not None
    assert applied.observed.newest.all()
    assert np.nanmax(applied.observed.values["ratio"]) == pytest.approx(
        182.5 / 150, abs=1e-3
    )
    assert applied.observed.values["cod"][0] == 182.5
    event = Event.objects.get(layer="stations")
    assert (event.old, event.new["state"]) == ({"state": "ok"}, "over")
    send(values(plant, ("COD", now, 182.5)))
    assert Event.objects.filter(layer="stations").count() == 1


def test_a_permit_replaces_the_general_limit_for_its_station_only():
    strict = station("effluent", "TH_STRICT", limit_column="B")
    plain = station("effluent", "TH_PLAIN", limit_column="B")
    Limit.objects.create(
        kind="effluent", station=strict, parameter="COD", averaging_minutes=0,
        value=60, unit="mg/L", legal_source="permit 12", valid_from=date(2020, 1, 1),
    )  # fmt: skip
    for plant in (strict, plain):
        send(values(plant, ("COD", NOON, 90.0)))
    assert judged(strict, NOON)["ratio"] == 1.5
    assert judged(plain, NOON)["ratio"] == 0.6


def test_ph_is_judged_between_its_two_limits():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("pH", NOON, 7.25), ("pH", NOON + 300, 5.4)))
    assert judged(plant, NOON)["ratio"] == 0
    low = judged(plant, NOON + 300)
    assert low["state"] == "over"
    assert low["ratio"] == pytest.approx(1.85 / 1.75, abs=1e-3)


@pytest.mark.parametrize(("year", "limit"), [(2025, 50), (2026, 45)])
def test_the_daily_limit_of_fine_dust_falls_to_45_in_2026(year, limit):
    air = station("air")
    end = datetime(year, 12, 1, tzinfo=UTC).timestamp()
    send(values(air, *[("PM2.5", end - 300 * n, 46.0 + n % 2 * 2) for n in range(288)]))
    assert judged(air, end)["ratio"] == pytest.approx(47 / limit, abs=1e-3)


def test_an_average_without_three_quarters_of_its_values_is_not_judged():
    air = station("air")
    send(values(air, *[("PM2.5", NOON - 300 * n, 90.0) for n in range(200)]))
    assert judged(air, NOON)["ratio"] is None


def test_late_hours_change_the_index_of_the_hours_after_them():
    air = station("air")
    newest = [*hour(NOON, 20.0), *hour(NOON - 3600, 20.0)]
    send(values(air, *newest))
    assert StationIndex.objects.get(at=datetime.fromtimestamp(NOON, UTC)).value == 40
    send(values(air, *hour(NOON - 7200, 80.0)))
    found = StationIndex.objects.get(at=datetime.fromtimestamp(NOON, UTC))
    # weights 1, 0.5, 0.25 over 20, 20, 80
    assert found.parts["PM2.5"] == pytest.approx((20 + 10 + 20) / 1.75 * 2, abs=0.06)
    assert StationState.objects.get().aqi == found.value
    assert found.parameter == "PM2.5"


def test_an_hour_needs_nine_of_twelve_values():
    air = station("air")
    send(values(air, *hour(NOON, 20.0), *hour(NOON - 3600, 20.0)[:8]))
    assert not StationIndex.objects.exclude(value=None).exists()


def test_a_river_is_judged_against_the_levels_that_are_known():
    river = station("river", levels=(4.0, None, 6.5))
    levels = [3.2, 3.7, 4.1, 6.6]
    send(values(river, *[("Level", NOON + 3600 * n, v) for n, v in enumerate(levels)]))
    found = [judged(river, NOON + 3600 * n) for n in range(4)]
    assert [row["state"] for row in found] == ["ok", "near", "over", "over"]
    assert [row["alarm_level"] for row in found] == [0, 0, 1, 3]


def test_rain_is_the_sum_of_24_hours():
    gauge = station("rain")
    day = [("Rain", NOON - 300 * n, 0.1 + n % 2 * 0.2) for n in range(300)]
    send(values(gauge, *day))
    assert judged(gauge, NOON)["rain_24h_mm"] == pytest.approx(57.6)
    assert judged(gauge, NOON)["state"] == "near"


def test_a_silent_station_is_noticed_once_and_comes_back():
    plant = station("effluent", limit_column="B")
    now = float(timezone.now().timestamp() // 300 * 300)
    send(values(plant, ("COD", now, 61.0)))
    StationState.objects.update(at=timezone.now() - timedelta(minutes=40))
    assert states.mark_silent() == 1
    assert states.mark_silent() == 0
    assert StationState.objects.get().state == "silent"
    assert Event.objects.get().new["state"] == "silent"
    send(values(plant, ("COD", now + 60, 61.0)))
    assert StationState.objects.get().state == "ok"


def test_a_new_month_takes_its_values_out_of_the_default_partition():
    plant = station("effluent", limit_column="B")
    at = datetime(2021, 3, 31, 16, 59, tzinfo=UTC)
    send(values(plant, ("COD", at.timestamp(), 61.0)))
    place = "SELECT tableoid::regclass::text FROM stations_observation"
    with connection.cursor() as cursor:
        cursor.execute(place)
        assert cursor.fetchone() == ("stations_observation_default",)
        made = partitions.ensure(at)
        assert "stations_observation_202103" in made
        cursor.execute(place)
        assert cursor.fetchone() == ("stations_observation_202103",)
    assert partitions.ensure(at) == []
    assert send(values(plant, ("COD", at.timestamp(), 61.0))).duplicate.all()
