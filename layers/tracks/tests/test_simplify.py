"""Thinning tracks keeps what it promises."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.tracks.simplify import keep, synchronised_m


@st.composite
def voyages(draw):
    """A ship that changes its course and speed at random, with noise."""
    seed = draw(st.integers(0, 2**32 - 1))
    count = draw(st.integers(1, 400))
    rng = np.random.default_rng(seed)
    at = np.cumsum(rng.choice([0.0, 2.0, 10.0, 180.0, 7200.0], count))
    course = np.cumsum(rng.normal(0, 0.3, count))
    speed = np.abs(rng.normal(3, 4, count)) * rng.integers(0, 2, count)
    step = np.diff(at, prepend=0.0) * speed / 111_000
    lon = 105.9 + np.cumsum(step * np.sin(course)) + rng.normal(0, 1e-5, count)
    lat = 19.5 + np.cumsum(step * np.cos(course)) + rng.normal(0, 1e-5, count)
    track = np.sort(rng.integers(0, draw(st.integers(1, 4)), count))
    forced = rng.random(count) < 0.02
    return track, at, lon, np.clip(lat, -80, 80), forced


@settings(max_examples=150)
@given(voyages(), st.sampled_from([0.0, 10.0, 50.0, 250.0, 1000.0]))
def test_no_fix_is_farther_from_the_line_at_its_time_than_the_tolerance(
    voyage, tolerance_m
) -> None:
    track, at, lon, lat, forced = voyage
    kept = keep(track, at, lon, lat, tolerance_m, forced)
    assert kept[forced].all()
    rows = np.flatnonzero(kept)
    assert set(track[rows]) == set(track)
    place = np.searchsorted(rows, np.arange(len(at)), side="right") - 1
    first, last = rows[place], rows[np.minimum(place + 1, len(rows) - 1)]
    dropped = np.flatnonzero(~kept)
    assert (track[first[dropped]] == track[last[dropped]]).all()
    off = synchronised_m(at, lon, lat, first[dropped], last[dropped], dropped)
    assert (off <= tolerance_m + 1e-6).all()


def test_a_stop_on_a_straight_line_is_kept() -> None:
    at = np.array([0, 60, 120, 4000, 4060, 4120], dtype=float)
    lon = np.array([0, 0.01, 0.02, 0.02, 0.03, 0.04])
    kept = keep(np.zeros(6, dtype=int), at, lon, np.zeros(6), 50.0)
    assert kept.tolist() == [True, False, True, True, False, True]


def test_a_straight_way_at_one_speed_is_its_ends() -> None:
    at = np.arange(1000.0)
    kept = keep(np.zeros(1000, dtype=int), at, at * 1e-4, at * 1e-4, 1.0)
    assert np.flatnonzero(kept).tolist() == [0, 999]
