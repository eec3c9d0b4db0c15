from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from layers.stations.indices import units
from layers.stations.ingest import rollups
from layers.stations.limits.queries import limits_at, limits_on
from layers.stations.models import Limit, Permit, Series
from layers.stations.tests.helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
OLD, NEW = "QCVN 40:2011/BTNMT", "QCVN 40:2025/BTNMT"


def permit(where, regulation: str = OLD, **facts) -> Permit:
    facts = {"number": "12/GP", "column": "B", "valid_from": date(2022, 1, 1), **facts}
    return Permit.objects.create(station=where, regulation=regulation, **facts)


def record(value: float, **facts) -> Limit:
    facts = {
        "kind": "effluent", "column": "B", "parameter": "COD", "averaging_minutes": 0,
        "unit": "mg/L", "legal_source": NEW, "valid_from": date(2025, 9, 1), **facts,
    }  # fmt: skip
    return Limit.objects.create(value=value, **facts)


def held(where, parameter: str, day: date = TODAY) -> dict[tuple[int, str], float]:
    return {
        (row.averaging_minutes, row.direction): row.value
        for row in limits_at([where.pk], day)[where.pk]
        if row.parameter == parameter
    }


def ratio(where, at: float) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ratio FROM stations_state_at(%s, %s::timestamptz[])",
            [[where.pk], [datetime.fromtimestamp(at, UTC)]],
        )
        (found,) = cursor.fetchone()
    return found


@pytest.mark.parametrize(
    ("day", "limit"), [(date(2025, 12, 31), 50), (date(2026, 1, 1), 45)]
)
def test_the_step_of_2026_for_fine_dust(day, limit):
    assert held(station("air"), "PM2.5", day) == {(1440, "upper"): limit}


def test_without_a_permit_the_column_of_the_station_holds():
    assert held(station("effluent", limit_column="A"), "COD") == {(0, "upper"): 75}


def test_a_permit_multiplies_what_is_scaled_and_nothing_else():
    plant = station("effluent", limit_column="A")
    permit(plant, kq=0.9, kf=1.1)
    assert held(plant, "COD") == {(0, "upper"): pytest.approx(150 * 0.99)}
    assert held(plant, "pH") == {(0, "lower"): 5.5, (0, "upper"): 9}
    (row,) = (r for r in limits_at([plant.pk], TODAY)[plant.pk] if r.parameter == "COD")
    assert (row.base_value, row.permit_number) == (150, "12/GP")
    assert row.factor == pytest.approx(0.99)
    send(values(plant, ("COD", NOON, 150.0)))
    assert ratio(plant, NOON) == pytest.approx(1 / 0.99, abs=1e-3)


def test_an_old_permit_keeps_its_edition_when_a_new_one_is_in_force():
    old, new = station("effluent", "TH_OLD"), station("effluent", "TH_NEW")
    plain = station("effluent", "TH_PLAIN", limit_column="B")
    permit(old)
    permit(new, NEW, valid_from=date(2025, 9, 1))
    record(90.0)
    assert held(old, "COD") == {(0, "upper"): 150}
    assert held(new, "COD") == {(0, "upper"): 90}
    assert held(plain, "COD") == {(0, "upper"): 90}
    assert held(plain, "COD", date(2025, 8, 31)) == {(0, "upper"): 150}


def test_where_no_figure_was_entered_nothing_holds():
    new = station("effluent", limit_column="B")
    permit(new, NEW)
    assert limits_at([new.pk], TODAY) == {new.pk: []}
    send(values(new, ("COD", NOON, 900.0)))
    assert ratio(new, NOON) is None


