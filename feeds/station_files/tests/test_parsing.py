from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.station_files.parsing import is_whole, parse, split_lines

SAMPLES = "environment/tt10_samples"
MORNING = datetime(2026, 11, 22, 2, 35, tzinfo=UTC).timestamp()  # 09:35 local
RECEIVED = MORNING + 1_800
GOOD = b"COD\t61.2\tmg/L\t20261122093500\t00\r\n"


def one(line: bytes):
    parsed = parse(line, RECEIVED)
    assert not parsed.bad, parsed.bad
    (found,) = parsed.lines
    return found


def reason(line: bytes) -> str:
    (bad,) = parse(line, RECEIVED).bad
    return bad.reason


def test_a_proper_file_is_read_line_by_line(shared_file):
    name = "TH_NHAMAYA_NUOCTHAI_20261122093500.txt"
    parsed = parse(shared_file(f"{SAMPLES}/{name}").read_bytes(), RECEIVED, name)
    assert not parsed.bad
    assert [(line.symbol, line.value, line.unit) for line in parsed.lines] == [
        ("Flow", 125.4, "m³/h"),
        ("Temp", 28.6, "°C"),
        ("pH", 7.21, ""),
        ("TSS", 34.8, "mg/L"),
        ("COD", 61.2, "mg/L"),
        ("NH4", 4.05, "mg/L"),
    ]
    assert {line.at for line in parsed.lines} == {MORNING}
    assert {line.status for line in parsed.lines} == {0}


def test_calibration_and_fault_are_kept_with_their_status(shared_file):
    name = "TH_NHAMAYA_NUOCTHAI_20261122094000.txt"
    parsed = parse(shared_file(f"{SAMPLES}/{name}").read_bytes(), RECEIVED, name)
    status = {line.symbol: line.status for line in parsed.lines}
    assert status == {"Flow": 0, "Temp": 0, "pH": 1, "TSS": 2, "COD": 0, "NH4": 0}


def test_bom_spaces_and_decimal_comma_are_read(shared_file):
    body = shared_file(f"{SAMPLES}/bad_bom_spaces_20261122094500.txt").read_bytes()
    parsed = parse(body, RECEIVED)
    assert [(line.symbol, line.value) for line in parsed.lines] == [
        ("pH", 7.1),
        ("COD", 55.3),
    ]


def test_a_cut_file_is_seen_as_cut_and_gives_its_whole_lines(shared_file):
    body = shared_file(f"{SAMPLES}/bad_truncated_20261122095500.txt").read_bytes()
    assert not is_whole(body)
    parsed = parse(body, RECEIVED)
    assert [line.symbol for line in parsed.lines] == ["Flow"]
    assert [(bad.number, bad.reason) for bad in parsed.bad] == [(2, "truncated")]


@pytest.mark.parametrize(
    ("line", "symbol", "value"),
    [
        (b"PM2,5\t18,4\tug/m3\t20261122093500\t00", "PM2.5", 18.4),
        (b"cod;1.234,5;mg/l;20261122093500;00", "COD", 1234.5),
        (b"CO\t1,234.5\t\xc2\xb5g/m3\t20261122093500\t00", "CO", 1234.5),
        (b"Temp 28.6 20261122093500 00\n", "Temp", 28.6),
        ("COD\t5\tmg/L\t20261122093500\t00".encode("utf-16"), "COD", 5.0),
        (b"TSS\t34\tmg/L\t202611220935\t0\n", "TSS", 34.0),
        (b"pH\t7\t-\t20261122093500\t00\t\t\n", "pH", 7.0),
    ],
)
def test_what_loggers_write_is_understood(line, symbol, value):
    found = one(line)
    assert (found.symbol, found.value, found.at) == (symbol, value, MORNING)


@pytest.mark.parametrize("text", [b"", b"-", b"NaN", b"null"])
def test_an_empty_value_is_missing_not_zero(text):
    found = one(b"COD\t" + text + b"\tmg/L\t20261122093500\t02")
    assert math.isnan(found.value)


@pytest.mark.parametrize("status", [b"", b"03", b"ok", b"99"])
def test_an_unknown_status_counts_as_fault_with_a_warning(status):
    found = one(b"COD\t61.2\tmg/L\t20261122093500\t" + status + b"\n")
    assert found.status == 2
    assert found.warnings == ("unknown_status",)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"XYZ\t1\tmg/L\t20261122093500\t00\n", "unknown_symbol"),
        (b"COD\tabc\tmg/L\t20261122093500\t00\n", "bad_value"),
        (b"COD\t1e999\tmg/L\t20261122093500\t00\n", "bad_value"),
        (b"COD\t1\tstone\t20261122093500\t00\n", "bad_unit"),
        (b"COD\t1\tm\t20261122093500\t00\n", "bad_unit"),
        (b"COD\t1\tmg/L\t20261322093500\t00\n", "bad_time"),
        (b"COD\t1\tmg/L\t22/11/2026\t00\n", "bad_time"),
        (b"COD\t1\tmg/L\t20361122093500\t00\n", "future_time"),
        (b"COD\t1\n", "bad_line"),
        (b"<html>\n", "bad_line"),
        (b"COD\t1\tmg/L\t2026", "truncated"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_by_name(line, wanted):
    assert reason(line) == wanted


def test_a_clock_that_differs_from_the_name_is_remarked():
    right = parse(GOOD, RECEIVED, "TH_A_20261122093500.txt")
    wrong = parse(GOOD, RECEIVED, "TH_A_20261122101500.txt")
    assert right.lines[0].warnings == ()
    assert wrong.lines[0].warnings == ("clock",)
    ahead = parse(GOOD, MORNING - 600)
    assert ahead.lines[0].warnings == ("clock",)


_pieces = st.sampled_from(
    [b"COD", b"PM2,5", b"\t", b";", b" ", b"61.2", b"mg/L", b"20261122093500", b"00",
     b"\r\n", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"-", b"nan", b"9" * 400]
)  # fmt: skip


@given(st.lists(st.one_of(_pieces, st.binary(max_size=6)), max_size=40).map(b"".join))
def test_whatever_the_bytes_every_line_is_accounted_for(body):
    parsed = parse(body, RECEIVED)
    total = len(parsed.lines) + len(parsed.bad) + parsed.blank
    assert total == len(split_lines(body))
    assert all(bad.reason and bad.number for bad in parsed.bad)


@given(st.integers(min_value=0, max_value=len(GOOD) * 2 - 1))
def test_a_file_cut_anywhere_never_gives_a_wrong_value(cut):
    body = (GOOD + GOOD.replace(b"COD", b"TSS"))[:cut]
    parsed = parse(body, RECEIVED)
    assert {(line.value, line.status) for line in parsed.lines} <= {(61.2, 0)}
    if not is_whole(body):
        assert [bad.reason for bad in parsed.bad] == ["truncated"] * bool(body)
