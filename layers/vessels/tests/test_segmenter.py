"""Ships under one identity are told apart, in whatever order their fixes come."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.ingest.params import Params
from layers.vessels.ingest.records import of_fixes
from layers.vessels.ingest.segmenter import judge
from layers.vessels.ingest.stream import judge_delivery, older
from layers.vessels.reports import Fixes

P = Params()
NOW = 1_790_000_000.0
KNOT_DEG = 1 / 60 / 3600  # degrees of latitude that a knot makes in a second


def fixes(
    at: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    speed: np.ndarray,
    course: np.ndarray,
) -> Fixes:
    """Fixes of one device in order of time, class A."""
    order = np.argsort(at, kind="stable")
    count = len(at)
    none = np.zeros(count, np.int64)
    return Fixes(
        device_id=none,
        branch=none,
        at=at[order],
        lon=lon[order],
        lat=lat[order],
        speed_kn=speed[order],
        course_deg=course[order],
        heading_deg=np.full(count, np.nan),
        error_m=np.full(count, np.nan),
        status=none,
        flags=none,
        message_type=none + 1,
        digest=np.arange(count),
        receiver_id=none,
        received_at=at[order],
    )


def voyage(
    seed: int, count: int, lon: float, lat: float, step_s: float = 30.0
) -> tuple[np.ndarray, ...]:
    """A ship that turns and changes its speed: at, lon, lat, speed, course."""
    rng = np.random.default_rng(seed)
    at = NOW + np.cumsum(rng.uniform(0.5, 1.5, count) * step_s)
    course = rng.uniform(0, 360) + np.cumsum(rng.normal(0, 5, count))
    speed = np.clip(rng.uniform(2, 18) + np.cumsum(rng.normal(0, 0.3, count)), 0, 22)
    step = np.diff(at, prepend=at[0]) * speed * KNOT_DEG
    east = np.cumsum(step * np.sin(np.radians(course))) / np.cos(np.radians(lat))
    return (
        at,
        lon + east,
        lat + np.cumsum(step * np.cos(np.radians(course))),
        speed,
        course % 360,
    )


def together(*ships: tuple[np.ndarray, ...]) -> tuple[Fixes, np.ndarray]:
    """The ships' fixes under one identity, and whose each one is."""
    columns = [np.concatenate(parts) for parts in zip(*ships, strict=True)]
    owner = np.repeat(np.arange(len(ships)), [len(ship[0]) for ship in ships])
    order = np.argsort(columns[0], kind="stable")
    return fixes(*columns), owner[order]


def wrong(branch: np.ndarray, flags: np.ndarray, owner: np.ndarray) -> int:
    """Credible fixes that are on the track of another ship."""
    sound = flags & int(SUSPECT) == 0
    return sum(
        len(whose) - max(Counter(whose.tolist()).values())
        for number in np.unique(branch[sound])
        for whose in [owner[sound & (branch == number)]]
    )


def test_one_ship_is_one_branch_without_a_flag() -> None:
    branch, flags = judge(fixes(*voyage(1, 400, 106.0, 19.5)), P)
    assert not branch.any()
    assert not flags.any()


@given(
    st.integers(0, 10_000),
    st.floats(0.05, 2.0),
    st.integers(20, 120),
    st.integers(20, 120),
)
def test_two_ships_are_two_branches(seed: int, away: float, n: int, m: int) -> None:
    ships = (voyage(seed, n, 106.0, 19.5), voyage(seed + 1, m, 106.0 + away, 19.5))
    track, owner = together(*ships)
    branch, flags = judge(track, P)
    near = np.hypot(away, 0) < 0.1
    assert wrong(branch, flags, owner) <= (0.1 * (n + m) if near else 0)
    assert len(np.unique(branch)) <= 3


def test_a_stray_fix_is_flagged_and_the_track_goes_on() -> None:
    at, lon, lat, speed, course = voyage(3, 60, 106.0, 19.5)
    lon[30] += 1.0
    branch, flags = judge(fixes(at, lon, lat, speed, course), P)
    assert np.flatnonzero(flags & Flag.JUMP).tolist() == [30]
    assert not branch.any()


def test_a_first_fix_that_was_wrong_loses_against_those_that_follow() -> None:
    at, lon, lat, speed, course = voyage(4, 30, 106.0, 19.5)
    lon[0] -= 3.0
    branch, flags = judge(fixes(at, lon, lat, speed, course), P)
    assert np.flatnonzero(flags).tolist() == [0]
    assert not branch.any()


def test_a_ship_that_was_out_of_sight_for_a_day_is_the_same() -> None:
    first, later = voyage(5, 40, 106.0, 19.5), voyage(6, 40, 107.5, 18.0)
    track, _owner = together(first, (later[0] + 86_400, *later[1:]))
    branch, flags = judge(track, P)
    assert not branch.any()
    assert not flags.any()


def test_the_same_place_again_while_it_claims_to_move_is_frozen() -> None:
    at, lon, lat, speed, course = voyage(7, 40, 106.0, 19.5)
    lon[10:], lat[10:], speed[10:] = lon[10], lat[10], 8.0
    _branch, flags = judge(fixes(at, lon, lat, speed, course), P)
    assert not flags[:12].any()
    assert (flags[20:] & Flag.FROZEN).all()


def test_an_aeroplane_may_be_fast() -> None:
    at = voyage(8, 40, 106.0, 19.5)[0]
    lon = 106.0 + (at - at[0]) * 150 * KNOT_DEG
    track = fixes(at, lon, np.full(40, 19.5), np.full(40, 141.0), np.full(40, 90.0))
    assert (judge(track, P)[1] & Flag.JUMP).any()
    assert not judge(track, P, P.aircraft_knots)[1].any()


