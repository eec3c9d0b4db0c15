"""Roll-ups of known days, judgements that change them, counts and newest values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from layers.core.scope import Grant, everything
from layers.stations.ingest import partitions
from layers.stations.ingest.counting import count_current
from layers.stations.ingest.queries import latest_of_all
from layers.stations.ingest.readings import readings
from layers.stations.ingest.services import rejudged
from layers.stations.models import Day, Hour, Latest, Observation, Series, StationState
from layers.stations.tests.helpers import NOON, send, station, values

pytestmark = pytest.mark.django_db

DAY_S = 86_400
# The local midnight that begins 19 November 2026.
MIDNIGHT = datetime(2026, 11, 18, 17, tzinfo=UTC).timestamp()


def hours_of(
    means: dict[int, float], name: str = "COD"
) -> list[tuple[str, float, float]]:
    """Twelve values, a little apart, of the hours that end so many after midnight."""
    return [
        (name, MIDNIGHT + 3600 * hour - 300 * step, mean + (step % 2 - 0.5) / 10)
        for hour, mean in means.items()
        for step in range(12)
    ]


def when(hour: float) -> datetime:
    return datetime.fromtimestamp(MIDNIGHT + 3600 * hour, UTC)


def judge(series: Series, at: datetime, flag: int, value: float | None = None) -> None:
    """What the tests say of one value (a correction stands for a person's)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stations_judgement (series_id, at, flag, value, tests)"
            " VALUES (%s, %s, %s, %s, '{}') ON CONFLICT (series_id, at)"
            " DO UPDATE SET flag = excluded.flag, value = excluded.value",
            [series.pk, at, flag, value],
        )


def test_a_day_counts_its_own_hours_and_eight_hours_reach_into_the_evening_before():
    plant = station("effluent", limit_column="B")
    evening = dict.fromkeys(range(-6, 1), 90.0)
    send(values(plant, *hours_of({**evening, 1: 80.0, 9: 40.0, 24: 60.0})))
    day = Day.objects.get(day=date(2026, 11, 19))
    assert (day.received, day.measured, day.valid, day.hours) == (36, 36, 36, 3)
    assert day.mean == pytest.approx(60.0)
    assert day.largest_hour == pytest.approx(80.0)
    # seven hours of 90 and one of 80; the eight that end at 01:00
    assert day.largest_8h == pytest.approx((7 * 90 + 80) / 8)
    assert day.total == pytest.approx(36 * 60.0)
    assert Day.objects.count() == 2


def test_eight_hours_without_six_that_have_enough_are_no_mean():
    plant = station("effluent", limit_column="B")
    send(values(plant, *hours_of(dict.fromkeys((9, 10, 11, 12, 13), 50.0))))
    assert Day.objects.get().largest_8h is None
    send(values(plant, *hours_of({16: 62.0})))
    assert Day.objects.get().largest_8h == pytest.approx((5 * 50 + 62) / 6)


def test_an_hour_with_too_few_values_is_there_but_not_enough():
    plant = station("effluent", limit_column="B")
    send(values(plant, *hours_of({9: 50.0})[:8]))
    assert Hour.objects.get().valid == 8
    day = Day.objects.get()
    assert (day.hours, day.largest_hour, day.valid) == (0, None, 8)


def test_a_judgement_changes_hours_days_newest_values_and_the_state():
    plant = station("effluent", limit_column="B")
    send(values(plant, *hours_of({9: 60.0}), ("COD", when(9.5).timestamp(), 210.0)))
    series = Series.objects.get()
    assert StationState.objects.get().state != "ok"
    judge(series, when(9.5), 4)
    rejudged([series.pk], when(9.5), when(9.5))
    last = Hour.objects.get(hour=when(10))
    assert (last.received, last.valid, last.mean) == (1, 0, None)
    assert Day.objects.get().largest == pytest.approx(60.05)
    assert (Latest.objects.get().value, Latest.objects.get().qc) == (210.0, 4)
    judge(series, when(9.5), 1, 66.0)
    rejudged([series.pk], when(9.5), when(9.5))
    assert Hour.objects.get(hour=when(10)).mean == 66.0
    assert (Latest.objects.get().value, Latest.objects.get().qc) == (66.0, 1)
    assert Observation.objects.get(at=when(9.5)).value == 210.0


