from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.stations.indices import services
from layers.stations.ingest import rollups
from layers.stations.models import IndexMethod, Series, StationIndex
from layers.stations.tests.helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db

HOUR = 3_600
# 17:00 UTC is midnight in Asia/Ho_Chi_Minh
MIDNIGHT = datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp()
Rows = list[tuple]


def full(
    name: str, end: float, mean: float, count: int = 12, step: float = 300
) -> Rows:
    """Five-minute values up to ``end`` with a mean; no two neighbours are alike."""
    wave = [0.04, -0.02, 0.03, -0.05, 0.02, -0.02]
    return [(name, end - step * n, mean * (1 + wave[n % 6])) for n in range(count)]


def index(where, at: float, period: str = "hour") -> StationIndex:
    return StationIndex.objects.get(
        station=where, period=period, at=datetime.fromtimestamp(at, UTC)
    )


def table(where) -> Rows:
    return list(
        StationIndex.objects.filter(station=where)
        .order_by("kind", "period", "at")
        .values_list("kind", "period", "at", "value", "parameter", "parts", "reason")
    )


def test_an_hour_is_worked_out_from_the_hours_before_it():
    air = station("air")
    send(values(air, *full("PM2.5", NOON, 40.0), *full("PM2.5", NOON - HOUR, 80.0)))
    found = index(air, NOON)
    # weights 1 and 0.5: 53.33, which lies in 50 to 80
    assert found.parts["PM2.5"] == pytest.approx(
        100 + (160 / 3 - 50) / 30 * 50, abs=0.1
    )
    assert (found.value, found.parameter, found.reason) == (106, "PM2.5", "")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (full("SO2", NOON, 40.0), "no_particles"),
        (full("PM2.5", NOON, 40.0), "nowcast_two_of_three"),
        ([*full("PM2.5", NOON, 40.0, 8), *full("PM2.5", NOON - HOUR, 40.0, 8)],
         "too_few_values"),
    ],
)  # fmt: skip
def test_an_hour_that_cannot_be_worked_out_says_why(rows, reason):
    air = station("air")
    send(values(air, *rows))
    found = index(air, NOON)
    assert (found.value, found.parameter, found.reason) == (None, "", reason)


def test_a_unit_that_cannot_be_converted_is_the_reason():
    air = station("air")
    Series.objects.create(station=air, parameter="PM2.5", unit="ppb")
    send(values(air, *full("PM2.5", NOON, 40.0), *full("PM2.5", NOON - HOUR, 40.0)))
    assert index(air, NOON).reason == "unit"


def test_gases_in_ppb_are_converted():
    air = station("air")
    Series.objects.create(station=air, parameter="SO2", unit="ppb")
    hours = [row for n in range(3) for row in full("PM10", NOON - n * HOUR, 20.0)]
    send(values(air, *hours, *full("SO2", NOON, 100.0)))
    # 262 micrograms: 50 + (262 - 125) / 225 x 50
    assert index(air, NOON).parts["SO2"] == pytest.approx(80.4, abs=0.1)
    assert index(air, NOON).parameter == "SO2"


def test_a_late_hour_moves_the_eleven_hours_after_it():
    air = station("air")
    later = [row for n in range(12) for row in full("PM2.5", NOON + n * HOUR, 30.0)]
    send(values(air, *later))
    before = {row[2]: row[3] for row in table(air)}
    send(values(air, *full("PM2.5", NOON - HOUR, 90.0)))
    after = {row[2]: row[3] for row in table(air)}
    moved = [at for at in before if before[at] != after[at]]
    assert moved, "a late hour changed nothing"
    assert max(moved) <= datetime.fromtimestamp(NOON + 10 * HOUR, UTC)
    assert min(after) == datetime.fromtimestamp(NOON - HOUR, UTC)


def test_every_order_of_files_leads_to_the_same_rows():
    files = [
        [
            *full("PM2.5", NOON + n * HOUR, 20.0 + 3 * n),
            *full("SO2", NOON + n * HOUR, 9.0),
        ]
        for n in range(8)
        if n != 3  # a hole
    ]
    files.append([("Temp", NOON + 11 * HOUR, 20.0)])
    orders = [range(8), reversed(range(8)), (4, 0, 7, 2, 6, 1, 5, 3)]
    results = []
    for number, order in enumerate(orders):
        air = station("air", f"TH_{number}")
        for n in order:
            send(values(air, *files[n]))
        results.append([row for row in table(air) if row[1] == "hour"])
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 12


def test_the_hours_that_end_while_a_station_is_silent_are_worked_out_when_it_speaks():
    air = station("air")
    send(values(air, *full("PM2.5", NOON, 40.0), *full("PM2.5", NOON - HOUR, 40.0)))
    send(values(air, ("Temp", NOON + 30 * HOUR, 20.0)))
    # one more hour has two of three, the others say why there is none
    assert index(air, NOON + HOUR).value == 80
    assert index(air, NOON + 2 * HOUR).reason == "nowcast_two_of_three"
    assert index(air, NOON + 11 * HOUR).reason == "nowcast_two_of_three"
    last = StationIndex.objects.filter(station=air, period="hour").latest("at")
    assert last.at == datetime.fromtimestamp(NOON + 11 * HOUR, UTC)