def streamed(track: Fixes, arrival: np.ndarray, cuts: list[int]) -> tuple:
    """Judge in deliveries, in order of ``arrival``; branch and flags that hold."""
    rows = of_fixes(track)
    branch = np.zeros(len(rows), np.int64)
    flags = np.zeros(len(rows), np.int64)
    states: dict[int, bytes] = {}
    for part in np.split(arrival, cuts):
        if not len(part):
            continue
        device = np.ones(len(part), np.int64)
        hard = np.full(len(part), P.hard_knots)
        assert not older(device, rows[part], states).any()
        judged = judge_delivery(device, rows[part], hard, states, P)
        states |= judged.states
        branch[part], flags[part] = judged.branch, judged.flags
        spot = judged.changed["digest"]  # the digest is the row here
        where = np.searchsorted(track.digest, spot)
        branch[where] = judged.changed["branch"]
        flags[where] = judged.changed["flags"]
    return branch, flags


@given(st.integers(0, 10_000), st.integers(1, 3), st.data())
def test_order_and_size_of_deliveries_do_not_matter(
    seed: int, ships: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    track, _owner = together(
        *(
            voyage(seed + n, 40, *rng.uniform((106, 19), (107, 20)), step_s=20.0)
            for n in range(ships)
        )
    )
    strays = rng.choice(len(track), 4, replace=False)
    track.lon[strays] += rng.uniform(-0.5, 0.5, 4)
    arrival = np.argsort(track.at + rng.uniform(0, 10, len(track)), kind="stable")
    cuts = data.draw(st.lists(st.integers(0, len(track)), max_size=20).map(sorted))
    branch, flags = streamed(track, arrival, cuts)
    expected = judge(track, P)
    assert branch.tolist() == expected[0].tolist()
    assert flags.tolist() == expected[1].tolist()


def recorded(rows: list[dict[str, str]]) -> Fixes:
    """The positions of a recording of Global Fishing Watch, each once."""
    found = {
        (
            datetime.fromisoformat(row["timestamp"].removesuffix("Z") + "+00:00"),
            float(row["lon"]),
            float(row["lat"]),
            float(row["speed"] or "nan"),
            float(row["course"] or "nan"),
        )
        for row in rows
        if row.get("lon") not in (None, "")
        and abs(float(row["lat"])) <= 90
        and abs(float(row["lon"])) <= 180
    }
    columns = [np.array(column) for column in zip(*sorted(found), strict=True)]
    at = np.array([moment.timestamp() for moment in columns[0]])
    return fixes(at, *columns[1:])


def steps(track: Fixes, branch: np.ndarray, flags: np.ndarray) -> float:
    """The greatest speed in knots between credible fixes of a branch that are at
    least ten minutes apart."""
    most = 0.0
    for number in np.unique(branch):
        mine = np.flatnonzero((branch == number) & (flags & int(SUSPECT) == 0))
        at, lat = track.at[mine], track.lat[mine]
        east = np.diff(track.lon[mine]) * np.cos(np.radians(lat[1:]))
        apart = np.hypot(east, np.diff(lat)) * 60
        far = np.diff(at) >= 600
        most = max(most, (apart[far] / (np.diff(at)[far] / 3600)).max(initial=0))
    return most


@pytest.mark.parametrize(
    ("name", "branches"), [("gfw_416000000", 3), ("gfw_263576000", 1)]
)
def test_recordings_of_one_identity(name: str, branches: int, shared_file) -> None:
    lines = shared_file(f"ais/{name}.jsonl").read_text().splitlines()
    rows = [{k: str(v) for k, v in json.loads(line).items()} for line in lines]
    rows = [row for row in rows if "lon" in row and row["lon"] != "None"]
    track = recorded(rows)
    branch, flags = judge(track, P)
    assert len(np.unique(branch)) >= branches
    assert steps(track, branch, flags) < P.hard_knots
    assert np.mean(flags & int(SUSPECT) != 0) < 0.03


# MMSI, the time of one fix, and that of another one of another ship or of none.
APART = [
    ("431704490", "2015-01-02T16:38:31", "2015-01-02T16:41:18"),
    ("431704490", "2015-01-12T12:14:20", "2015-01-12T12:16:54"),
    ("240000000", "2015-01-03T04:52:25", "2015-01-03T05:04:50"),
    ("204814000", "2014-08-02T00:20:10", "2014-08-02T00:20:15"),
]


@pytest.fixture(scope="module")
def pairs(request) -> dict[str, list[dict[str, str]]]:  # type: ignore[no-untyped-def]
    shared_file = request.getfixturevalue("shared_file")
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(shared_file("ais/gfw_pairs_open.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["mmsi"], []).append(row)
    return found


@pytest.mark.parametrize(("mmsi", "one", "other"), APART)
def test_pairs_that_are_not_one_ship(mmsi: str, one: str, other: str, pairs) -> None:
    track = recorded(pairs[mmsi])
    branch, flags = judge(track, P)
    place = [
        int(np.searchsorted(track.at, datetime.fromisoformat(f"{t}+00:00").timestamp()))
        for t in (one, other)
    ]
    sound = flags[place] & int(SUSPECT) == 0
    assert not sound.all() or branch[place[0]] != branch[place[1]]


def test_a_pair_that_is_one_ship(pairs) -> None:
    track = recorded(pairs["431704490"])
    branch, flags = judge(track, P)
    times = ("2015-01-02T16:38:31+00:00", "2015-01-04T07:45:00+00:00")
    place = np.searchsorted(
        track.at, [datetime.fromisoformat(t).timestamp() for t in times]
    )
    assert branch[place].tolist() == [0, 0]
    assert not (flags[place] & int(SUSPECT)).any()
