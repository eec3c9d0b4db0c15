"""Every real recording goes through the inbox, and every line is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.ais.decoder import AisDecoder
from feeds.ais.recordings import lines_of
from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.decoding import Batch
from feeds.core.models import InboxBatch, Quarantine
from feeds.core.tests.playing import counts, play
from layers.vessels.models import LivePosition, Position

from .mangling import doubled, each_doubled, flipped, shuffled
from .replaying import KEEP_MONTHS, Picture, begin, empty, replay

pytestmark = pytest.mark.django_db(transaction=True)

# name -> lines; the VMS recording has its own feed and tests (test_vms, test_ladder)
RECORDINGS = {
    "aishub_global_2012-03-14.nmea": 85_194,
    "amsa_australia_2012-01-27.txt.gz": 44_687,
    "dma_denmark_2013-11-12_5min.txt.gz": 80_246,
    "dma_drift_538004030_2014-09-28.txt": 16_104,
    "exactearth_sat_2012-01-31.txt": 7_160,
    "exactearth_tagblock_2012-04-13.txt": 221,
    "gfw_263576000.jsonl": 948,
    "gfw_416000000.jsonl": 1_668,
    "gfw_pairs_open.csv.gz": 13_914,
    "guernsey_channel_2011-07-26.nmea": 63_318,
    "kystverket_1000_2019-08-07.nm4": 1_000,
    "libais_tagblock.nmea": 5,
    "marinecadastre_us_2022-01-03_99999.csv.gz": 99_999,
    "mixed_gpsd_ais-nmea_2020-04-07.log": 1_500,
    "nasty_gofree_2014-04-16.nmea": 6_324,
    "nasty_gpsd_sample.aivdm": 1_121,
    "nasty_libais_test.aivdm": 345,
    "nasty_pyais_mixed.txt": 35,
    "suez_evergiven_2021-03.csv": 22_287,
    "vn_haiphong_2024-10-04_a.nmea": 35_109,
}


@pytest.fixture(autouse=True)
def _fresh(settings) -> None:
    settings.IOC_KEEP_MONTHS = KEEP_MONTHS
    begin()


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_adds_up_and_a_second_replay_changes_nothing(
    name: str, shared_file, caplog
) -> None:
    """Positions, what is thought of them, the fleet, the tracks and the events."""
    lines = list(lines_of(shared_file(f"ais/{name}")))
    assert len(lines) == RECORDINGS[name]
    first = replay(lines)
    found = counts()
    assert sum(found.values()) == len(lines), found
    assert "rejected:internal_error" not in found
    assert not InboxBatch.objects.exclude(state=1).exists()
    draining.forget()
    assert replay(lines, size=700).differences(first) == {}
    assert sum(counts().values()) == 2 * len(lines)
    assert not [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")]


def test_batches_of_any_size_give_the_same_positions(shared_file) -> None:
    lines = list(lines_of(shared_file("ais/amsa_australia_2012-01-27.txt.gz")))[:8_000]
    play(lines, source="one", size=8_000)
    keys = ("device__key", "at", "digest")
    first = set(Position.objects.values_list(*keys))
    tally = counts("one")
    with_forgetting = _play_with_restarts(lines)
    assert with_forgetting == tally
    assert set(Position.objects.values_list(*keys)) == first


def _play_with_restarts(lines: list[bytes]) -> dict[str, int]:
    """From nothing, in small batches, a new process after every one of them."""
    empty()
    for start in range(0, len(lines), 500):
        last = start + 500 >= len(lines)
        chunk = lines[start : start + 500]
        if last:
            play(chunk, source="one", size=500)
        else:
            _store_without_end(chunk)
            draining.drain(_feed().pk)
        draining.forget()
    return counts("one")


def _feed():  # type: ignore[no-untyped-def]
    from feeds.core.models import Feed

    return Feed.of_kind("ais")


def _store_without_end(chunk: list[bytes]) -> None:
    from feeds.core.tests.playing import RECEIVED

    inbox.store(
        [
            inbox.RawBatch(
                kind="ais",
                feed="ais",
                source="one",
                received_at=RECEIVED,
                lines=len(chunk),
                body=b"".join(line + b"\n" for line in chunk),
                meta={"recording": True},
            )
        ]
    )


# Small ones, of every kind: tag blocks, noise, many receivers. No satellite ones: what
# is late, and so moves no live row, depends there on the order of arrival.
SMALL = (
    "kystverket_1000_2019-08-07.nm4",
    "mixed_gpsd_ais-nmea_2020-04-07.log",
    "nasty_gofree_2014-04-16.nmea",
    "nasty_libais_test.aivdm",
)
SLACK_S = 10.0


def _fleet() -> dict[str, tuple[float, float, float]]:
    """Device -> time and place of the newest credible position."""
    rows = LivePosition.objects.values_list("device__key", "at", "lon", "lat")
    return {key: (at.timestamp(), lon, lat) for key, at, lon, lat in rows}


def _tracks(found: Picture) -> dict[tuple[str, int, int], set[tuple[object, ...]]]:
    """(device, branch, segment) -> its drawn pieces: first and last fix, how many."""
    tracks: dict[tuple[str, int, int], set[tuple[object, ...]]] = {}
    for (
        key,
        branch,
        kind,
        segment,
        _begins,
        since,
        until,
        fixes,
        *_rest,
    ) in found.pieces:
        if kind == "track":
            tracks.setdefault((key, branch, segment), set()).add((since, until, fixes))
    return tracks


@pytest.mark.parametrize("name", SMALL)
def test_doubled_and_shuffled_lines_lead_to_the_same_fleet(
    name: str, shared_file
) -> None:
    lines = list(lines_of(shared_file(f"ais/{name}")))
    first = replay(lines, size=500)
    fleet = _fleet()
    assert fleet
    for way in (doubled, each_doubled, shuffled):
        empty()
        mangled = way(lines)
        second = replay(mangled, size=500)
        assert sum(counts().values()) == len(mangled)
        assert _tracks(second) == _tracks(first) or way is shuffled
        assert _tracks(second).keys() == _tracks(first).keys()
        again = _fleet()
        assert again.keys() == fleet.keys()
        # what says no second of its own is placed by its reception; an aid that always
        # says the same second may be off by the minute that the second leaves open
        off = [key for key in fleet if abs(again[key][0] - fleet[key][0]) > SLACK_S]
        assert len(off) <= 0.02 * len(fleet), (way, off)
        assert all(abs(again[key][0] - fleet[key][0]) <= 60 for key in off)
        same = sum(again[key] == fleet[key] for key in fleet)
        assert same >= 0.95 * len(fleet), way


@pytest.mark.parametrize("name", SMALL)
def test_damaged_lines_are_refused_and_move_nobody_far(name: str, shared_file) -> None:
    """One byte in twenty is wrong; what passes its checksum all the same (one in 256
    does) is doubted by the layer, or new."""
    lines = list(lines_of(shared_file(f"ais/{name}")))
    play(lines, size=500)
    fleet = _fleet()
    empty()
    play(flipped(lines), size=500)
    tally = counts()
    assert sum(tally.values()) == len(lines)
    assert tally.get("rejected:internal_error", 0) == 0
    assert not InboxBatch.objects.exclude(state=1).exists()
    refused = sum(n for outcome, n in tally.items() if outcome.startswith("rejected"))
    assert Quarantine.objects.count() == refused > 0
    strangers = _fleet().keys() - fleet.keys()
    assert len(strangers) <= 3 + len(lines) / 256


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_decoder_accounts_for_every_line_however_mangled(
    name: str, shared_file
) -> None:
    lines = list(lines_of(shared_file(f"ais/{name}")))[:30_000]
    known = _decoded(lines)
    for way in (doubled, each_doubled, shuffled, flipped):
        found = _decoded(way(lines))
        if way in (doubled, each_doubled):
            assert known <= found
            assert len(found - known) <= 3
        elif way is shuffled:
            assert len({key[::2] for key in known ^ found}) <= 0.015 * len(known) + 2


def _decoded(lines: list[bytes]) -> set[tuple[str, float, int]]:
    """(device, time, digest) of all positions; checks the sum of the lines."""
    decoder = AisDecoder()
    body = b"".join(line + b"\n" for line in lines)
    whole = Batch(1, "s", datetime.now(UTC), body, {"recording": True})
    end = Batch(2, "s", datetime.now(UTC), b"", {"end": True})
    decoded = decoder.decode([whole, end])
    counted = sum(decoded.counts.values())
    found: set[tuple[str, float, int]] = set()
    for delivery in decoded.deliveries:
        counted += int(delivery.weights.sum())
        reports = delivery.records
        keys = [reports.keys[index] for index in reports.device.tolist()]
        columns = keys, reports.at.tolist(), reports.digest.tolist()
        found |= set(zip(*columns, strict=True))
    assert counted == len(lines)
    return found
