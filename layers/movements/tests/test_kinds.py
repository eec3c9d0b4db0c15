"""Every kind of movement against tables worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from layers.movements.kinds import (
    fishing,
    gaps,
    loitering,
    meetings,
    spoofing,
    stops,
    visits,
)  # fmt: skip
from layers.movements.moves import Seed, legs
from layers.movements.params import Params
from layers.movements.sampling import sample

from .sea import DAY, HOUR, MINUTE, NM, line, moves

P = Params()
METRE = NM / 1852
SOON = DAY + 1e9


def times(found) -> list[tuple[float, float]]:
    return [((each.began - DAY) / 60, (each.ended - DAY) / 60) for each in found]


def test_a_stop_begins_at_two_tenths_and_ends_at_half_a_knot():
    speeds = [5, 0.3, 0.2, 0.4, 0.1, 0.4, 0.5, 0.1]
    m = moves([(i * 10 * MINUTE, 106.0, 19.0, kn) for i, kn in enumerate(speeds)])
    # 0.3 begins nothing, 0.4 ends nothing, 0.5 ends it; the last is too short
    assert times(stops.find(m, legs(m), {}, P)) == [(20.0, 60.0)]


def test_a_stop_that_lasts_is_open():
    m = moves([(i * 10 * MINUTE, 106.0, 19.0, 0.0) for i in range(4)])
    (found,) = stops.find(m, legs(m), {}, P)
    assert np.isnan(found.ended)


def test_without_speeds_a_stop_is_what_stays_within_the_diameter():
    places = [0, 200, 300, 3000, 6000]  # metres north of the first
    m = moves(
        [(i * 2 * HOUR, 106.0, 19 + y * METRE, None) for i, y in enumerate(places)]
    )
    assert times(stops.find(m, legs(m), {}, P)) == [(0.0, 240.0)]


def test_a_jump_to_another_place_ends_a_stop():
    m = moves([(i * 10 * MINUTE, 106.0, 19.0 + (i > 3) * 0.1, 0.0) for i in range(8)])
    assert times(stops.find(m, legs(m), {}, P))[0] == (0.0, 30.0)


def test_a_stop_goes_on_from_what_is_stored():
    m = moves([(0, 106.0, 19.0, 0.3), (600, 106.0, 19.0, 3.0)])
    seed = Seed(DAY - 90 * 86_400, 106.5, 19.5)
    (found,) = stops.find(m, legs(m), {0: seed}, P)
    assert (found.began, found.ended) == (DAY - 90 * 86_400, DAY + 600)
    assert (found.lon, found.lat) == (106.5, 19.5)
    assert stops.find(m, legs(m), {}, P) == []


@pytest.mark.parametrize(
    ("kilometres", "speeds", "expected"),
    [
        # in at 3.0, out beyond 4.0; a stop inside: entry, stop and exit are 4
        ([5, 3.5, 3, 1, 3.5, 4, 4.1], [5, 5, 5, 0, 5, 5, 5], (20, 60, 4)),
        # it only passes: 1, not published
        ([5, 3.0, 2, 3.0, 4.1], [5] * 5, (10, 40, 1)),
        # first heard inside: no entry
        ([1, 1, 5], [0, 0, 5], (0, 20, 3)),
        # in and there still: no exit
        ([5, 1, 1], [5, 0, 0], (10, None, 3)),
        # only ever heard inside
        ([1, 1], [0, 0], (0, None, 2)),
    ],
)
def test_port_visits_have_hysteresis_and_confidence(kilometres, speeds, expected):
    points = [(i * 600, 106.0, 19.0, kn) for i, kn in enumerate(speeds)]
    m = moves(points)
    metres = np.array(kilometres) * 1e3
    still, _ = stops.stopped(m, legs(m), {}, P)
    port = np.full(len(m), 7)
    (found,) = visits.find(m, legs(m), still, port, metres, {}, P)
    ended = None if np.isnan(found.ended) else (found.ended - DAY) / 60
    assert ((found.began - DAY) / 60, ended, found.confidence) == expected
    assert found.published == (found.confidence >= 2)
    assert found.values["port_id"] == 7


@pytest.mark.parametrize(("minutes", "seen"), [(239, False), (240, True)])
def test_a_silence_of_four_hours_in_a_port_is_an_event(minutes, seen):
    m = moves([(0, 106, 19, 5), (minutes * 60, 106, 19, 5)])
    still = np.zeros(2, dtype=bool)
    near = np.array([100.0, 100.0])
    (found,) = visits.find(m, legs(m), still, np.ones(2, int), near, {}, P)
    assert (found.values["silent_at"] is not None) is seen


def gap(hours: float, before: float = 12, vms: bool = False, port: bool = False):
    points = [(h * HOUR, 106.0, 19.0, 5.0) for h in np.arange(0, before + 0.5, 0.5)]
    points.append(((before + hours) * HOUR, 106.0, 19.0 + 1.0, 5.0))
    m = moves(points)
    inside = np.full(len(m), port)
    end = m.at[-1] + 1
    return gaps.find(m, legs(m), inside, np.array([vms]), end, P)


@pytest.mark.parametrize(
    ("found", "published"),
    [
        (gap(12), True), (gap(11.9), False), (gap(12, before=11.5), False),
        (gap(12, port=True), False), (gap(6, vms=True), True),
    ],
)  # fmt: skip
def test_gaps_are_kept_from_six_hours_and_published_from_twelve(found, published):
    assert [each.published for each in found] == [published]


def test_what_is_shorter_than_six_hours_is_no_gap():
    assert gap(5.99) == []


def test_a_gap_says_how_far_and_how_fast_and_what_was_missed():
    (found,) = gap(6, vms=True)
    # one degree of latitude is 111.3 km; 60 nm in 6 h are 10 kn; reports after 2, 4 h
    assert found.values["distance_km"] == pytest.approx(111.3, abs=0.1)
    assert found.values["implied_kn"] == pytest.approx(10.0, abs=0.02)
    assert found.values["missed"] == 2
    assert found.line == ((106.0, 19.0), (106.0, 20.0))


def test_a_silent_track_has_an_open_gap_and_after_a_month_a_lost_contact():
    points = [(h * HOUR, 106.0, 19.0, 5.0) for h in range(13)]
    m = moves(points)

    def at(hours: float):
        no = np.zeros(len(m), dtype=bool)
        return gaps.find(m, legs(m), no, np.array([False]), m.at[-1] + hours * HOUR, P)

    assert at(5.9) == []
    assert [(np.isnan(g.ended), g.published) for g in at(6)] == [(True, False)]
    assert [(np.isnan(g.ended), g.published) for g in at(12)] == [(True, True)]
    (lost,) = at(24 * 31)
    assert lost.ended - lost.began == 30 * 86_400
    assert lost.values["lost"] is True


def met(minutes: int, metres: float, kn: float = 1.0, kind: str = "encounter"):
    meeting = getattr(P, kind)
    m = moves(
        line(0, minutes, 106.0, 19.0, kn),
        line(0, minutes, 106.0 + metres * METRE / np.cos(np.radians(19.0)), 19.0, kn),
    )
    found = sample(m, legs(m), 600, meeting.gap_minutes * 60)
    return meetings.find(
        kind, found, np.array([1, 2]), np.array([1, 2]), meeting, SOON, P
    )


@pytest.mark.parametrize(
    ("found", "number"),
    [
        # the first sample is at 10 min: 130 min hold two hours
        (met(130, 490), 1), (met(120, 490), 0), (met(130, 510), 0),
        (met(130, 100, kn=1.9), 1), (met(130, 100, kn=2.1), 0),
        (met(40, 240, kind="proximity"), 1), (met(40, 260, kind="proximity"), 0),
        (met(370, 400, kn=3, kind="colocated"), 1),
        (met(370, 400, kn=1, kind="colocated"), 0),
    ],
)  # fmt: skip
def test_meetings_are_near_long_and_slow(found, number):
    assert len(found) == number


def test_an_encounter_tells_when_how_near_and_how_slow():
    (found,) = met(130, 400)
    assert times([found]) == [(10.0, 130.0)]
    assert found.values["median_m"] == pytest.approx(400, abs=2)
    assert found.values["median_kn"] == pytest.approx(1.0, abs=0.01)


def test_silences_are_not_interpolated_across_for_more_than_an_hour():
    def far(step: float):
        m = moves([(0, 106, 19, 1), (step * MINUTE, 106, 19.01, 1)])
        return len(sample(m, legs(m), 600, 3600.0))

    assert (far(60), far(61)) == (6, 0)


def test_one_vessel_or_one_mmsi_never_meets_itself():
    m = moves(line(0, 300, 106, 19, 1), line(0, 300, 106, 19, 1))
    found = sample(m, legs(m), 600, 3600)
    for vessel, device in (([1, 1], [1, 2]), ([1, 2], [1, 1])):
        ids = np.array(vessel), np.array(device)
        assert not meetings.find("encounter", found, *ids, P.encounter, SOON, P)


def test_neighbouring_cells_and_a_brute_count_give_the_same_pairs():
    rng = np.random.default_rng(4)
    tracks = [
        [(0, 106 + x, 19 + y, 0), (3000, 106 + x, 19 + y, 0)]
        for x, y in rng.uniform(0, 0.08, (120, 2))
    ]
    m = moves(*tracks)
    found = sample(m, legs(m), 600, 3600)
    a, b, _metres = meetings.pairs(found, 500, 2000)
    from layers.tracks.simplify import distance_m

    i, j = np.triu_indices(len(found), 1)
    same = found.slot[i] == found.slot[j]
    i, j = i[same], j[same]
    near = distance_m(found.lon[i], found.lat[i], found.lon[j], found.lat[j]) <= 500
    expected = set(zip(i[near].tolist(), j[near].tolist(), strict=True))
    got = {(min(p), max(p)) for p in zip(a.tolist(), b.tolist(), strict=True)}
    assert got == expected
    assert len(a) == len(got) > 50


def test_nine_devices_of_one_captain_are_one_group():
    tracks = [line(0, 600, 106.0 + i * 5 * METRE, 19.0, 6) for i in range(9)]
    m = moves(*tracks)
    ids = np.arange(9)
    found = sample(m, legs(m), 600, 9000)
    pairs = meetings.find("colocated", found, ids, ids, P.colocated, SOON, P)
    assert len(pairs) == 36
    (group,) = meetings.together(pairs, P)
    assert (group.track, group.others) == (0, tuple(range(1, 9)))
    assert group.published
    assert group.values["devices"] == 9


def test_two_groups_at_two_times_stay_two():
    def pair(a: int, b: int, began: float, ended: float):
        return meetings.Found(
            kind="colocated", track=a, others=(b,), began=began, ended=ended, lon=0,
            lat=0, values={"median_m": 10.0, "median_kn": 5.0},
        )  # fmt: skip

    found = [pair(0, 1, 0, 10), pair(1, 2, 5, 15), pair(0, 3, 50, 60)]
    groups = [(g.track, g.others) for g in meetings.together(found, P)]
    assert groups == [(0, (1, 2)), (0, (3,))]


def test_loitering_is_whole_hours_below_two_knots():
    m = moves([
        *line(0, 60, 106, 19, 8),
        *line(65 * MINUTE, 235, 106, 19 + 8 * NM, 1.0),
        *line(301 * MINUTE, 60, 106, 19 + 12 * NM, 8),
    ])  # fmt: skip
    found = sample(m, legs(m), 600, 3600)
    away = np.ones(len(found), dtype=bool)
    (one,) = loitering.find(found, away, SOON, P)
    assert ((one.began - DAY) / HOUR, (one.ended - DAY) / HOUR) == (1.0, 5.0)
    assert one.values["mean_kn"] == pytest.approx(1.0, abs=0.1)
    assert loitering.find(found, ~away, SOON, P) == []


def fished(*tracks, gear=(2.0, 4.5)):
    m = moves(*tracks)
    one = np.ones(len(tracks))
    return fishing.find(
        m, legs(m), one > 0, gear[0] * one, gear[1] * one,
        np.ones(len(m), dtype=bool), SOON, P,
    )  # fmt: skip


def test_fishing_like_is_the_speed_of_the_gear_for_long_enough():
    assert times(fished(line(0, 30, 106, 19, 3.5))) == [(0.0, 30.0)]
    assert fished(line(0, 30, 106, 19, 8)) == []
    assert fished(line(0, 20, 106, 19, 3.5)) == []  # not more than 20 minutes
    assert fished(line(0, 25, 106, 19, 3.5, step=5 * MINUTE)) != []
    assert fished(line(0, 28, 106, 19, 3.5, step=7 * MINUTE)) == []  # 5 messages


def test_fishing_is_joined_within_an_hour_and_two_kilometres():
    first = line(0, 30, 106, 19, 3.5)
    end = first[-1]
    for wait, north, number in ((50, 0, 1), (70, 0, 2), (50, 0.09, 2)):
        start = end[0] + wait * MINUTE
        second = line(start, 30, 106, end[2] + north, 3.5)
        assert len(fished([*first, *second])) == number, (wait, north)


def test_working_speeds_go_by_the_gear_of_the_register():
    assert fishing.working_kn("luoi keo don", P) == (2.0, 4.5)
    assert fishing.working_kn("", P) == (0.5, 5.0)


def spoofed(flag: int, number: int) -> float:
    m = moves(line(0, 60, 106, 19, 5))
    bad = moves([(i * 10, 107, 20, 5) for i in range(number)])
    flags = np.full(number, flag)
    found = spoofing.find(m, legs(m), bad, flags, np.array([1]), P)
    return found[0].values["score"] if found else 0.0


def test_the_spoof_score_is_one_minus_what_the_signs_leave():
    # 10 of 20 jumps: 0.7 * 0.5; 16 is CIRCLE: 0.9 * 1; both bits: 1 - 0.3 * 0.1
    assert spoofed(1, 0) == 0.0
    assert spoofed(1, 10) == pytest.approx(0.35)
    assert spoofed(16, 40) == pytest.approx(0.9)
    assert spoofed(1 | 16, 40) == pytest.approx(0.97)


def test_a_speed_that_is_not_the_one_travelled_counts():
    honest = moves(line(0, 60, 106, 19, 10))
    assert not spoofing.differing(honest, legs(honest), P).any()
    lying = moves([(at, x, y, 0.0) for at, x, y, _kn in line(0, 60, 106, 19, 10)])
    assert spoofing.differing(lying, legs(lying), P).sum() == 12
    # 10 km/h are 5.4 kn
    slow = moves([(at, x, y, 0.0) for at, x, y, _kn in line(0, 60, 106, 19, 5.3)])
    assert not spoofing.differing(slow, legs(slow), P).any()


def test_many_devices_at_exactly_one_place_count():
    tracks = [[(i, 106.12345, 19.54321, 5.0)] for i in range(5)]
    m = moves(*tracks)
    assert spoofing.same_place(m, np.arange(5), P).all()
    assert not spoofing.same_place(m, np.array([1, 2, 3, 4, 4]), P).any()


@pytest.mark.parametrize("shift", [0.0, 86_400.0 * 365, -86_400.0 * 9000])
def test_a_shift_of_whole_days_shifts_everything(shift):
    m = moves(line(0, 300, 106, 19, 1), line(0, 300, 106.001, 19, 1))
    m.at += shift
    leg = legs(m)
    found = sample(m, leg, 600, 3600)
    ids = np.arange(2)
    (one,) = meetings.find("encounter", found, ids, ids, P.encounter, SOON * 9, P)
    assert one.began - shift == DAY + 600
    away = np.ones(len(found), dtype=bool)
    assert len(loitering.find(found, away, SOON * 9, P)) == 2
