"""Deadlines: hours around the clock, and working days with holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from layers.citizen_reports.clock import ZONE, Allowance, due_at, holidays

FIRST, LAST = map(datetime.fromisoformat, ("2025-01-01", "2028-11-01"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_hours_run_at_night_and_on_sundays():
    assert due_at(local("2026-11-21T23:00"), Allowance("hours", 24)) == local(
        "2026-11-22T23:00"
    )


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-23T09:00", 2, "2026-11-25T17:00"),  # Monday to Wednesday
        ("2026-11-20T16:59", 1, "2026-11-23T17:00"),  # over a weekend
        ("2026-11-21T10:00", 1, "2026-11-23T17:00"),  # handed in on a Saturday
        ("2026-02-13T10:00", 2, "2026-02-24T17:00"),  # over Tet
        ("2026-04-29T10:00", 1, "2026-05-04T17:00"),  # 30 April and 1 May
        ("2026-12-31T10:00", 1, "2027-01-04T17:00"),  # over the New Year
    ],
)
def test_working_days_leave_out_weekends_and_holidays(received, days, due):
    assert due_at(local(received), Allowance("days", days)) == local(due)


def test_the_day_is_the_one_in_the_province_not_in_london():
    late_evening = datetime.fromisoformat("2026-11-23T18:30:00+00:00")  # Tue 01:30
    assert due_at(late_evening, Allowance("days", 1)) == local("2026-11-25T17:00")


def test_a_holiday_on_a_sunday_is_given_back():
    # the Hung Kings' day of 2026 is Sunday 26 April
    assert date(2026, 4, 27) in holidays(2026)


@given(
    some.datetimes(FIRST, LAST),
    some.integers(1, 20),
)
def test_a_due_day_is_a_working_day_after_the_receipt(moment, days):
    received = moment.replace(tzinfo=ZONE)
    due = due_at(received, Allowance("days", days))
    assert due - received >= timedelta(hours=17)
    assert due.weekday() < 5
    assert due.date() not in holidays(due.year)
    assert due_at(received, Allowance("days", days + 1)) > due