def test_series_of_two_averaging_times_live_side_by_side():
    plant = station("effluent", limit_column="B")
    both = readings(
        [plant.pk] * 2, ["COD"] * 2, ["mg/L"] * 2, [NOON] * 2, [61.0, 47.0],
        [0, 0], [NOON + 20] * 2, averaging=[60, 5],
    )  # fmt: skip
    applied = send(both)
    assert sorted(Series.objects.values_list("averaging_minutes", flat=True)) == [5, 60]
    assert not applied.duplicate.any()
    assert applied.observed is not None
    # the rules get the shorter one, whichever came first
    assert set(applied.observed.values["cod"][:1]) == {47.0}
    # one value an hour is all there can be of hourly means
    assert sorted(Day.objects.values_list("hours", flat=True)) == [0, 1]
    assert send(both).duplicate.all()


def test_counts_are_exact_at_any_second_and_count_versions_once():
    plant = station("effluent", limit_column="B")
    rows = [("COD", NOON + 437 * n, 20.0 + n % 9) for n in range(700)]
    send(values(plant, *rows, *[("pH", at, 7.1) for _name, at, _v in rows[::3]]))
    send(values(plant, ("COD", NOON + 437, 99.0)))
    series = Series.objects.get(parameter="COD").pk
    times = [at for _name, at, _value in rows]
    edges = [NOON, NOON + 437, MIDNIGHT, MIDNIGHT + DAY_S * 2, NOON + 90_000.5]
    for since in edges:
        for until in (since, since + 100, since + 5_000, since + 200_000):
            expected = sum(since <= at <= until for at in times)
            span = [datetime.fromtimestamp(at, UTC) for at in (since, until)]
            assert count_current([series], *span) == expected
    assert count_current(None) == len(rows) + len(rows[::3])
    assert count_current([]) == 0


def test_the_newest_values_of_all_stations_keep_to_the_grant():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("COD", NOON, 61.0), ("pH", NOON, 7.1)))
    found = latest_of_all(everything())
    assert [(row.parameter, row.value, row.flag) for row in found] == [
        ("COD", 61.0, 1), ("pH", 7.1, 1),
    ]  # fmt: skip
    nobody = Grant(layers=frozenset({"stations"}), units=frozenset({-1}))
    assert latest_of_all(nobody) == []
    assert latest_of_all(Grant()) == []


def test_months_that_are_over_go_and_their_hours_stay(settings):
    plant = station("effluent", limit_column="B")
    old = datetime(2021, 3, 15, 8, tzinfo=UTC)
    partitions.ensure(old)
    send(values(plant, ("COD", old.timestamp(), 40.0), ("COD", NOON, 61.0)))
    assert partitions.retire() == []
    settings.IOC_STATION_RAW_MONTHS = 24
    assert "stations_observation_202103" in partitions.retire()
    assert Observation.objects.count() == 1
    assert Hour.objects.count() == 2
    # what comes for that month now does not replace the hour that was whole
    send(values(plant, ("COD", old.timestamp() + 60, 10.0)))
    assert Hour.objects.get(hour=old).mean == 40.0
    assert partitions.retire() == []
    assert Observation.objects.count() == 1


def test_values_of_a_month_that_nobody_made_find_it_later():
    plant = station("effluent", limit_column="B")
    at = datetime(2019, 5, 3, tzinfo=UTC)
    send(values(plant, ("COD", at.timestamp(), 40.0)))
    assert "stations_observation_201905" in partitions.ensure()
    assert Observation.objects.get().at == at


def test_the_command_works_out_a_span_and_says_how_far_it_is():
    plant = station("effluent", limit_column="B")
    send(values(plant, *hours_of({9: 50.0, 33: 70.0})))
    Hour.objects.all().delete()
    Day.objects.all().delete()
    out = StringIO()
    call_command("stations_rollup", "--since=2026-11-20", stdout=out)
    assert "1/1 days, 2026-11-20" in out.getvalue()
    assert list(Day.objects.values_list("day", flat=True)) == [date(2026, 11, 20)]
    call_command("stations_rollup", stdout=StringIO())
    assert Day.objects.count() == 2
    with pytest.raises(CommandError, match="before"):
        call_command("stations_rollup", "--since=2026-11-20", "--until=2026-11-19")


def test_values_of_a_series_out_of_use_are_stored():
    plant = station("effluent", limit_column="B")
    send(values(plant, ("COD", NOON, 61.0)))
    Series.objects.update(active=False)
    send(values(plant, ("COD", NOON + 300, 62.0)))
    assert Latest.objects.get().at == datetime.fromtimestamp(NOON, UTC) + timedelta(
        minutes=5
    )
