"""Parts, repeats and times: what a line means beside the others."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from feeds.ais import assembly, clocks, repeats
from feeds.ais.decoder import AisDecoder
from feeds.ais.nmea import checksum
from layers.vessels.flags import Flag

from .sentences import RECEIVED, batch, one, reports, sentences, tagged, total

NOW = RECEIVED.timestamp()
LONG = {"type": 5, "ship_type": 30}


def test_parts_are_put_together_when_other_senders_speak_between() -> None:
    first = sentences(**LONG, shipname="A" * 20)
    second = sentences(**LONG, mmsi=574009999, shipname="B" * 20)
    assert len(first) == len(second) == 2
    decoder = AisDecoder()
    decoder.decode([batch([first[0]], 1, "x"), batch([second[0]], 2, "y")])
    decoded = decoder.decode([batch([first[1]], 3, "x"), batch([second[1]], 4, "y")])
    names = [static.name for static in reports(decoded).statics]
    assert sorted(names) == ["A" * 20, "B" * 20]
    assert decoded.deliveries[0].weights.tolist() == [2, 2]


def test_parts_on_two_channels_and_of_two_stations_do_not_mix() -> None:
    parts = sentences(**LONG, shipname="A" * 20)
    other = [
        line.replace(b",A,", b",B,") for line in sentences(**LONG, shipname="B" * 20)
    ]
    other = [tagged("s:west", _mend(line)) for line in other]
    mine = [tagged("s:east", line) for line in parts]
    decoded = AisDecoder().decode([batch([mine[0], other[0], mine[1], other[1]])])
    found = {static.name: static.receiver for static in reports(decoded).statics}
    assert found == {"A" * 20: "east", "B" * 20: "west"}


def _mend(line: bytes) -> bytes:
    body = line[1:].split(b"*")[0]
    return b"!" + body + b"*%02X" % checksum(body)


def test_a_message_split_over_two_reads_is_not_lost() -> None:
    """pyais #213: parts that came in different reads were dropped silently."""
    first, second = sentences(**LONG, shipname="A" * 20)
    decoder = AisDecoder()
    decoder.decode([batch([first])])
    decoded = decoder.decode([batch([b"$GPZDA,1*00", second], 2)])
    assert [static.name for static in reports(decoded).statics] == ["A" * 20]


def test_parts_whose_rest_never_comes_are_refused_at_the_end() -> None:
    first, _second = sentences(**LONG, shipname="A" * 20)
    decoder = AisDecoder()
    decoder.decode([batch([first])])
    decoded = decoder.decode([batch([], 2, end=True)])
    assert [(r.reason, r.batch_id) for r in decoded.rejects] == [("incomplete", 1)]


def test_parts_that_wait_too_long_are_given_up() -> None:
    first, second = sentences(**LONG, shipname="A" * 20)
    decoder = AisDecoder()
    decoder.decode([batch([first])])
    later = RECEIVED + timedelta(seconds=assembly.WAIT_S + 1)
    decoded = decoder.decode([batch([b"#"], 2, received=later)])
    assert [r.reason for r in decoded.rejects] == ["incomplete"]
    decoded = decoder.decode([batch([second], 3, received=later)])
    assert not decoded.deliveries


def test_no_flood_of_first_parts_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assembly, "MAX_PENDING", 5)
    decoder = AisDecoder()
    lines = [
        tagged(f"s:st{n}", sentences(**LONG, shipname="A" * 20)[0]) for n in range(40)
    ]
    decoded = decoder.decode([batch(lines)])
    assert len(decoder._assembler) == 5
    assert len(decoded.rejects) == 35


def test_groups_of_tag_blocks_belong_together_and_share_the_time() -> None:
    first, second = sentences(**LONG, shipname="A" * 20)
    lines = [
        tagged(f"g:1-2-77,s:sat,c:{int(NOW) - 5_000}", first),
        one(),
        tagged("g:2-2-77", second),
    ]
    decoded = AisDecoder().decode([batch(lines)])
    (static,) = reports(decoded).statics
    assert (static.at, static.receiver) == (int(NOW) - 5_000, "sat")