def test_a_permit_counts_on_its_days_only():
    plant = station("effluent", limit_column="A")
    permit(plant, valid_to=date(2024, 12, 31), kq=0.9)
    days = [date(2021, 12, 31), date(2022, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    cod = [held(plant, "COD", day)[0, "upper"] for day in days]
    assert cod == pytest.approx([75, 135, 135, 75])
    found = limits_on([(plant.pk, day) for day in days])
    assert {row.day for row in found} == set(days)


def test_the_limit_of_the_station_itself_wins_over_permit_and_regulation():
    plant = station("effluent")
    permit(plant, kq=0.9)
    record(60.0, station=plant, column="", legal_source="12/GP")
    assert held(plant, "COD") == {(0, "upper"): 60}
    assert held(plant, "TSS") == {(0, "upper"): 90}
    other = station("effluent", "TH_OTHER", limit_column="B")
    assert held(other, "COD") == {(0, "upper"): 150}


def test_a_limit_in_another_unit_is_converted():
    air = station("air")
    Series.objects.create(station=air, parameter="NO2", unit="ppb")
    rows = [("NO2", NOON - 300 * n, 100 + 0.5 * (n % 3)) for n in range(12)]
    send(values(air, *rows))
    assert ratio(air, NOON) == pytest.approx(100.5 * 1.882 / 200, abs=1e-3)


def test_a_value_in_a_unit_without_conversion_is_not_compared():
    plant = station("effluent", limit_column="B")
    Series.objects.create(station=plant, parameter="COD", unit="%")
    send(values(plant, ("COD", NOON, 90_000.0)))
    assert ratio(plant, NOON) is None


def test_units_are_the_same_in_the_database_and_in_python():
    with connection.cursor() as cursor:
        for gas in (*units.PER_PPB, "PM10"):
            for unit in ("ppb", "ppm", "mg/m\u00b3", "\u00b5g/m\u00b3", "mg/Nm\u00b3"):
                cursor.execute(
                    "SELECT stations_unit_factor(%s, %s, %s)",
                    [gas, unit, units.AIR_UNIT],
                )
                assert cursor.fetchone()[0] == units.air_factor(gas, unit), (gas, unit)


@pytest.mark.parametrize("minutes", [5, 30, 60, 90, 480, 1440])
@pytest.mark.parametrize("until", [NOON, NOON + 300, NOON + 2_100, NOON + 3_300])
def test_a_window_that_ends_at_any_minute_has_the_exact_sum(minutes, until):
    air = station("air")
    rows = [("PM10", NOON + 3_600 - 300 * n, 20 + (n * 7) % 13) for n in range(330)]
    send(values(air, *[row for n, row in enumerate(rows) if n % 11]))
    series = Series.objects.get(station=air)
    at = datetime.fromtimestamp(until, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM stations_window(%s, %s, %s)", [series.pk, at, minutes]
        )
        total, count = cursor.fetchone()
        cursor.execute(
            "SELECT sum(value), count(*) FROM stations_valid"
            " WHERE series_id = %s AND at <= %s AND at > %s",
            [series.pk, at, at - timedelta(minutes=minutes)],
        )
        wanted = cursor.fetchone()
    assert (total, count) == (pytest.approx(wanted[0]), wanted[1])


def test_reading_by_the_index_gives_the_rows_of_the_view():
    plant = station("effluent")
    send(
        values(
            plant, *[("COD", NOON - 300 * n, 40 + n % 5, n % 7 == 3) for n in range(40)]
        )
    )
    send(values(plant, ("COD", NOON - 600, 42.6)))
    series = Series.objects.get(station=plant)
    after, until = (datetime.fromtimestamp(at, UTC) for at in (NOON - 9_000, NOON))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stations_judgement (series_id, at, flag, value, tests) VALUES"
            " (%(s)s, to_timestamp(%(a)s), 4, NULL, '{}'),"
            " (%(s)s, to_timestamp(%(b)s), 1, 12.5, '{}')"
            " ON CONFLICT (series_id, at) DO UPDATE SET flag = excluded.flag,"
            " value = excluded.value",
            {"s": series.pk, "a": NOON - 1_200, "b": NOON - 1_500},
        )
        rollups.touch_span([series.pk], NOON - 10_000, NOON)
        cursor.execute(
            "SELECT at, value FROM stations_valid_in(%s, %s, %s) ORDER BY at",
            [series.pk, after, until],
        )
        by_index = cursor.fetchall()
        cursor.execute(
            "SELECT at, value FROM stations_valid WHERE series_id = %s AND at > %s"
            " AND at <= %s ORDER BY at",
            [series.pk, after, until],
        )
        assert by_index == cursor.fetchall()
    assert {42.6, 12.5} <= {value for _at, value in by_index}


def test_the_admin_pages_say_which_limit_holds_for_whom_today():
    plant = station("effluent")
    permit(plant, kq=0.9, kf=1.0)
    boss = Client()
    boss.force_login(
        get_user_model().objects.create_superuser("boss", password="of-a-test")
    )
    page = boss.get(f"/admin/stations/station/{plant.pk}/change/").content.decode()
    assert "150 \u00d7 0.9" in page
    assert "12/GP" in page
    shown = boss.get("/admin/stations/limit/?parameter=COD&kind=effluent").context["cl"]
    today = {(row.column): row.stations_today for row in shown.result_list}
    assert today == {"A": 0, "B": 1}
