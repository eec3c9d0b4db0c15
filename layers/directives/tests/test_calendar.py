"""The working calendar: hours, weekends, holidays, decided days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.directives import calendar
from layers.directives.calendar import Calendar, CalendarError, hours_of
from layers.directives.models import FreeDay

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PLAIN = Calendar(hours_of(("07:30-11:30", "13:30-17:00")))
MOMENTS = st.integers(min_value=0, max_value=4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 12, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)
MINUTES = st.integers(min_value=1, max_value=30 * 450)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23 07:30", 240, "2026-11-23 11:30"),
        ("2026-11-23 07:30", 241, "2026-11-23 13:31"),
        ("2026-11-23 11:45", 10, "2026-11-23 13:40"),
        ("2026-11-23 16:30", 60, "2026-11-25 08:00"),  # the 24th is a holiday
        ("2026-11-21 10:00", 30, "2026-11-23 08:00"),  # a Saturday
        ("2026-11-23 03:00", 450, "2026-11-23 17:00"),
    ],
)
def test_minutes_count_in_office_hours_only(start, minutes, end):
    assert PLAIN.add(at(start), minutes) == at(end)


def test_lunar_new_year_stops_the_clock():
    """14 to 22 February 2026 are free: nine days."""
    friday = at("2026-02-13 16:00")
    assert PLAIN.add(friday, 120) == at("2026-02-23 08:30")
    free = [date(2026, 2, 14) + timedelta(days=n) for n in range(9)]
    assert [day for day in free if PLAIN.is_working(day)] == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-02-08", "2024-02-14"),  # Tet
        ("2024-04-18", "2024-04-18"),  # Hung Kings
        ("2024-04-27", "2024-05-01"),  # with the bridge day of 29 April
        ("2024-08-31", "2024-09-03"),  # National Day, two days
        ("2025-01-25", "2025-02-02"),
        ("2025-04-05", "2025-04-07"),
        ("2025-04-30", "2025-05-04"),  # the bridge day of 2 May
        ("2025-08-30", "2025-09-02"),
        ("2026-04-25", "2026-04-27"),  # Hung Kings on a Sunday: Monday in lieu
        ("2026-08-29", "2026-09-02"),
    ],
)
def test_holidays_as_they_were_decided_are_free(first, last):
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    assert [day for day in days if PLAIN.is_working(day)] == []
    around = (begin - timedelta(days=1), end + timedelta(days=1))
    # either side is worked, or a Sunday before a Monday holiday
    assert any(PLAIN.is_working(day) for day in around)


@pytest.mark.parametrize("day", ["2024-05-04", "2025-04-26", "2026-08-22"])
def test_saturdays_that_make_up_for_a_bridge_day_are_worked(day):
    found = date.fromisoformat(day)
    assert found.weekday() == 5
    assert PLAIN.is_working(found)


def test_a_decided_day_wins_over_the_computed_one(db):
    FreeDay.objects.create(day=date(2026, 12, 1), title="Storm", working=False)
    FreeDay.objects.create(day=date(2026, 12, 5), title="Made up", working=True)
    assert not calendar.is_working(date(2026, 12, 1))
    assert calendar.is_working(date(2026, 12, 5))
    assert calendar.next_working(at("2026-12-01 09:00")) == at("2026-12-02 07:30")
    assert calendar.add_working(at("2026-11-30 16:00"), 120) == at("2026-12-02 08:30")
    assert (
        calendar.working_minutes_between(at("2026-11-30 16:00"), at("2026-12-02 08:30"))
        == 120
    )


def test_hours_are_those_of_the_settings(db, settings):
    settings.IOC_WORKING_HOURS = ["08:00-12:00"]
    assert calendar.add_working(at("2026-11-30 08:00"), 300) == at("2026-12-01 09:00")


@pytest.mark.parametrize(
    "texts", [[], ["8-12"], ["12:00-08:00"], ["07:00-11:00", "10:00-12:00"]]
)
def test_hours_out_of_order_are_refused(texts):
    with pytest.raises(CalendarError):
        hours_of(texts)


def test_a_calendar_without_working_days_says_so():
    days = {date(2026, 1, 1) + timedelta(days=n): False for n in range(400)}
    with pytest.raises(CalendarError):
        Calendar(((time(8), time(12)),), days).add(at("2026-01-05 08:00"), 1)


@given(start=MOMENTS, minutes=MINUTES)
def test_what_was_added_lies_between(start, minutes):
    assert PLAIN.between(start, PLAIN.add(start, minutes)) == minutes


@given(start=MOMENTS, one=MINUTES, two=MINUTES)
def test_more_minutes_end_later_and_parts_add_up(start, one, two):
    assert (one < two) == (PLAIN.add(start, one) < PLAIN.add(start, two))
    assert PLAIN.add(PLAIN.add(start, one), two) == PLAIN.add(start, one + two)


@given(one=MOMENTS, two=MOMENTS, minutes=MINUTES)
def test_a_later_start_never_ends_earlier(one, two, minutes):
    first, second = sorted((one, two))
    assert PLAIN.add(first, minutes) <= PLAIN.add(second, minutes)


@given(moment=MOMENTS)
def test_the_next_working_moment_is_in_office_hours(moment):
    found = PLAIN.next(moment.astimezone(UTC)).astimezone(ZONE)
    assert found >= moment
    assert PLAIN.is_working(found.date())
    assert any(begin <= found.time() < end for begin, end in PLAIN.hours)
