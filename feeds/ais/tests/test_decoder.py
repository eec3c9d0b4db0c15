from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais.encode import encode_dict

from feeds.ais.decoder import AisDecoder
from feeds.ais.messages import classify, correct_second
from feeds.core.decoding import Batch

RECEIVED = datetime(2026, 11, 22, 3, 0, 30, tzinfo=UTC)


def batch(
    lines: list[bytes], number: int = 1, source: str = "s", **meta: object
) -> Batch:
    return Batch(number, source, RECEIVED, b"".join(x + b"\n" for x in lines), meta)


def sentences(**fields: object) -> list[bytes]:
    base = {"type": 1, "mmsi": 574001234, "lon": 106.0, "lat": 19.5, "second": 30}
    return [line.encode() for line in encode_dict({**base, **fields})]


def test_a_position_carries_units_and_leaves_out_what_was_not_said() -> None:
    decoded = AisDecoder().decode(
        [batch(sentences(speed=102.3, course=360.0, heading=511, status=5))]
    )
    reports = decoded.deliveries[0].records
    assert reports.device == ["mmsi:574001234"]
    assert reports.at == [RECEIVED.timestamp()]
    assert reports.status == [5]
    assert str(reports.speed_kn[0]) == str(reports.heading_deg[0]) == "nan"


def test_a_message_without_position_is_accepted_and_draws_nothing() -> None:
    decoded = AisDecoder().decode([batch(sentences(lon=181, lat=91))])
    assert not decoded.deliveries
    assert decoded.counts[("s", "accepted", "")] == 1


def test_parts_are_put_together_when_other_senders_speak_between() -> None:
    one = sentences(type=5, shipname="A" * 20, ship_type=30)
    two = sentences(type=5, mmsi=574009999, shipname="B" * 20)
    assert len(one) == len(two) == 2
    decoder = AisDecoder()
    decoder.decode([batch([one[0]], 1, "x"), batch([two[0]], 2, "y")])
    decoded = decoder.decode([batch([one[1]], 3, "x"), batch([two[1]], 4, "y")])
    names = [static.name for static in decoded.deliveries[0].records.statics]
    assert sorted(names) == ["A" * 20, "B" * 20]
    assert decoded.deliveries[0].weights.tolist() == [2, 2]


def test_parts_whose_rest_never_comes_are_refused_at_the_end() -> None:
    first, _second = sentences(type=5, shipname="A" * 20)
    decoder = AisDecoder()
    decoder.decode([batch([first])])
    decoded = decoder.decode([batch([], 2, end=True)])
    assert [(r.reason, r.batch_id) for r in decoded.rejects] == [("incomplete", 1)]


def test_the_same_message_from_two_receivers_counts_once() -> None:
    decoder = AisDecoder()
    decoded = decoder.decode(
        [batch(sentences(), 1, "east"), batch(sentences(), 2, "west")]
    )
    assert decoded.deliveries[0].records.positions == 1
    assert decoded.counts[("west", "duplicate", "")] == 1


def test_a_tag_time_far_ahead_is_refused() -> None:
    body = "c:12414211200"
    value = 0
    for character in body.encode():
        value ^= character
    line = f"\\{body}*{value:02X}\\".encode() + sentences()[0]
    decoded = AisDecoder().decode([batch([line])])
    assert [reject.reason for reject in decoded.rejects] == ["time_ahead"]


def test_a_number_with_more_than_nine_digits_is_refused() -> None:
    decoded = AisDecoder().decode([batch(sentences(mmsi=1_000_000_000))])
    assert [reject.reason for reject in decoded.rejects] == ["mmsi"]


def test_a_payload_of_the_wrong_length_is_refused() -> None:
    body = b"AIVDM,1,1,,A,13HOI:0P0000VOHL,0"
    value = 0
    for byte in body:
        value ^= byte
    decoded = AisDecoder().decode([batch([b"!" + body + b"*%02X" % value])])
    assert [reject.reason for reject in decoded.rejects] == ["length"]


@pytest.mark.parametrize(
    ("time", "second", "expected"),
    [(100.0, 40, 100.0), (100.0, 42, 102.0), (119.0, 1, 121.0), (121.0, 59, 119.0)],
)
def test_the_second_of_the_message_mends_the_time_of_reception(
    time: float, second: int, expected: float
) -> None:
    assert correct_second(time, second) == expected
    assert correct_second(time, 60) == time


@pytest.mark.parametrize(
    ("mmsi", "kind", "ship_type", "name", "expected"),
    [
        ("992000001", 21, 0, "", "navaid"),
        ("005741001", 4, 0, "", "base_station"),
        ("972123456", 1, 0, "", "distress"),
        ("574000001", 18, 30, "HP90916TS", "fishing"),
        ("574000001", 19, 0, "PHAO 1-59%", "buoy"),
        ("574000001", 5, 80, "", "tanker"),
        ("574000001", 1, 0, "", ""),
    ],
)
def test_stations_are_told_apart(
    mmsi: str, kind: int, ship_type: int, name: str, expected: str
) -> None:
    assert classify(mmsi, kind, ship_type, name) == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=120), max_size=20))
def test_no_bytes_stop_the_decoder_and_every_line_is_counted(
    lines: list[bytes],
) -> None:
    body = b"".join(
        line.replace(b"\n", b"").replace(b"\r", b"") + b"\n" for line in lines
    )
    expected = len(body.splitlines())
    decoded = AisDecoder().decode(
        [Batch(1, "s", RECEIVED, body, {}), Batch(2, "s", RECEIVED, b"", {"end": True})]
    )
    counted = sum(decoded.counts.values())
    counted += sum(int(d.weights.sum()) for d in decoded.deliveries)
    assert counted == expected


def test_flipped_bytes_are_refused_by_the_checksum_or_change_nothing() -> None:
    rng = random.Random(1)
    lines = [sentences(mmsi=574000000 + n, second=n % 60)[0] for n in range(300)]
    flipped = []
    for line in lines:
        broken = bytearray(line)
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(7)
        flipped.append(bytes(broken).replace(b"\n", b"?").replace(b"\r", b"?"))
    decoded = AisDecoder().decode([batch(flipped)])
    devices = {f"mmsi:{574000000 + n:09d}" for n in range(300)}
    for delivery in decoded.deliveries:
        assert set(delivery.records.device) <= devices
    total = sum(decoded.counts.values())
    total += sum(int(d.weights.sum()) for d in decoded.deliveries)
    assert total == 300


def test_what_was_heard_long_ago_is_forgotten() -> None:
    decoder = AisDecoder()
    decoder.decode([batch(sentences())])
    assert len(decoder._seen) == 1
    later = Batch(2, "s", RECEIVED + timedelta(minutes=11), sentences()[0] + b"\n", {})
    decoder.decode([later])
    decoder.decode([Batch(3, "s", RECEIVED + timedelta(minutes=30), b"\n", {})])
    assert len(decoder._seen) == 0
