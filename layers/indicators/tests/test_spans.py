from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import spans


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-H2", "half", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-Q3", "quarter", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-01..11", "months", date(2024, 1, 1), date(2024, 11, 30)),
        ("2024-W47", "week", date(2024, 11, 18), date(2024, 11, 24)),
        ("2024-11-22", "day", date(2024, 11, 22), date(2024, 11, 22)),
        ("2023/2024", "school", date(2023, 9, 1), date(2024, 8, 31)),
        ("2024-11-22..12-05", "span", date(2024, 11, 22), date(2024, 12, 5)),
        ("2024-11-22..2025-01-03", "span", date(2024, 11, 22), date(2025, 1, 3)),
    ],
)
def test_a_period_is_read_named_and_sorted(text, kind, start, end):
    assert spans.parse(text) == (start, end)
    assert spans.name(start, end) == text
    assert spans.kind(start, end) == kind


@pytest.mark.parametrize(
    "text",
    [
        *("", "about 2016", "2024-13", "2024-Q5", "2024-05..02", "2023/2025", "24-1"),
        *("0001", "1024-11", "9999", "9999-W52", "2024-11-22..9999-12-31"),
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=r"period|month|school|day"):
        spans.parse(text)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 800))
def test_every_span_of_days_has_a_text_that_is_read_back(start, days):
    end = start + timedelta(days=days)
    assert spans.parse(spans.name(start, end)) == (start, end)


def test_a_year_before_keeps_months_whole_and_weeks_weeks():
    assert spans.a_year_before(*spans.parse("2024-02")) == spans.parse("2023-02")
    assert spans.a_year_before(*spans.parse("2025-02")) == spans.parse("2024-02")
    assert spans.a_year_before(*spans.parse("2024-01..11")) == spans.parse(
        "2023-01..11"
    )
    assert spans.kind(*spans.a_year_before(*spans.parse("2024-W47"))) == "week"
    day = date(2024, 2, 29)
    assert spans.a_year_before(day, day)[0] == date(2023, 2, 28)
