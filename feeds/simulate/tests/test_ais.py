from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.ais.decoder import AisDecoder
from feeds.core.decoding import Batch
from feeds.simulate import ais, ais_troubles
from feeds.simulate.ais_marks import FLOATS, beacon
from fixtures import Demo
from layers.vessels.reports import VesselReports

NOW = 1_795_000_200.0
_boats: list[ais.Boat] = []


@pytest.fixture
def boats() -> list[ais.Boat]:
    if not _boats:
        _boats.extend(ais.build(Demo())[:20])
    return [
        ais.Boat(b.mmsi, b.name, b.length_m, b.voyage, NOW, NOW + 400) for b in _boats
    ]


def heard(lines: list[str], at: float = NOW) -> VesselReports:
    body = b"".join(line.encode() + b"\r\n" for line in lines)
    received = datetime.fromtimestamp(at, UTC)
    decoded = AisDecoder().decode([Batch(1, "demo", received, body, {})])
    assert not decoded.rejects
    return decoded.deliveries[0].records


def test_floats_and_aids_of_the_demo_are_classes_of_their_own() -> None:
    lines = [line for mark in ais.build_marks(Demo()) for line in mark.due(NOW)]
    found = heard(lines)
    classes = dict(zip(found.keys, found.classes, strict=True))
    assert sum(said == "buoy" for said in classes.values()) == FLOATS
    assert sum(said == "navaid" for said in classes.values()) == len(Demo().ports())
    assert not found.flags.any()


def test_a_mark_keeps_its_interval() -> None:
    mark = ais.build_marks(Demo())[0]
    assert mark.due(NOW)
    assert not mark.due(NOW + mark.every_s / 2)
    assert mark.due(NOW + mark.every_s * 1.5)


def test_a_beacon_is_heard_as_distress() -> None:
    found = heard(beacon(0, 106.2, 19.4).due(NOW))
    assert (found.keys, found.classes) == (["mmsi:974574001"], ["distress"])
    assert found.status.tolist() == [14]


def test_every_trouble_shows(boats: list[ais.Boat]) -> None:
    numbers = [boat.mmsi for boat in boats[:5]]
    troubles = dict(zip(numbers, ais_troubles.KINDS, strict=True))
    texts = [f"{number}={kind}" for number, kind in troubles.items()]
    texts += ["ST-01=exceed"]  # of another simulator
    assert ais_troubles.parse(texts, boats) == troubles
    before = {boat.mmsi: boat.voyage.fix(NOW) for boat in boats}
    fleet, beacons = ais_troubles.cause(troubles, boats, NOW)
    by_number = {boat.mmsi: boat for boat in fleet}
    silent, jumping, circling, shared, distressed = numbers
    assert silent not in by_number
    places = {by_number[jumping].voyage.fix(NOW + s).lon for s in (10, 100)}
    assert max(places) - min(places) > 0.5
    first, later = (by_number[circling].voyage.fix(NOW + s) for s in (0, 60))
    assert first.speed_kn == later.speed_kn == ais_troubles.CIRCLE_KN
    assert first.course_deg != later.course_deg
    assert sum(boat.mmsi == shared for boat in fleet) == 2
    (mark,) = beacons
    assert (mark.lon, mark.lat) == (before[distressed].lon, before[distressed].lat)
    rest = [boat for boat in fleet if boat.mmsi not in troubles]
    assert all(boat.voyage.fix(NOW) == before[boat.mmsi] for boat in rest)


def test_an_unknown_trouble_is_refused_with_the_known_ones(
    boats: list[ais.Boat],
) -> None:
    with pytest.raises(ValueError, match="silence, jump, circle, shared, distress"):
        ais_troubles.parse([f"{boats[0].mmsi}=flood"], boats)
