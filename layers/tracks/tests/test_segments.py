"""Where a track breaks after a silence, against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from layers.tracks.segments import Break, Rules, breaks

HOUR = 3600.0
NAN = float("nan")


# one hour of silence; a tenth of a degree of latitude is 6 nm
@pytest.mark.parametrize(
    ("why", "north_deg", "before", "after", "begins"),
    [
        ("on its course", 0.2, (12, 0), (12, 0), Break.NONE),
        ("a boat of 9 kn that turned back", 0.0, (9, 0), (9, 0), Break.NONE),
        ("at 12 kn it should be 12 nm on", 0.0, (12, 0), (12, 0), Break.GAP),
        ("the other way at 12 kn", 0.2, (12, 180), (12, 180), Break.GAP),
        ("only one of the two says its speed", 0.2, (12, 0), (NAN, NAN), Break.NONE),
        ("nobody says a speed", 0.2, (NAN, NAN), (NAN, NAN), Break.NONE),
        ("a speed that only a fault says", 0.0, (102.3, 0), (NAN, 0), Break.NONE),
        ("it lay still, without a course", 0.0, (0, NAN), (0, NAN), Break.NONE),
    ],
)
def test_a_silence_is_doubted_by_where_the_ship_comes_back(
    why: str, north_deg: float, before: tuple, after: tuple, begins: Break
) -> None:
    speed, course = np.array([before, after], dtype=float).T
    columns = (
        np.array([0.0, HOUR]),
        np.array([107.0, 107.0]),
        np.array([19.0, 19.0 + north_deg]),
        speed,
        course,
    )
    track = np.zeros(2, dtype=np.int64)
    asked = Rules(gap_s=np.full(2, 8 * HOUR), max_kn=50.0, doubt_s=np.full(2, 600.0))
    assert breaks(track, *columns, asked)[1] == begins, why
    sealed = Rules(gap_s=np.full(2, 8 * HOUR), max_kn=50.0)
    assert breaks(track, *columns, sealed)[1] == Break.NONE, "a device of one boat"
