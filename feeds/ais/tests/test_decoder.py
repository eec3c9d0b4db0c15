from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.ais.decoder import AisDecoder
from feeds.ais.fields import turn_rate
from feeds.ais.messages import CLASSES, class_codes, classify
from feeds.ais.positions import correct_second
from feeds.core.decoding import Batch
from layers.vessels.flags import Flag

from .sentences import (
    RECEIVED,
    batch,
    names,
    one,
    reports,
    sentences,
    signed,
    total,
)

NOON = RECEIVED.timestamp()


def test_a_position_carries_units_and_leaves_out_what_was_not_said() -> None:
    found = reports(
        AisDecoder().decode(
            [batch(sentences(speed=102.3, course=360.0, heading=511, status=5))]
        )
    )
    assert names(found) == ["mmsi:574001234"]
    assert found.at.tolist() == [NOON]
    assert found.status.tolist() == [5]
    assert np.isnan(
        [found.speed_kn[0], found.course_deg[0], found.heading_deg[0]]
    ).all()
    assert (found.batch_id[0], found.line_no[0]) == (1, 1)


def test_numbers_keep_their_nine_digits() -> None:
    found = reports(AisDecoder().decode([batch([one(type=4, mmsi=5741001)])]))
    assert found.keys == ["mmsi:005741001"]
    assert found.classes == ["base_station"]


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"speed": 52.0}, Flag.NOISE_SPEED),
        ({"speed": 102.3}, Flag.NOISE_SPEED),
        ({"lon": 0, "lat": 0}, Flag.NOWHERE),
        ({"second": 61}, Flag.MANUAL),
        ({"second": 62}, Flag.DEAD_RECKONING),
        ({"second": 63}, Flag.NO_FIX),
        ({"type": 27}, Flag.COARSE),
        ({"type": 21, "off_position": 1, "mmsi": 992001234}, Flag.OFF_POSITION),
        ({"type": 21, "second": 61, "mmsi": 992001234}, 0),
        ({"type": 21, "off_position": 1, "second": 60, "mmsi": 992001234}, 0),
        ({"speed": 12.0}, 0),
    ],
)
def test_the_message_alone_gives_flags(fields: dict, flag: int) -> None:
    found = reports(AisDecoder().decode([batch(sentences(**fields))]))
    assert found.flags.tolist() == [flag]
    if flag == Flag.NOISE_SPEED:
        assert np.isnan(found.speed_kn[0])


def test_a_long_range_message_says_how_coarse_it_is() -> None:
    found = reports(AisDecoder().decode([batch(sentences(type=27, speed=11))]))
    assert (found.error_m[0], found.speed_kn[0]) == (185.0, 11.0)
    found = reports(AisDecoder().decode([batch(sentences(accuracy=0))]))
    assert np.isnan(found.error_m[0])


def test_rates_of_turn_keep_their_side() -> None:
    raw = np.array([0, 47, -47, 126, 127, -127, -128])
    rate = turn_rate(raw)
    assert rate[:6].tolist() == [0, 99, -99, 709, 10, -10]
    assert np.isnan(rate[6])


def test_a_message_without_position_is_accepted_and_draws_nothing() -> None:
    decoded = AisDecoder().decode([batch(sentences(lon=181, lat=91))])
    assert not decoded.deliveries
    assert decoded.counts[("s", "accepted", "")] == 1


def test_a_number_with_more_than_nine_digits_is_refused() -> None:
    decoded = AisDecoder().decode([batch(sentences(mmsi=1_000_000_000))])
    assert [reject.reason for reject in decoded.rejects] == ["mmsi"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("AIVDM,1,1,,A,13HOI:0P0000VOHL,0", "length"),
        ("AIVDM,1,1,,A,,0", "empty_payload"),
        ("AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Y~,0", "armour"),
        ("AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,7", "malformed"),
        ("AIVDM,1,1,,A,03HOI:0P0000VOHLCnHQKwvL05Ip,0", "unknown_type"),
        ("AIVDM,1,1,,A,w3HOI:0P0000VOHLCnHQKwvL05Ip,0", "unknown_type"),
        ("AIVDM,1,1,,A,H3HOI:000000VOHLCnHQKwvL05Ip,0", None),
        ("AIVDM,1,1,,A,H3HOI:<00000VOHLCnHQKwvL05Ip,0", "undecodable"),
    ],
)
def test_every_reason_to_refuse_a_message_has_a_name(
    body: str, reason: str | None
) -> None:
    decoded = AisDecoder().decode([batch([signed(body)])])
    assert [r.reason for r in decoded.rejects] == ([reason] if reason else [])
    assert total(decoded) == 1


@pytest.mark.parametrize(
    ("time", "second", "expected"),
    [
        (100.0, 40, 100.0),
        (100.0, 42, 102.0),
        (119.0, 1, 121.0),
        (121.0, 59, 119.0),
        (90.0, 0, 60.0),
        (100.0, 60, 100.0),
    ],
)
def test_the_second_of_the_message_mends_the_time_of_reception(
    time: float, second: int, expected: float
) -> None:
    mended = correct_second(np.array([time]), np.array([second]))
    assert mended.tolist() == [expected]