def test_the_same_message_from_two_receivers_counts_once_and_names_both() -> None:
    decoder = AisDecoder()
    decoded = decoder.decode([batch([one()], 1, "east"), batch([one()], 2, "west")])
    found = reports(decoded)
    assert found.positions == 1
    assert decoded.counts[("west", "duplicate", "")] == 1
    (heard,) = found.heard
    assert (heard.device, heard.receiver) == ("mmsi:574001234", "west")
    assert (heard.at, heard.digest) == (found.at[0], found.digest[0])
    # in a later group, and by a station that its tag block names
    later = decoder.decode([batch([tagged("s:hill", one())], 3, "south")])
    assert [h.receiver for h in reports(later).heard] == ["hill"]


def test_a_repeat_of_the_same_receiver_names_nobody_new() -> None:
    decoded = AisDecoder().decode([batch([one(), one()])])
    assert reports(decoded).heard == []
    assert decoded.counts[("s", "duplicate", "")] == 1


def test_a_station_that_says_the_same_for_ever_is_heard_every_half_minute() -> None:
    decoder = AisDecoder()
    line = one(type=21, mmsi=995740001, second=60)
    kept = []
    for n in range(10):
        received = RECEIVED + timedelta(seconds=10 * n)
        decoded = decoder.decode([batch([line], n + 1, received=received)])
        kept += [10 * n] * len(decoded.deliveries)
    assert kept == [0, 40, 80]


def test_what_was_heard_long_ago_is_forgotten() -> None:
    decoder = AisDecoder()
    decoder.decode([batch([one()])])
    assert len(decoder._repeats) == 1
    later = RECEIVED + timedelta(seconds=repeats.KEPT_S + 60)
    decoder.decode([batch([one(second=31)], 2, received=later)])
    assert len(decoder._repeats) == 1


def test_the_memory_of_repeats_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "LIMIT", 100)
    monkeypatch.setattr(repeats, "FRESH", 10)
    decoder = AisDecoder()
    for n in range(40):
        lines = [one(mmsi=574000000 + 50 * n + k) for k in range(50)]
        received = RECEIVED + timedelta(seconds=n)
        decoder.decode([batch(lines, n + 1, received=received)])
    assert len(decoder._repeats) <= 200
    # the last ones are still known
    decoded = decoder.decode([batch(lines, 99, received=received)])
    assert decoded.counts[("s", "duplicate", "")] == 50


def test_the_receivers_clock_is_believed_before_ours() -> None:
    said = int(NOW) - 100
    found = reports(AisDecoder().decode([batch([tagged(f"c:{said}", one(second=60))])]))
    assert found.at.tolist() == [said]


def test_a_wrapper_dates_the_next_sentence_of_its_source_only() -> None:
    wrapper = b"$PGHP,1,2026,11,22,2,50,0,0,574,,5741001,1,00"
    wrapper += b"*%02X" % checksum(wrapper[1:])
    decoder = AisDecoder()
    decoded = decoder.decode(
        [
            batch([wrapper], 1, "x"),
            batch([one(second=60)], 2, "y"),
            batch([b"$GPGSV", one(second=60, mmsi=574000002), one(second=61)], 3, "x"),
        ]
    )
    found = reports(decoded)
    assert (found.at - NOW).tolist() == [0, -630, 0]
    assert [found.receivers[r] for r in found.receiver] == ["y", "574--5741001", "x"]


def test_a_fix_more_than_five_minutes_ahead_is_refused() -> None:
    line = tagged(f"c:{int(NOW) + 301}", one())
    decoded = AisDecoder().decode([batch([line])])
    assert [reject.reason for reject in decoded.rejects] == ["time_ahead"]
    line = tagged(f"c:{int(NOW) + 299}", one())
    assert AisDecoder().decode([batch([line])]).deliveries


@pytest.mark.parametrize("year", ["c:12414211200", "c:12415440354000", "c:17"])
def test_an_impossible_time_is_not_believed(year: str) -> None:
    found = reports(AisDecoder().decode([batch([tagged(year, one())])]))
    assert found.at.tolist() == [NOW]
    # a source that dates its lines may be late: its own clock knows better than ours
    lines = [
        tagged(f"c:{int(NOW) - 7_200}", one(second=60)),
        tagged(year, one(second=61)),
    ]
    found = reports(AisDecoder().decode([batch(lines)]))
    assert found.at.tolist() == [NOW - 7_200] * 2


