"""Branches, flags, live rows and marks of fixes that come through the layer."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.identity import directory
from layers.vessels.models import LivePosition, Position, Vessel
from layers.vessels.reports import Builder, Static

from .ingesting import T0, give, live, reports, stored, two_ships

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    directory.forget()


def test_a_second_ship_gets_a_branch_a_vessel_and_a_marker_of_its_own() -> None:
    for fix in two_ships():
        give(reports(fix))
    assert [branch for _digest, branch, _flags in stored()] == [0, 1] * 6
    assert not any(flags for *_rest, flags in stored())
    assert live() == [
        ("mmsi:574000001", 0, pytest.approx(106.001)),
        ("mmsi:574000001#2", 1, pytest.approx(107.0011)),
    ]
    assert Vessel.objects.get(external_id="mmsi:574000001#2").mmsi == "574000001"


def test_the_first_fixes_of_a_second_ship_were_suspect_when_they_came() -> None:
    for fix in two_ships():
        give(reports(fix))
    arrived = dict(Position.objects.values_list("digest", "flags"))
    assert {n for n, flags in arrived.items() if flags & Flag.JUMP} == {1, 3, 5}


@pytest.mark.parametrize("size", [1, 3, 12])
def test_a_replay_shuffled_and_doubled_gives_the_same(size: int) -> None:
    fixes = two_ships()
    give(reports(*map(dict, fixes)))
    expected, markers = stored(), live()
    with connection.cursor() as cursor:
        for table in ("position", "judgement", "head", "live", "dirty"):
            cursor.execute(f"DELETE FROM vessels_{table}")
    for fix in fixes:
        fix["t"] = fix["t"] / 3  # ten seconds apart
    order = np.argsort([fix["t"] + 9 * (n % 2) for n, fix in enumerate(fixes)])
    shuffled = [fixes[n] for n in np.repeat(order, 2)]
    for start in range(0, len(shuffled), size):
        give(reports(*map(dict, shuffled[start : start + size])))
    assert stored() == expected
    assert live() == markers


def test_an_identity_that_everybody_uses_breaks_nothing() -> None:
    fixes = [
        {"t": 60.0 * n, "lon": 100.0 + n % 30, "lat": 10.0 + n % 7, "digest": n}
        for n in range(240)
    ]
    for start in range(0, len(fixes), 40):
        give(reports(*fixes[start : start + 40]))
    assert Position.objects.count() == 240
    places: dict[int, set[float]] = {}
    for lon, branch in _places():
        places.setdefault(branch, set()).add(lon)
    assert all(len(where) == 1 for where in places.values())


def _places() -> list[tuple[float, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lon, branch FROM vessels_fix WHERE flags & 127 = 0")
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_a_ship_is_called_by_the_name_it_gives() -> None:
    give(reports({"t": 0}))
    said = Builder()
    said.statics.append(Static(device="mmsi:574000001", at=T0, digest=1, name="OCEAN"))
    give(said.build())
    seen = give(reports({"t": 60}))
    assert seen is not None
    assert seen.title == ["OCEAN"]


def test_a_suspect_fix_is_stored_and_neither_moves_the_marker_nor_reaches_rules() -> (
    None
):
    give(reports({"t": 0}, {"t": 30}))
    seen = give(reports({"t": 60, "lon": 108.0}))
    assert seen is not None
    assert len(seen) == 0
    assert LivePosition.objects.get().lon == 106.0
    assert Position.objects.get(lon=108.0).flags & Flag.JUMP


def test_a_fix_that_comes_late_is_history_only() -> None:
    give(reports({"t": 0, "lon": 106.0}))
    seen = give(reports({"t": 60, "lon": 106.001, "flags": int(Flag.LATE)}))
    assert seen is not None
    assert len(seen) == 0
    assert LivePosition.objects.get().lon == 106.0


def test_yesterday_after_today_gives_the_tracks_of_yesterday() -> None:
    give(reports(*two_ships()))
    today = stored()
    old = [{**fix, "t": fix["t"] - 86_400, "digest": 100 + n}
           for n, fix in enumerate(two_ships())]  # fmt: skip
    give(reports(*old))
    before = [row for row in stored() if row[0] >= 100]
    assert [row for row in stored() if row[0] < 100] == today
    assert not any(flags & SUSPECT for *_rest, flags in before)
    first, second = ({b for _d, b, _f in before[n::2]} for n in (0, 1))
    assert first == {0}
    assert len(second) == 1
    assert first != second


def test_deliveries_in_any_order_lose_nothing_and_join_no_ships() -> None:
    fixes = [
        {"t": 20.0 * n, "lon": 106.0 + n % 3 + n * 1e-5, "digest": n}
        for n in range(120)
    ]
    order = np.random.default_rng(5).permutation(120)
    for start in range(0, 120, 12):
        give(reports(*(dict(fixes[n]) for n in order[start : start + 12])))
    assert Position.objects.count() == 120
    ships: dict[int, set[int]] = {}
    for lon, branch in _places():
        ships.setdefault(branch, set()).add(int(lon))
    assert all(len(which) == 1 for which in ships.values())
