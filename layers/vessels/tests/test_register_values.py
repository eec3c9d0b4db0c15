"""Numbers, days and powers as offices write them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.vessels.register import values
from layers.vessels.register.columns import ALIASES, field_of
from layers.vessels.register.problems import REASONS, BadValue


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("15,5", 15.5), ("15.5 m", 15.5), ("1.250,5", 1250.5), ("1,250.5", 1250.5),
        ("1.250.000", 1250000), (" 400 ", 400), (12, 12), ("", None), (None, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(written: Any, number: Any) -> None:
    assert values.number(written, -1e9, 1e9) == number


@pytest.mark.parametrize("written", ["15-16", "khoảng 15", "1..5x", "NaN", True])
def test_what_is_no_number_is_refused(written: Any) -> None:
    with pytest.raises(BadValue):
        values.number(written, 0, 100)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("31/12/2026", date(2026, 12, 31)), ("1-2-2026", date(2026, 2, 1)),
        ("01.02.26", date(2026, 2, 1)), ("2026-02-01", date(2026, 2, 1)),
        ("ngày 1 tháng 2 năm 2026", date(2026, 2, 1)), (46_054, date(2026, 2, 1)),
        (datetime(2026, 2, 1, 7), date(2026, 2, 1)), ("", None),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_written(written: Any, found: Any) -> None:
    assert values.day(written) == found


@pytest.mark.parametrize(
    ("written", "heading", "kw"),
    [
        (400, "Công suất (CV)", 294.2), (400, "Công suất (kW)", 400),
        ("400 CV", "Công suất", 294.2), ("400CV", "Công suất (kW)", 294.2),
        ("294,2 kW", "Công suất (CV)", 294.2), (400, "Công suất", 400),
    ],
)  # fmt: skip
def test_horse_power_becomes_kilowatts(written: Any, heading: str, kw: float) -> None:
    assert values.power_kw(written, heading) == pytest.approx(kw)


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none()))
def test_a_cell_is_read_or_refused_with_a_reason_and_nothing_else(cell: Any) -> None:
    for reader in (
        lambda value: values.number(value, 0, 100),
        lambda value: values.power_kw(value, "kW"),
        values.day,
        values.mmsi,
        values.phone,
        values.call_sign,
        values.registration,
        values.yes,
    ):
        code = ""
        try:
            reader(cell)
        except BadValue as error:
            code = error.code
        assert code in {"", *REASONS}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Số đăng ký", "registration"), ("SỐ ĐĂNG KÝ TÀU CÁ", "registration"),
        ("Chiều dài lớn nhất (m)", "length_m"), ("Lmax, m", "length_m"),
        ("Công suất máy chính (kW)", "power_kw"),
        ("Hạn GPKT (dd/mm/yyyy)", "licence_expires"),
        ("Ngày hết hạn đăng kiểm", "inspection_expires"), ("Xã/Phường", "commune"),
        ("Home port", "home_port"), ("Ghi chú", ""), ("", ""),
    ],
)  # fmt: skip
def test_headings_are_known_in_both_languages(heading: str, field: str) -> None:
    assert field_of(heading) == field


def test_no_heading_means_two_fields() -> None:
    every = [alias for aliases in ALIASES.values() for alias in aliases]
    assert len(every) == len(set(every))
