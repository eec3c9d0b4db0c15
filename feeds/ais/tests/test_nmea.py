from __future__ import annotations

import pytest

from feeds.ais.nmea import BadLine, Tag, checksum, parse, read_wrapper, split_tag

GOOD = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"


def tagged(body: bytes) -> bytes:
    return b"\\" + body + b"*%02X\\" % checksum(body) + GOOD


def test_a_sentence_is_taken_apart() -> None:
    sentence = parse(GOOD)
    assert (sentence.total, sentence.part, sentence.channel) == (1, 1, b"A")
    assert sentence.payload == b"13HOI:0P0000VOHLCnHQKwvL05Ip"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (GOOD[:-2] + b"24", "checksum"),
        (b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", "malformed"),
        (b"!AIVDM,1,1,,A*5B", "malformed"),
        (b"!AIVDM,x,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*6A", "malformed"),
        (b"!AIVDM,1,2,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*20", "malformed"),
    ],
)
def test_a_bad_sentence_has_a_named_reason(line: bytes, reason: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse(line)
    assert caught.value.reason == reason


def test_what_stands_behind_the_checksum_is_ignored() -> None:
    assert parse(GOOD + b",1327992119173").payload == parse(GOOD).payload


def test_tag_times_come_in_seconds_and_in_milliseconds() -> None:
    assert split_tag(tagged(b"c:1565218798"))[0] == Tag(time=1565218798.0)
    assert split_tag(tagged(b"c:1565218798500"))[0] == Tag(time=1565218798.5)


def test_group_and_station_of_a_tag_are_kept() -> None:
    tag, rest = split_tag(tagged(b"g:1-2-3985,s:rEV02,c:1334337317"))
    assert tag == Tag(time=1334337317.0, station="rEV02", group=(1, 2, "3985"))
    assert rest == GOOD


def test_a_tag_with_a_wrong_checksum_is_not_believed_but_spoils_no_sentence() -> None:
    tag, rest = split_tag(b"\\c:1565218798*00\\" + GOOD)
    assert tag is not None
    assert not tag.believed
    assert rest == GOOD


def test_a_tag_that_does_not_end_is_refused() -> None:
    with pytest.raises(BadLine):
        split_tag(b"\\c:1565218798*53" + GOOD)


def test_a_gatehouse_wrapper_tells_time_and_station() -> None:
    tag = read_wrapper(b"$PGHP,1,2013,11,12,12,0,0,11,219,,2190067,1,62*26")
    assert tag == Tag(time=1384257600.011, station="219--2190067")


@pytest.mark.parametrize(
    "wrapper",
    [
        b"$PGHP,1,2013,11,12,12,0,0,12,219,,2190067,1,62*26",
        b"$PGHP,1,2013,13,12,12,0,0,11,219,,2190067,1,62*24",
        b"$PGHP,1,2013,11,12,12,0,0,11,219,,2190067,1,62",
        b"$PGHP,1,2013",
    ],
)
def test_a_wrapper_with_a_wrong_checksum_or_date_is_not_believed(
    wrapper: bytes,
) -> None:
    assert not read_wrapper(wrapper).believed
