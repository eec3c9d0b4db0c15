"""AIS of the demo fleet: real sentences over UDP into the real receiver."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from pyais.encode import encode_dict

from fixtures import Demo

from . import ais_troubles
from .ais_marks import FLOATS, Mark, aids, floats
from .voyages import Fix, Voyage, Way, border_runner, fishing_trip, moored

MOVING_EVERY_S = 20.0
RESTING_EVERY_S = 180.0
STATIC_EVERY_S = 360.0
TICK_S = 1.0
UNDER_WAY, FISHING, MOORED = 0, 7, 5
INSHORE_M, OFFSHORE_M = 12.0, 15.0
# How far hauls lie about the middle of a ground (standard deviation), by band.
REACH_DEG = {"coastal": 0.012, "inshore": 0.025, "offshore": 0.06}
GROUNDS = 400
# One in so many boats fishes in the inshore band whatever its length.
UNLAWFUL_EVERY = 150
RUNNERS = 2
# grounds tried for a boat whose way leads through a closed area
ATTEMPTS = 12
FISHING_TYPE = 30


@dataclass(slots=True)
class Boat:
    mmsi: int
    name: str
    length_m: float
    voyage: Way
    next_position: float
    next_static: float


class Sea:
    """Where boats go: grounds by band, the mouths of ports, what they keep clear of."""

    def __init__(self, demo: Demo, rng: np.random.Generator) -> None:
        self._ports = {port["code"]: port for port in demo.ports()}
        self._closed = _closed(demo)
        self._grounds = {band: _grounds(demo, rng, band) for band in REACH_DEG}
        self._mouths = {code: _mouth(demo, port) for code, port in self._ports.items()}

    def trip(
        self, rng: np.random.Generator, row: dict[str, Any], band: str, index: int
    ) -> Voyage:
        """The voyage of a boat from its port to grounds that it reaches without
        passing a closed area; without such grounds it stays at its berth."""
        port = self._ports[row["port_code"]]
        berth = (
            port["lon"] + float(rng.normal(0, 0.0016)),
            port["lat"] + float(rng.normal(0, 0.0016)),
        )
        for attempt in range(ATTEMPTS):
            ground = tuple(self._grounds[band][(index + attempt * 97) % GROUNDS])
            voyage = fishing_trip(
                rng,
                berth,
                self._mouths[row["port_code"]],
                ground,
                offshore=row["length_m"] >= OFFSHORE_M,
                reach_deg=REACH_DEG[band],
            )
            if not self._closed.intersects(shapely.linestrings(voyage.lon, voyage.lat)):
                return voyage
        return moored(berth)


def build(demo: Demo) -> list[Boat]:
    """The boats of the register that carry AIS, each with its voyage."""
    rng = demo.rng("simulate ais")
    carriers = [row for row in demo.fleet(demo.rng("fleet")) if row["mmsi"]]
    sea = Sea(demo, rng)
    now = time.time()
    boats = [
        _boat(row, sea.trip(rng, row, _band(row, index), index), now, rng)
        for index, row in enumerate(carriers)
    ]
    for boat, voyage in zip(boats, _runners(demo), strict=False):
        boat.voyage = voyage
    return boats


def build_marks(demo: Demo) -> list[Mark]:
    """Floats on nets off the coast, and a channel buoy off every port."""
    rng = demo.rng("simulate ais marks")
    places = demo.sea_points(rng, 4 * FLOATS, 6, 25)
    closed = shapely.contains_xy(_closed(demo, 0.05), places[:, 0], places[:, 1])
    mouths = {port["code"]: _mouth(demo, port) for port in demo.ports()}
    return [*floats(rng, places[~closed][:FLOATS]), *aids(mouths)]


def _band(row: dict[str, Any], index: int) -> str:
    """Where the law lets a boat of this length fish (Decree 26/2019, article 43).
    Trawlers are kept off the coast; a few boats do not care."""
    lawful = "coastal"
    if row["length_m"] >= INSHORE_M or row["gear"] == "TRAWL":
        lawful = "inshore"
    if row["length_m"] >= OFFSHORE_M:
        lawful = "offshore"
    return lawful if index % UNLAWFUL_EVERY else "inshore"


def _grounds(demo: Demo, rng: np.random.Generator, band: str) -> np.ndarray:
    """Middles of fishing grounds well inside a band, clear of the closed areas:
    (GROUNDS, 2)."""
    bands = [zone["geometry"] for zone in demo.zones() if zone["kind"] == band]
    margin = 2.4 * REACH_DEG[band]
    free = shapely.union_all(bands).buffer(-margin) - _closed(demo, 0.12)
    west, south, east, north = free.bounds
    points = rng.uniform((west, south), (east, north), (GROUNDS * 40, 2))
    return points[shapely.contains_xy(free, points[:, 0], points[:, 1])][:GROUNDS]


def _closed(demo: Demo, margin_deg: float = 0.01) -> shapely.Geometry:
    """The closed areas and a margin around them."""
    areas = [zone["geometry"] for zone in demo.zones() if zone["closed"]]
    return shapely.union_all(areas).buffer(margin_deg)


def _boat(row: dict[str, Any], voyage: Voyage, now: float, rng: Any) -> Boat:
    name = row["registration"].replace("-", " ")
    return Boat(
        row["mmsi"],
        name,
        row["length_m"],
        voyage,
        next_position=now,
        next_static=now + float(rng.uniform(5, STATIC_EVERY_S)),
    )


def _mouth(demo: Demo, port: dict[str, Any]) -> tuple[float, float]:
    """A point at sea about 4 km off the port."""
    points = demo.sea_points(demo.rng(f"mouth {port['code']}"), 400, 2.5, 6)
    distance = (points[:, 0] - port["lon"]) ** 2 + (points[:, 1] - port["lat"]) ** 2
    lon, lat = points[int(distance.argmin())]
    return float(lon), float(lat)


def _runners(demo: Demo) -> list[Voyage]:
    """A few boats that go in and out of the closed areas."""
    rng = demo.rng("runners")
    found = []
    for zone in demo.zones():
        if not zone["closed"]:
            continue
        shape = zone["geometry"]
        inside = shape.representative_point()
        _west, _south, east, _north = shape.bounds
        for _runner in range(RUNNERS):
            outside = (east + float(rng.uniform(0.01, 0.03)), inside.y)
            goal = (inside.x + float(rng.normal(0, 0.005)), inside.y)
            found.append(border_runner(rng, outside, goal))
    return found


def position_sentences(boat: Boat, fix: Fix, epoch_s: float) -> list[str]:
    moving = fix.speed_kn >= 0.5
    hauling = moving and fix.speed_kn < 4.5
    return encode_dict(
        {
            "type": 1,
            "mmsi": boat.mmsi,
            "status": FISHING if hauling else UNDER_WAY if moving else MOORED,
            "speed": fix.speed_kn,
            "lon": fix.lon,
            "lat": fix.lat,
            "course": fix.course_deg,
            "heading": int(fix.course_deg) if moving else 511,
            "second": int(epoch_s) % 60,
        },
        talker_id="AI",
        sentence_type="VDM",
    )


def static_sentences(boat: Boat) -> list[str]:
    half = round(boat.length_m / 2)
    return encode_dict(
        {
            "type": 5,
            "mmsi": boat.mmsi,
            "shipname": boat.name,
            "ship_type": FISHING_TYPE,
            "to_bow": half,
            "to_stern": half,
            "to_port": 3,
            "to_starboard": 3,
        },
        talker_id="AI",
        sentence_type="VDM",
    )


async def run(options: dict[str, Any]) -> None:
    """Send what is due, every second, for ever."""
    demo = Demo(seed=options["seed"])
    boats = build(demo)
    troubles = ais_troubles.parse(options.get("trouble") or (), boats)
    boats, beacons = ais_troubles.cause(troubles, boats)
    marks = [*build_marks(demo), *beacons]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target = ("127.0.0.1", settings.IOC_AIS_UDP_PORT)
    while True:
        now = time.time()
        for number, boat in enumerate(boats):
            for line in due(boat, now):
                sock.sendto(line.encode() + b"\r\n", target)
            if number % 200 == 199:
                await asyncio.sleep(0)
        for mark in marks:
            for line in mark.due(now):
                sock.sendto(line.encode() + b"\r\n", target)
        await asyncio.sleep(max(TICK_S - (time.time() - now), 0.05))


def due(boat: Boat, now: float) -> list[str]:
    """The sentences that the boat sends at ``now``; its timers move on."""
    lines: list[str] = []
    if now >= boat.next_position:
        fix = boat.voyage.fix(now)
        lines += position_sentences(boat, fix, now)
        every = MOVING_EVERY_S if fix.speed_kn >= 0.5 else RESTING_EVERY_S
        # spread over the interval by number, so that there are no waves
        boat.next_position = now + every * (0.75 + (boat.mmsi % 100) / 200)
    if now >= boat.next_static:
        lines += static_sentences(boat)
        boat.next_static = now + STATIC_EVERY_S
    return lines
