"""Stored positions become the same tracks, in whatever order they came."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection

from layers.tracks import settling
from layers.tracks.points import unpack
from layers.tracks.settling import settle_all
from layers.vessels import retention
from layers.vessels.flags import Flag

from .sea import DAY, boat, days, forget, mark, pieces, put, voyage

pytestmark = pytest.mark.django_db

HOUR = 3600.0


def settle() -> int:
    return settle_all(pause_s=-1e9)


def of_kind(kind: str) -> list[tuple]:
    return [row for row in pieces() if row[2] == kind]


def left() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM vessels_dirty)"
            " + (SELECT count(*) FROM tracks_work)"
        )
        return cursor.fetchone()[0]


def test_a_voyage_over_midnight_is_one_segment_in_two_pieces() -> None:
    device, _vessel = boat("mmsi:574000001")
    put(device, voyage(1))
    assert settle() == 2
    first, second = of_kind("track")
    assert (first[3], first[4]) == (0, 1)
    assert (second[3], second[4]) == (0, 0), "it goes on"
    assert first[7] + second[7] == len(voyage(1))
    assert left() == 0
    before = pieces()
    mark(device, 0.0)
    settle()
    assert pieces() == before, "a second run changes nothing"


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_division_of_arrival_leads_to_the_same_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    devices = [boat(f"mmsi:57400010{i}")[0] for i in range(3)]
    boat("mmsi:574000100", branch=1)
    tracks = [voyage(10 + i, hours=50, step_s=120) for i in range(3)]
    tracks[0] = [
        (*fix, Flag.JUMP if i % 97 == 5 else 0, int(rng.random() < 0.3))
        for i, fix in enumerate(tracks[0])
    ]
    tracks[1] = [fix for fix in tracks[1] if not 20 * HOUR < fix[0] < 30 * HOUR]
    for device, fixes in zip(devices, tracks, strict=True):
        put(device, fixes)
    settle()
    wanted, wanted_days = pieces(), days()
    forget()
    everything = [
        (d, fix) for d, fixes in zip(devices, tracks, strict=True) for fix in fixes
    ]
    rng.shuffle(everything) if seed % 2 else None
    cuts = np.sort(rng.integers(0, len(everything), 12))
    for part in np.split(np.arange(len(everything)), cuts):
        some = [everything[i] for i in part]
        for device in devices:
            put(device, [fix for d, fix in some if d == device])
        settle()
    assert pieces() == wanted
    assert days() == wanted_days
    assert left() == 0


def test_only_the_days_that_late_fixes_touch_are_settled_again() -> None:
    device, _vessel = boat("mmsi:574000002")
    fixes = voyage(2, hours=24 * 5, step_s=300)
    late = fixes[300:310]
    put(device, fixes[:300] + fixes[310:])
    assert settle() == 5
    put(device, late)
    seen = []
    watch = settling.Analyser("watch", 1, lambda found: seen.append(found.day))
    with settling.analysers.override(watch):
        assert settle() == 1
    assert [day.day for day in seen] == [11]


def test_a_late_fix_at_the_end_of_a_day_moves_the_next_one_too() -> None:
    device, _vessel = boat("mmsi:574000003")
    put(device, [(23 * HOUR, 106.0, 19.0), (25 * HOUR, 106.1, 19.0)])
    settle()
    put(device, [(23.5 * HOUR, 106.0, 19.05)])
    settle()
    lines = [row[15] for row in of_kind("track")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsText(%s::geometry)", [lines[1]])
        (text,) = cursor.fetchone()
    assert text.startswith("LINESTRING M (106 19.05 ")


def test_a_silence_is_a_feature_of_its_own_and_breaks_the_track() -> None:
    ais, _vessel = boat("mmsi:574000004")
    vms, _other = boat("vms:p:1", kind="vms")
    for device in (ais, vms):
        put(device, [(i * HOUR, 106 + i / 100, 19.0) for i in (0, 1, 2, 9, 10)])
    settle()
    gaps = of_kind("gap")
    assert [row[0] for row in gaps] == [vms.pk], "AIS may be silent for 8 hours"
    tracks = [row[3:5] for row in of_kind("track") if row[0] == vms.pk]
    assert tracks == [(0, 1), (1, 2)]


def test_a_leg_that_no_ship_makes_breaks_the_track() -> None:
    device, _vessel = boat("mmsi:574000005")
    put(device, [(0, 106.0, 19.0), (600, 106.01, 19.0), (1200, 108.0, 19.0)])
    settle()
    assert [row[3:5] for row in of_kind("track")] == [(0, 1), (1, 3)]
    assert not of_kind("gap")


def test_suspect_fixes_are_points_of_their_own() -> None:
    device, _vessel = boat("mmsi:574000006")
    put(device, [
        (0, 106.0, 19.0), (600, 120.0, 30.0, Flag.JUMP), (1200, 106.02, 19.0),
        (1300, 0.0, 0.0, Flag.NOWHERE),
    ])  # fmt: skip
    settle()
    (suspect,) = of_kind("suspect")
    assert suspect[7] == 2
    assert suspect[10] == Flag.JUMP | Flag.NOWHERE
    (track,) = of_kind("track")
    assert track[7] == 2


def test_a_device_is_settled_once_in_a_pause_since_its_first_mark() -> None:
    device, _vessel = boat("mmsi:574000007")
    put(device, voyage(3, hours=1))
    assert settle_all(pause_s=3600) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vessels_dirty SET marked_at = now() - interval '2 hours'"
        )
    assert settle_all(pause_s=3600) == 1


def test_analysers_see_the_points_with_their_vessels() -> None:
    device, vessel = boat("mmsi:574000008")
    put(device, voyage(4, hours=2))
    seen: list[settling.Settled] = []
    with settling.analysers.override(settling.Analyser("watch", 1, seen.append)):
        settle()
    (found,) = seen
    assert found.device_id.tolist() == [device.pk]
    assert set(found.vessel_id.tolist()) == {vessel.pk}
    assert found.fine.points.at[0] == pytest.approx(voyage(4, hours=2)[0][0] + DAY)


def test_a_fix_that_claims_to_be_of_another_age_makes_no_track() -> None:
    device, _vessel = boat("mmsi:574000009")
    put(
        device,
        [(0, 106.0, 19.0), (600, 106.01, 19.0), (-40 * 365 * 86400, 106.0, 19.0)],
    )
    settle()
    assert len(pieces()) == 1
    assert left() == 0


def test_old_pieces_are_dropped_with_the_positions() -> None:
    device, _vessel = boat("mmsi:574000010")
    put(device, voyage(5, hours=2))
    settle()
    later = datetime(2029, 4, 2, tzinfo=UTC)
    names = {part.name for part in retention.plan(later)}
    assert "vessels_position_20260310" in names
    assert "tracks_piece_202603" in names
    retention.drop(retention.plan(later))
    assert pieces() == []
    assert days() == []


def test_a_silence_of_a_year_is_told_as_long_as_it_was() -> None:
    device, _vessel = boat("mmsi:574000011")
    year = 365 * 24 * HOUR
    put(device, [(-year, 106.0, 19.0), (-year + 60, 106.0, 19.0), (0, 106.1, 19.0)])
    settle()
    (gap,) = of_kind("gap")
    points = unpack(gap[12], DAY)
    assert points.at.tolist() == [DAY - year + 60, DAY]