def test_what_comes_late_says_so() -> None:
    ages = (clocks.LATE_S - 30, clocks.LATE_S + 30)
    lines = [
        tagged(f"c:{int(NOW - age)}", one(second=60 + n)) for n, age in enumerate(ages)
    ]
    found = reports(AisDecoder().decode([batch(lines)]))
    assert (found.flags & Flag.LATE).tolist() == [0, Flag.LATE]


def test_a_recording_is_late_by_its_own_clock() -> None:
    year = 86_400 * 365
    ages = (0, 10, clocks.LATE_S + 60, 20, 0)
    lines = [
        tagged(f"c:{int(NOW - year - age)}", one(second=60, mmsi=574000000 + n))
        for n, age in enumerate(ages)
    ]
    found = reports(AisDecoder().decode([batch(lines, recording=True)]))
    assert (found.flags == [0, 0, Flag.LATE, 0, 0]).all()


def test_one_line_from_the_future_does_not_make_a_recording_late() -> None:
    year = 86_400 * 365
    offsets = (0, 1, 86_400 * 30, 2, 3)
    lines = [
        tagged(f"c:{int(NOW - year + o)}", one(second=60, mmsi=574000000 + n))
        for n, o in enumerate(offsets)
    ]
    found = reports(AisDecoder().decode([batch(lines, recording=True)]))
    assert not (found.flags & Flag.LATE).any()


def test_an_archive_tells_when_it_received_a_line() -> None:
    """exactEarth writes the arrival behind the checksum."""
    said, arrived = int(NOW) - 90_000, int(NOW) - 80_000
    line = tagged(f"c:{said}", one(second=60)) + f",{arrived}123".encode()
    found = reports(AisDecoder().decode([batch([line], recording=True)]))
    assert found.flags.tolist() == [Flag.LATE]


def test_a_doubted_line_that_begins_a_recording_is_flagged() -> None:
    line = tagged("c:12414211200", one())
    found = reports(AisDecoder().decode([batch([line], recording=True)]))
    assert found.flags.tolist() == [Flag.CLOCK]


def test_a_source_that_ends_is_forgotten() -> None:
    decoder = AisDecoder()
    lines = [tagged(f"c:{int(NOW) - 50}", one())]
    decoder.decode([batch(lines), batch([], 2, end=True)])
    assert not decoder._clocks._of


def test_any_grouping_of_batches_gives_the_same() -> None:
    rng = np.random.default_rng(5)
    lines = []
    for n in range(400):
        parts = sentences(
            **(LONG if n % 7 == 0 else {}),
            mmsi=574000000 + int(rng.integers(40)),
            second=int(rng.integers(64)),
            shipname=f"BOAT {n % 5}",
        )
        lines += [tagged(f"c:{int(NOW) - 400 + n}", p) for p in parts] * (1 + n % 3)
    seen = []
    for size in (len(lines), 100, 7):
        decoder = AisDecoder()
        rows, count = set(), 0
        for n in range(0, len(lines), size):
            decoded = decoder.decode([batch(lines[n : n + size], n + 1)])
            count += total(decoded)
            for delivery in decoded.deliveries:
                r = delivery.records
                columns = r.at.tolist(), r.digest.tolist(), r.flags.tolist()
                rows |= set(zip(*columns, strict=True))
        seen.append(rows)
        assert count == len(lines)
    assert seen[0] == seen[1] == seen[2]


def test_parts_behind_a_wrapped_one_belong_to_it() -> None:
    """Gatehouse wraps only the first sentence of a message (the Danish network)."""
    wrapper = b"$PGHP,1,2026,11,22,2,59,0,0,219,,2190067,1,00"
    wrapper += b"*%02X" % checksum(wrapper[1:])
    first, second = sentences(**LONG, shipname="A" * 20)
    for cut in (2, 3):  # in one batch, or with the second part in the next one
        lines = [wrapper, first, second]
        decoder = AisDecoder()
        found = [
            static
            for number, part in enumerate((lines[:cut], lines[cut:]), 1)
            for delivery in decoder.decode([batch(part, number)]).deliveries
            for static in delivery.records.statics
        ]
        assert [(s.name, s.receiver, NOW - s.at) for s in found] == [
            ("A" * 20, "219--2190067", 90)
        ]
