"""Expected, received and valid values: what is expected when, and who may see it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from layers.core.scope import Grant, everything
from layers.stations.completeness import months
from layers.stations.completeness.queries import Count, days, hours
from layers.stations.ingest import partitions
from layers.stations.models import Instrument, Series, Station

from .helpers import send, station, values

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 18)
MIDNIGHT = datetime(2026, 11, 18, tzinfo=ZONE).timestamp()
LATER = datetime(2026, 11, 25, tzinfo=ZONE)


@pytest.fixture
def plant() -> Station:
    partitions.ensure(datetime(2026, 11, 1, tzinfo=ZONE))
    return station("effluent", installed_at=date(2026, 11, 18), owner="Mill")


def uneven(n: int) -> float:
    """A value that no test finds anything in."""
    return 40.0 + n % 7 + n % 5


def sent(where: Station, first: int, last: int, status: int = 0) -> None:
    """Values number ``first`` to ``last`` of the day, one each five minutes."""
    send(
        values(
            where,
            *(
                ("COD", MIDNIGHT + 300.0 * n, uneven(n), status)
                for n in range(first, last + 1)
            ),
        )
    )


def of_day(where: Station, day: date = DAY, now: datetime = LATER) -> Count | None:
    return next((row.count for row in days([where.pk], day, day, now)), None)


def test_a_whole_day_is_288_values_and_midnight_belongs_to_the_day_it_ends(
    plant: Station,
) -> None:
    sent(plant, 1, 288)
    assert of_day(plant) == Count(288, 288, 288, 288)
    assert of_day(plant, DAY + timedelta(days=1)) == Count(288, 0, 0, 0)


def test_what_is_calibrated_is_received_but_neither_measured_nor_valid(
    plant: Station,
) -> None:
    sent(plant, 1, 100)
    sent(plant, 101, 112, status=1)
    assert of_day(plant) == Count(288, 112, 100, 100)


def test_the_same_file_again_changes_nothing(plant: Station) -> None:
    for _ in range(2):
        sent(plant, 1, 12)
    assert of_day(plant) == Count(288, 12, 12, 12)


def test_more_values_than_expected_do_not_make_up_for_missing_ones(
    plant: Station,
) -> None:
    rows = [("COD", MIDNIGHT + 60.0 * n, uneven(n)) for n in range(1, 400)]
    send(values(plant, *rows))
    found = of_day(plant)
    assert found == Count(288, 288, 288, 288)


def test_a_day_that_is_not_over_counts_up_to_now(plant: Station) -> None:
    sent(plant, 1, 24)
    found = of_day(plant, now=datetime(2026, 11, 18, 2, 2, tzinfo=ZONE))
    assert found == Count(24, 24, 24, 24)
    assert of_day(plant, DAY, datetime(2026, 11, 17, 9, tzinfo=ZONE)) is None


def test_nothing_is_expected_before_the_installation(plant: Station) -> None:
    sent(plant, 1, 12)
    assert of_day(plant, DAY - timedelta(days=1)) is None


def test_a_station_that_never_sent_is_expected_from_its_installation(
    plant: Station,
) -> None:
    Series.objects.create(station=plant, parameter="COD", unit="mg/L")
    Station.objects.filter(pk=plant.pk).update(
        created_at=datetime(2026, 11, 19, 15, tzinfo=ZONE)
    )
    assert of_day(plant) is None
    assert of_day(plant, date(2026, 11, 19)) == Count(288)


def test_an_hourly_series_is_expected_24_times_a_day(plant: Station) -> None:
    sent(plant, 1, 1)
    Series.objects.filter(station=plant).update(averaging_minutes=60)
    found = of_day(plant)
    assert found is not None
    assert found.expected == 24


def test_a_removed_instrument_and_a_series_out_of_use_are_not_expected(
    plant: Station,
) -> None:
    sent(plant, 1, 288)
    series = Series.objects.get(station=plant)
    series.instrument = Instrument.objects.create(
        station=plant, title="Analyser", removed_on=date(2026, 11, 20)
    )
    series.save()
    assert of_day(plant, date(2026, 11, 19)) == Count(288)
    assert of_day(plant, date(2026, 11, 20)) is None
    series.active, series.instrument = False, None
    series.save()
    # up to the day of its last value
    assert of_day(plant) == Count(288, 288, 288, 288)
    assert of_day(plant, date(2026, 11, 19)) is None


def test_a_station_out_of_use_is_not_expected_until_it_is_used_again(
    plant: Station,
) -> None:
    sent(plant, 1, 288)
    today = timezone.localdate()
    now = timezone.now() + timedelta(days=1)
    assert of_day(plant, today, now) is not None
    Station.objects.filter(pk=plant.pk).update(active=False)
    assert of_day(plant, today, now) is None
    Station.objects.filter(pk=plant.pk).update(active=True)
    assert of_day(plant, today, now) is not None
    assert of_day(plant) == Count(288, 288, 288, 288)


def test_hours_add_up_to_their_day(plant: Station) -> None:
    sent(plant, 1, 30)
    sent(plant, 270, 288)
    (cells,) = hours(plant.pk, DAY, LATER).values()
    assert [cell.received for cell in cells[:4]] == [12, 12, 6, 0]
    assert [cell.received for cell in cells[-3:]] == [0, 7, 12]
    assert sum(cells, Count()) == of_day(plant)


def test_a_month_of_an_owner_is_the_sum_of_its_stations(plant: Station) -> None:
    other = station("effluent", "TH_TWO", installed_at=DAY, owner="Mill")
    sent(plant, 1, 288)
    sent(other, 1, 144)
    month = months.Month(date(2026, 11, 1))
    now = datetime(2026, 11, 19, tzinfo=ZONE)
    chosen = months.stations(everything(), owner="Mill")
    (line,) = months.by_owner(month, chosen, now)
    assert line.total.count == Count(576, 432, 432, 432)
    assert [entry.total.share for entry in months.by_station(month, chosen, now)] == [
        1.0,
        0.5,
    ]
    assert line.cells[DAY.day - 1].band == "s2"
    assert line.cells[0].band == "none"


@pytest.mark.parametrize("text", ["", "2026-13", "9999-12", "x", "2026-11-01'"])
def test_a_month_that_means_nothing_is_this_one(text: str) -> None:
    assert months.month_of(text, DAY).first == date(2026, 11, 1)


def test_nobody_sees_the_stations_of_another_unit(plant: Station) -> None:
    sent(plant, 1, 12)
    nobody = Grant(layers=frozenset({"stations"}), units=frozenset({-1}))
    assert months.stations(nobody) == []


@pytest.mark.parametrize(
    "path",
    [
        "/stations/completeness/",
        "/stations/completeness/?by=owners&count=valid",
        "/stations/completeness/export.csv",
        "/stations/completeness/export.xlsx",
        "/stations/completeness/{pk}/?month=2026-11",
        "/stations/completeness/{pk}/2026-11-18/",
        "/api/v1/stations/completeness?month=2026-11",
        "/api/v1/stations/{pk}/completeness?since=2026-11-18",
        "/api/v1/stations/{pk}/completeness?since=2026-11-01&until=2026-11-30",
    ],
)
def test_every_page_and_file_opens(
    client: Any, cast: Any, plant: Station, path: str
) -> None:
    sent(plant, 1, 12)
    client.force_login(cast["environment"])
    assert client.get(path.format(pk=plant.pk)).status_code == 200
    client.force_login(cast["outsider"])
    assert client.get(path.format(pk=plant.pk)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/stations/completeness/99999999/", 404),
        ("/stations/completeness/{pk}/2026-13-40/", 404),
        ("/stations/completeness/export.pdf", 404),
        ("/api/v1/stations/completeness?month=2026-13", 422),
        ("/api/v1/stations/completeness?by=colour", 422),
        ("/api/v1/stations/{pk}/completeness?since=2026-02-01&until=2026-01-01", 422),
    ],
)
def test_bad_addresses_get_a_clear_answer(
    client: Any, cast: Any, plant: Station, path: str, status: int
) -> None:
    client.force_login(cast["environment"])
    assert client.get(path.format(pk=plant.pk)).status_code == status


def test_the_json_says_per_cent_of_each_hour(
    client: Any, cast: Any, plant: Station
) -> None:
    sent(plant, 1, 15)
    client.force_login(cast["environment"])
    url = f"/api/v1/stations/{plant.pk}/completeness?since=2026-11-18"
    (series,) = client.get(url).json()["series"]
    assert [entry["received_percent"] for entry in series["counts"][:3]] == [
        100.0,
        25.0,
        0.0,
    ]
