"""No line on the map joins two ships: real recordings through receiving, judging and
settling, and real ships put under one identity, whose fixes are known."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from feeds.ais.recordings import lines_of

from .drawn import Drawn, drawn
from .mixtures import Ship, mixed, ships, whose
from .replaying import KEEP_MONTHS, begin, empty, replay

pytestmark = pytest.mark.django_db(transaction=True)

GFW_PAIRS = "gfw_pairs_open.csv.gz"
SHARED = (
    GFW_PAIRS,
    "gfw_416000000.jsonl",
    "gfw_263576000.jsonl",
    "suez_evergiven_2021-03.csv",
    "vn_haiphong_2024-10-04_a.nmea",
)
GAP_S = 8 * 3600.0


@pytest.fixture(autouse=True)
def _fresh(settings) -> None:
    settings.IOC_KEEP_MONTHS = KEEP_MONTHS
    begin()


@pytest.mark.parametrize("name", SHARED)
def test_no_line_holds_a_step_that_no_ship_makes(name: str, shared_file) -> None:
    replay(list(lines_of(shared_file(f"ais/{name}"))))
    found = drawn()
    rows, seconds, _metres = found.steps()
    assert len(rows) > 0.5 * len(found.at)
    assert seconds.max() <= GAP_S
    assert found.impossible() == []


def test_the_ships_of_the_gfw_pairs_are_on_lines_of_their_own(shared_file) -> None:
    """Where these recordings say that one ship ends and another begins."""
    replay(list(lines_of(shared_file(f"ais/{GFW_PAIRS}"))))
    found = drawn()
    for mmsi in ("431704490", "240000000", "538004505", "204814000", "227317360"):
        lines, widest = _widths(found, f"mmsi:{mmsi}")
        assert lines > 1, mmsi
        # a line spans no more than a day of the fastest ship
        assert widest <= 25 * 24 / 60, (mmsi, widest)


def _widths(found: Drawn, key: str) -> tuple[int, float]:
    """How many lines a device has, and the widest of them per day, in degrees."""
    mine = np.flatnonzero(np.array(found.key) == key)
    lines = np.unique(found.line[mine])
    widest = 0.0
    for line in lines.tolist():
        rows = mine[found.line[mine] == line]
        days = max(np.ptp(found.at[rows]) / 86_400, 1.0)
        widest = max(widest, float(np.ptp(found.lat[rows])) / days)
    return len(lines), widest


def test_where_one_ship_jumps_without_a_silence_the_line_is_cut(shared_file) -> None:
    """538004505: 1.6 km in 50 s, and 9 kn by its own word; 227317360: days between."""
    replay(list(lines_of(shared_file(f"ais/{GFW_PAIRS}"))))
    found = drawn()
    jumps = 0
    for row in range(1, len(found.at)):
        seconds = found.at[row] - found.at[row - 1]
        if found.key[row] == found.key[row - 1] == "mmsi:227317360":
            assert seconds <= GAP_S or found.line[row] != found.line[row - 1]
        if found.key[row] == found.key[row - 1] == "mmsi:538004505" and seconds == 50:
            far = abs(found.lat[row] - found.lat[row - 1]) > 0.013
            jumps += far
            assert not far or found.line[row] != found.line[row - 1]
    assert jumps == 1


# recording -> fewest fixes of a ship, then the foreign fixes that lines may hold, in
# percent: two ships drawn by lot, and two of those nearest to each other. In Guernsey
# all ships go the same way up the same channel, one after the other.
MIXTURES = {
    "marinecadastre_us_2022-01-03_99999.csv.gz": (12, 0.0, 0.5),
    "dma_denmark_2013-11-12_5min.txt.gz": (15, 0.0, 0.0),
    "vn_haiphong_2024-10-04_a.nmea": (20, 1.0, 2.0),
    "guernsey_channel_2011-07-26.nmea": (40, 10.0, 10.0),
}
MANY = 60


@pytest.mark.parametrize("name", MIXTURES)
def test_real_ships_under_one_identity_are_drawn_apart(name: str, shared_file) -> None:
    fewest, by_lot, neighbours = MIXTURES[name]
    moving = [ship for ship in ships(shared_file(f"ais/{name}"), fewest) if ship.moves]
    rng = np.random.default_rng(4)
    for choose, most in ((_by_lot, by_lot), (_neighbours, neighbours)):
        mixtures = {
            f"mmsi:5749{number:05d}": choose(moving, rng) for number in range(MANY)
        }
        rows = sorted(row for key, two in mixtures.items() for row in mixed(two, key))
        replay([line for _at, line in rows], size=5_000)
        found = drawn()
        assert found.impossible() == []
        foreign, lines = _foreign(found, mixtures)
        share = 100 * foreign / len(found.at)
        assert share <= most, (choose.__name__, share)
        # one line for each ship but for silences, not a heap of scraps
        assert lines <= 1.25 * 2 * MANY, (choose.__name__, lines)
        empty()


def _by_lot(moving: list[Ship], rng: np.random.Generator) -> list[Ship]:
    return [moving[i] for i in rng.choice(len(moving), 2, replace=False)]


def _neighbours(moving: list[Ship], rng: np.random.Generator) -> list[Ship]:
    middle = np.array([ship.middle for ship in moving])
    one = rng.integers(len(moving))
    near = np.argsort(np.hypot(*(middle - middle[one]).T))[1:30]
    return [moving[one], moving[rng.choice(near)]]


def _foreign(found: Drawn, mixtures: dict[str, list[Ship]]) -> tuple[int, int]:
    """Fixes that are on a line of another ship, and how many lines there are."""
    truth = {key: whose(two) for key, two in mixtures.items()}
    lines: dict[int, Counter[int]] = {}
    places = zip(found.at.tolist(), found.lon.tolist(), found.lat.tolist(), strict=True)
    for key, line, place in zip(found.key, found.line.tolist(), places, strict=True):
        lines.setdefault(line, Counter())[truth[key][place]] += 1
    return sum(c.total() - max(c.values()) for c in lines.values()), len(lines)
