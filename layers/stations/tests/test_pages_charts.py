"""What charts are drawn from: values, hours and days with limits and flags."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from layers.stations.models import AlarmLevel, Limit, Permit
from layers.stations.pages import bounds, calendar
from layers.stations.tests.helpers import NOON, hour, send, station, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(cast):
    def made(role: str = "environment") -> Client:
        client = Client()
        client.cookies["ioc_lang"] = "en"
        client.force_login(cast[role])
        return client

    return made


def iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")


def series(client: Client, pk: int, since: float, until: float, **more: str):
    answer = client.get(
        f"/api/v1/stations/{pk}/series", {"from": iso(since), "to": iso(until), **more}
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_values_come_with_flag_status_and_stretches_of_calibration(client_of):
    mill = station("effluent", limit_column="B")
    rows = [("COD", NOON - 300 * n, 60.0 + n) for n in range(4)]
    rows[1] = ("COD", NOON - 300, 61.0, 1)
    send(values(mill, *rows, ("pH", NOON, 99.0)))
    found = series(client_of(), mill.pk, NOON - 3600, NOON)
    assert found["step"] == "raw"
    cod, acid = found["series"]
    assert cod["at"] == [NOON - 900, NOON - 600, NOON - 300, NOON]
    assert cod["value"] == [63.0, 62.0, 61.0, 60.0]
    assert cod["valid"] == [True, True, False, True]
    assert cod["status"] == [0, 0, 1, 0]
    assert cod["bands"] == [
        {"kind": "calibrating", "from": NOON - 600, "to": NOON - 300}
    ]
    assert acid["flag"] == [4]
    assert acid["valid"] == [False]


def test_hours_have_mean_least_and_largest_and_rain_is_added_up(client_of):
    made = station("rain", "TH_RAIN")
    send(values(made, *[("Rain", NOON - 300 * n, 0.5) for n in range(12)]))
    found = series(client_of(), made.pk, NOON - 7200, NOON, step="hour")
    (rain,) = found["series"]
    assert rain["statistic"] == "sum"
    assert rain["at"] == [NOON]
    assert rain["value"] == [6.0]
    assert (rain["valid"], rain["expected"]) == ([12], 12)


def test_days_stand_at_their_local_midnight(client_of):
    air = station("air", "TH_AIR")
    send(values(air, *hour(NOON, 20.0), *hour(NOON - 3600, 40.0)))
    found = series(client_of(), air.pk, NOON - 86_400, NOON + 86_400, step="day")
    (dust,) = found["series"]
    midnight = datetime(2026, 11, 19, 17, tzinfo=UTC).timestamp()
    assert dust["at"] == [midnight]
    assert dust["value"] == [pytest.approx(30.0)]
    assert (dust["least"], dust["largest"]) == ([20.0], [40.0])


def test_limits_change_on_the_day_that_the_law_says(client_of):
    air = station("air", "TH_AIR")
    send(values(air, *hour(NOON, 20.0)))
    since = datetime(2025, 12, 30, tzinfo=UTC).timestamp()
    until = datetime(2026, 1, 3, tzinfo=UTC).timestamp()
    (dust,) = series(client_of(), air.pk, since, until)["series"]
    daily = [line for line in dust["limits"] if line["averaging_minutes"] == 1440]
    new_year = datetime(2025, 12, 31, 17, tzinfo=UTC).timestamp()
    assert [(line["value"], line["to"] <= new_year) for line in daily] == [
        (50.0, True), (45.0, False)
    ]  # fmt: skip
    assert daily[0]["to"] == daily[1]["from"] == new_year
    assert all("QCVN 05:2023" in line["legal_source"] for line in daily)


def test_the_days_of_a_permit_cut_the_limit_in_two():
    mill = station("effluent", "TH_MILL", limit_column="B")
    Limit.objects.filter(kind="effluent", parameter="COD").exclude(column="B").delete()
    Permit.objects.create(
        station=mill, number="12/GP", regulation="QCVN 40:2011/BTNMT", column="B",
        kq=0.9, kf=1.1, valid_from=date(2026, 6, 1),
    )  # fmt: skip
    found = bounds.of_stations([mill], date(2026, 5, 1), date(2026, 7, 1))[mill.pk]
    cod = [bound for bound in found if bound.limit.parameter == "COD"]
    assert [(b.since, b.until) for b in cod] == [
        (date(2026, 5, 1), date(2026, 6, 1)), (date(2026, 6, 1), date(2026, 7, 1))
    ]  # fmt: skip
    assert [round(b.limit.value, 1) for b in cod] == [150.0, 148.5]


def test_a_river_shows_its_alarm_levels_of_then(client_of):
    river = station("river", "TH_GIANG")
    AlarmLevel.objects.create(
        station=river, number=1, value_m=4.0, legal_source="x",
        valid_from=date(2020, 3, 20),
    )  # fmt: skip
    send(values(river, ("Level", NOON, 3.2)))
    (level,) = series(client_of(), river.pk, NOON - 3600, NOON)["series"]
    assert [(line["number"], line["value"]) for line in level["levels"]] == [(1, 4.0)]


def test_only_the_parameters_asked_for_are_read(client_of):
    mill = station("effluent", "TH_MILL")
    send(values(mill, ("COD", NOON, 60.0), ("pH", NOON, 7.0)))
    found = series(client_of(), mill.pk, NOON - 3600, NOON, p="pH")
    assert [entry["parameter"] for entry in found["series"]] == ["pH"]


def test_a_station_of_another_unit_is_not_there(client_of, cast):
    made = station("air", "TH_AIR", unit_id=990_001)
    client = client_of("outsider")
    for path in (
        f"/api/v1/stations/{made.pk}/series",
        f"/api/v1/stations/{made.pk}/around",
        f"/stations/{made.pk}/",
        f"/stations/{made.pk}/calendar/",
        f"/stations/{made.pk}/series.csv",
    ):
        assert client.get(path).status_code in (403, 404), path


@pytest.mark.parametrize(
    "asked", ["from=x", "step=week", "from=2000-01-01&step=raw", "to=2026-99-01"]
)
def test_a_span_that_cannot_be_read_is_told_and_never_breaks(client_of, asked):
    made = station("air", "TH_AIR")
    client = client_of()
    answer = client.get(f"/api/v1/stations/{made.pk}/series?{asked}")
    assert answer.status_code == 422
    assert (
        asked.split("=")[0] in answer.json()["detail"]
        or "31" in answer.content.decode()
    )
    assert client.get(f"/stations/{made.pk}/series.csv?{asked}").status_code == 400


def test_the_calendar_tells_daily_means_against_the_limit_of_the_day():
    air = station("air", "TH_AIR")
    send(values(air, *hour(NOON, 60.0), *hour(NOON - 3600, 60.0)))
    cells, _keys = calendar.calendar(air, "PM2.5", 2026)
    assert len(cells) == 365
    (day,) = [cell for cell in cells if cell.band != "none"]
    assert (day.day, day.band) == (date(2026, 11, 20), "over")
    assert cells[0].weekday == 3  # 1 January 2026 is a Thursday
