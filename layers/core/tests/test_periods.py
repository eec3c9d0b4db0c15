from __future__ import annotations

from datetime import UTC, date, datetime
from math import inf

from layers.core.periods import in_force, spans


def at(year: int, month: int, day: int) -> float:
    """Midnight in Hanoi is 17:00 UTC of the day before."""
    return datetime(year, month, day, tzinfo=UTC).timestamp() - 7 * 3_600


def test_without_days_it_holds_for_ever():
    assert spans([2026], None, None) == [(-inf, inf)]


def test_the_last_day_is_included():
    got = spans([2026], date(2026, 1, 1), date(2026, 6, 30))
    assert got == [(at(2026, 1, 1), at(2026, 7, 1))]


def test_a_season_has_a_span_in_every_year():
    got = spans([2025, 2026], None, None, "04-01", "06-30")
    assert got == [
        (at(2025, 4, 1), at(2025, 7, 1)),
        (at(2026, 4, 1), at(2026, 7, 1)),
    ]


def test_a_season_may_pass_the_new_year_and_is_cut_by_the_validity():
    got = spans([2025, 2026], date(2026, 1, 15), date(2026, 12, 1), "11-01", "02-28")
    assert got == [
        (at(2026, 1, 15), at(2026, 3, 1)),
        (at(2026, 11, 1), at(2026, 12, 2)),
    ]


def test_a_season_of_the_whole_year_has_no_seam():
    got = spans(range(2024, 2027), None, None, "01-01", "12-31")
    assert got == [(at(2024, 1, 1), at(2027, 1, 1))]


def test_the_29_of_february_stands_for_the_end_of_the_month():
    assert spans([2026], None, None, "02-01", "02-29") == [
        (at(2026, 2, 1), at(2026, 3, 1))
    ]


def test_what_contradicts_itself_never_holds():
    assert spans([2026], date(2026, 5, 1), date(2026, 4, 1)) == []


def test_spans_and_days_say_the_same():
    ranges = spans(
        range(2024, 2028), date(2025, 2, 3), date(2026, 11, 9), "10-05", "03-07"
    )
    for ordinal in range(date(2024, 6, 1).toordinal(), date(2027, 6, 1).toordinal()):
        day = date.fromordinal(ordinal)
        noon = at(day.year, day.month, day.day) + 43_200
        assert any(start <= noon < end for start, end in ranges) == in_force(
            day, date(2025, 2, 3), date(2026, 11, 9), "10-05", "03-07"
        )