@pytest.mark.parametrize(
    ("mmsi", "kind", "expected"),
    [
        (992000001, 21, "navaid"),
        (574000001, 21, "navaid"),
        (5741001, 4, "base_station"),
        (5741001, 1, "base_station"),
        (111574001, 9, "sar"),
        (970123456, 1, "distress"),
        (972123456, 1, "distress"),
        (974123456, 1, "distress"),
        (574000001, 1, ""),
    ],
)
def test_stations_are_told_apart_by_number_and_type(
    mmsi: int, kind: int, expected: str
) -> None:
    code = class_codes(np.array([mmsi]), np.array([kind]))
    assert CLASSES[code[0]] == expected


@pytest.mark.parametrize(
    ("mmsi", "kind", "ship_type", "name", "quiet", "expected"),
    [
        ("574000001", 18, 30, "HP90916TS", False, "fishing"),
        ("574000001", 19, 0, "PHAO 1-59%", False, "buoy"),
        ("574000001", 21, 0, "P2-68%", False, "buoy"),
        ("995740001", 21, 0, "PHAO 12", False, "navaid"),
        ("574000001", 19, 0, "", True, "buoy"),
        ("574000001", 19, 0, "TH 93388 TS", True, ""),
        ("574000001", 19, 30, "", True, "fishing"),
        ("574000001", 5, 80, "", False, "tanker"),
    ],
)
def test_floats_of_nets_are_no_boats(
    mmsi: str, kind: int, ship_type: int, name: str, quiet: bool, expected: str
) -> None:
    assert classify(mmsi, kind, ship_type, name, quiet=quiet) == expected


def test_the_name_in_a_message_classes_its_position() -> None:
    lines = [
        one(type=19, mmsi=574000001, shipname="LUOI 3-40%", ship_type=30, second=10),
        one(type=19, mmsi=574000002, speed=1.0, heading=511, second=10),
        one(type=19, mmsi=574000003, speed=9.0, heading=511, second=10),
    ]
    found = reports(AisDecoder().decode([batch(lines)]))
    assert found.classes == ["buoy", "buoy", ""]


def test_a_content_that_is_said_again_is_one_report_at_both_ends() -> None:
    decoder = AisDecoder()
    lines = [
        one(type=24, partno=0, shipname="HAI AU", mmsi=574000001),
        one(type=24, partno=1, callsign="XV1", ship_type=30, mmsi=574000001),
    ]
    batches = [
        batch(lines, n + 1, received=RECEIVED + timedelta(minutes=n)) for n in range(3)
    ]
    decoded = decoder.decode(batches)
    found = reports(decoded).statics
    assert [(s.name, s.call_sign, s.at - NOON) for s in found] == [
        ("HAI AU", "", 0),
        ("HAI AU", "", 120),
        ("", "XV1", 0),
        ("", "XV1", 120),
    ]
    assert found[0].digest == found[1].digest != found[2].digest
    assert total(decoded) == 6


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=120), max_size=20))
def test_no_bytes_stop_the_decoder_and_every_line_is_counted(
    lines: list[bytes],
) -> None:
    clean = [line.replace(b"\n", b"") for line in lines]
    decoder = AisDecoder()
    decoded = decoder.decode([batch(clean), batch([], 2, end=True)])
    assert total(decoded) == len(clean)


HEADS = (
    b"!AIVDM,",
    b"\\s:a,c:1*00\\!AIVDM,1,1,",
    b"$PGHP,1,2024,",
    b'{"device": 1',
    b"",
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(HEADS), st.text("!,*\\0123:csgA", max_size=40)))
)
def test_lines_that_look_like_ours_are_counted_too(
    lines: list[tuple[bytes, str]],
) -> None:
    made = [head + tail.encode() for head, tail in lines]
    made += [signed(line[1:].decode("latin-1").split("*")[0]) for line in made if line]
    decoded = AisDecoder().decode([batch(made), batch([], 2, end=True)])
    assert total(decoded) == len(made)


def test_flipped_bytes_are_refused_by_the_checksum_or_change_nothing() -> None:
    rng = random.Random(1)
    lines = [one(mmsi=574000000 + n, second=n % 60) for n in range(300)]
    flipped = []
    for line in lines:
        broken = bytearray(line)
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(7)
        flipped.append(bytes(broken).replace(b"\n", b"?"))
    decoded = AisDecoder().decode([batch(flipped)])
    devices = {f"mmsi:{574000000 + n:09d}" for n in range(300)}
    for delivery in decoded.deliveries:
        assert set(delivery.records.keys) <= devices
    assert total(decoded) == 300


def test_lines_end_with_a_line_feed_only() -> None:
    body = one() + b"\r\n" + b"\r" + one(second=31) + b"\r\n\n" + one(second=32)
    decoded = AisDecoder().decode([Batch(1, "s", RECEIVED, body, {})])
    assert total(decoded) == 4
    assert reports(decoded).line_no.tolist() == [1, 2, 4]
