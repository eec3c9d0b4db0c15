"""Berth, band and outer limit of places, and outages told from silence."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.core.mercator import from_lonlat
from layers.vessels.duties.outages import OutageParams, detect, over
from layers.vessels.duties.places import Areas, Known, place

LAT = 19.5
# Metres of a degree of longitude there.
DEGREE_M = 111_320 * np.cos(np.radians(LAT))
PORT, BAND, WATERS, LIMIT = 11, 12, 13, 14


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    (x1, x2), (y1, y2) = from_lonlat(np.array([west, east]), np.array([south, north]))
    return shapely.box(x1, y1, x2, y2)


def areas(number: int, title: str, shape: shapely.Geometry) -> Areas:
    held = np.empty(1, dtype=object)
    held[0] = shape
    return Areas(held, np.array([number]), [title])


@pytest.fixture
def sea() -> Known:
    """A port at 105.9, waters from 105 to 107, their east side the outer limit."""
    waters = box(105, 19, 107, 20)
    _west, south, east, north = waters.bounds
    side = shapely.LineString([(east, south), (east, north)])
    return Known(
        ports=areas(PORT, "port", box(105.89, 19.49, 105.9, 19.51)),
        bands=areas(BAND, "inshore", box(106, 19, 106.5, 20)),
        waters=areas(WATERS, "waters", waters),
        limit=areas(LIMIT, "limit", side),
    )


def told(sea: Known, lon: float, was: int = 0, error_m: float = 0):  # type: ignore[no-untyped-def]
    return place(
        np.array([lon]), np.array([LAT]), np.array([error_m]), np.array([was]), sea
    )


@pytest.mark.parametrize(
    ("metres", "was", "in_port"),
    [
        (2_900, 0, True),
        (3_100, 0, False),
        (3_100, PORT, True),
        (3_900, PORT, True),
        (4_100, PORT, False),
        (0, 0, True),
    ],
)
def test_a_port_is_entered_at_three_and_left_at_four_kilometres(
    sea: Known, metres: float, was: int, in_port: bool
) -> None:
    found = told(sea, 105.9 + metres / DEGREE_M, was)
    assert bool(found.port[0] == 0) is in_port


def test_the_band_is_that_of_the_place(sea: Known) -> None:
    assert told(sea, 106.2).band.tolist() == [0]
    assert told(sea, 106.8).band.tolist() == [-1]


@pytest.mark.parametrize(
    ("lon", "error_m", "beyond"),
    [
        (106.9, 0, False),
        (107.05, 0, True),
        # a place told to about two miles proves nothing 500 m beyond the line
        (107 + 500 / DEGREE_M, 1_852, False),
        (107 + 500 / DEGREE_M, 20, True),
        # west of the waters is up a river, not over the limit
        (104.95, 0, False),
    ],
)
def test_beyond_is_over_the_outer_limit_and_farther_than_the_position_errs(
    sea: Known, lon: float, error_m: float, beyond: bool
) -> None:
    assert told(sea, lon, error_m=error_m).beyond.tolist() == [beyond]


NOW = 1_790_000_000.0
EVERY = 7_200.0


def spread(count: int) -> np.ndarray:
    """Last reports of a fleet that was well until NOW: evenly over two hours."""
    return NOW - np.arange(count) * EVERY / count


def first_seen(heard: np.ndarray, every: np.ndarray) -> float:
    """Minutes after NOW at which an outage is found; NaN within two and a half h."""
    for minute in range(151):
        if detect(NOW + minute * 60, heard, every, OutageParams()):
            return minute
    return float("nan")


def test_a_healthy_fleet_is_no_outage() -> None:
    heard = spread(700)
    assert detect(NOW, heard, np.full(700, EVERY), OutageParams()) is None


@pytest.mark.parametrize("count", [15, 60, 700])
def test_an_outage_is_found_before_anybody_misses_report_and_grace(count: int) -> None:
    heard = spread(count)
    # the first report and its grace are over 30 minutes after it stopped
    assert first_seen(heard, np.full(count, EVERY)) < 150
    if count >= 60:
        assert first_seen(heard, np.full(count, EVERY)) <= 30


def test_an_outage_is_over_when_most_are_heard_again() -> None:
    every = np.full(10, EVERY)
    silent = np.full(10, NOW - 600)
    back = silent.copy()
    back[:7] = NOW + 3_000
    assert not over(NOW + 3_600, NOW, back, every, OutageParams())
    back[:8] = NOW + 3_000
    assert over(NOW + 3_600, NOW, back, every, OutageParams())