def day_of_air(**means: float) -> Rows:
    rows = []
    for name, mean in means.items():
        rows += full(name, MIDNIGHT, mean, 288)
    return rows


def test_a_day_of_air_has_its_mean_of_dust_and_its_largest_hour_of_gas():
    air = station("air")
    peak = [(name, at, value * 5) for name, at, value in full("SO2", MIDNIGHT, 90.0)]
    rest = full("SO2", MIDNIGHT - HOUR, 90.0, 276)
    send(values(air, *day_of_air(PM10=100.0), *peak, *rest))
    found = index(air, MIDNIGHT, "day")
    assert found.parts["PM10"] == pytest.approx(75, abs=0.2)
    assert found.parts["SO2"] == pytest.approx(125, abs=0.2)
    assert (found.value, found.parameter) == (125, "SO2")


def test_a_day_needs_eighteen_hours_of_dust():
    air = station("air")
    send(values(air, *full("PM10", MIDNIGHT, 100.0, 17 * 12)))
    assert index(air, MIDNIGHT, "day").reason == "too_few_values"
    send(values(air, *full("PM10", MIDNIGHT - 17 * HOUR, 100.0)))
    assert index(air, MIDNIGHT, "day").value == 75


def test_a_day_is_worked_out_when_it_has_ended():
    air = station("air")
    send(values(air, *full("PM10", MIDNIGHT - 300, 100.0, 280)))
    assert not StationIndex.objects.filter(period="day", value__isnull=False).exists()
    send(values(air, ("Temp", MIDNIGHT + 600, 20.0)))
    assert index(air, MIDNIGHT, "day").value == 75


CLEAN = {"pH": 7.2, "DO": 7.0, "COD": 20.0, "NH4": 0.4, "Temp": 25.0}


def water(end: float = NOON, **given: float) -> Rows:
    return [row for name, mean in given.items() for row in full(name, end, mean)]


def test_an_hour_of_water_has_its_scores_and_both_ways_of_aggregating():
    river = station("surface_water")
    send(values(river, *water(**{**CLEAN, "pH": 7.2})))
    found = index(river, NOON)
    assert found.parts["DO"] == pytest.approx(95.42, abs=0.5)
    assert found.parts["COD"] == pytest.approx(66.67, abs=0.5)
    assert found.parts["NH4"] == pytest.approx(66.67, abs=0.5)
    # no bacteria: the mean of group IV
    mean = (found.parts["DO"] + found.parts["COD"] + found.parts["NH4"]) / 3
    assert found.parts["weighted"] == pytest.approx(mean, abs=1e-4)
    assert found.parts["weighted"] == found.parts["equal"]
    assert found.value == int(mean + 0.5)
    assert found.parameter in ("COD", "NH4")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"pH": 7.0}, "no_group_iv"),
        ({"DO": 7.0}, "no_temperature"),
    ],
)
def test_water_that_cannot_be_worked_out_says_why(given, reason):
    river = station("surface_water")
    send(values(river, *water(**given)))
    assert index(river, NOON).reason == reason


def test_waste_water_has_no_index():
    plant = station("effluent")
    send(values(plant, *water(**CLEAN)))
    assert not StationIndex.objects.exists()


def test_the_method_of_the_day_decides_and_a_change_moves_what_is_stored():
    river = station("surface_water")
    send(values(river, *water(**CLEAN)))
    row = index(river, NOON)
    # as if bacteria had been measured: the two ways differ
    row.parts |= {"weighted": 64.4, "equal": 70.5}
    row.value = 64
    row.save()
    IndexMethod.objects.create(
        kind="vn_wqi", variant="equal", valid_from=date(2026, 11, 21)
    )
    assert services.choose_method() == 0
    IndexMethod.objects.update(valid_from=date(2026, 11, 20))
    assert services.choose_method() == 1
    assert index(river, NOON).value == 71
    assert services.choose_method() == 0


def test_working_out_again_changes_nothing():
    air = station("air")
    send(values(air, *day_of_air(PM10=100.0)))
    before = table(air)
    whole = datetime.fromtimestamp(MIDNIGHT, UTC)
    services.recompute([air.pk], whole - timedelta(days=2), whole)
    assert table(air) == before
    assert {row[1] for row in before} == {"hour", "day"}


def test_a_recompute_follows_hours_that_were_judged_anew():
    air = station("air")
    rows = [row for n in range(3) for row in full("PM2.5", NOON - n * HOUR, 40.0)]
    send(values(air, *rows))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stations_observation SET status = 2")
    series = Series.objects.get(station=air)
    rollups.touch_span([series.pk], NOON - 3 * HOUR, NOON)
    services.recompute(
        [air.pk], *(datetime.fromtimestamp(at, UTC) for at in (NOON - 3 * HOUR, NOON))
    )
    assert index(air, NOON).reason == "too_few_values"


def test_forty_stations_cost_as_many_queries_as_one():
    counts = []
    for number in (1, 12):
        places = [station("air", f"TH_{number}_{n}") for n in range(number)]
        for air in places:
            send(values(air, *full("PM2.5", NOON, 40.0)))
        at = datetime.fromtimestamp(NOON, UTC)
        with CaptureQueriesContext(connection) as seen:
            services.recompute([air.pk for air in places], at, at)
        counts.append(len(seen))
    assert counts[0] == counts[1]
