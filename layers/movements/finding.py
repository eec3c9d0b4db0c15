"""All kinds of movements in what was loaded. No writes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Ints

from .choices import Kind
from .kinds import fishing, gaps, loitering, meetings, spoofing, stops, visits
from .moves import Found, Seed, legs
from .params import Meeting, Params
from .ports import Ports, shore_m
from .reading import Loaded, Ship
from .sampling import Samples, sample

Seeds = dict[int, Seed]  # by track
FAR_NM = 1_852.0


@dataclass(frozen=True, slots=True)
class World:
    """What is known besides the tracks: ``ship`` by vessel id."""

    ports: Ports
    ship: dict[int, Ship]
    now: float
    params: Params


def owners(loaded: Loaded) -> Ints:
    """The vessel of each track at its last point; 0: nobody known."""
    found = np.zeros(len(loaded.tracks.key), dtype=np.int64)
    moves = loaded.moves
    if len(moves):
        rows = np.flatnonzero(np.r_[moves.track[1:] != moves.track[:-1], True])
        for i in rows.tolist():
            track = int(moves.track[i])
            found[track] = loaded.tracks.vessel(track, float(moves.at[i])) or 0
    return found


def single(
    loaded: Loaded, stop_seeds: Seeds, visit_seeds: Seeds, world: World
) -> list[Found]:
    """Movements of one vessel each."""
    moves, params = loaded.moves, world.params
    leg = legs(moves)
    found = spoofing.find(
        moves, leg, loaded.suspects, loaded.flags, loaded.tracks.device, params
    )
    if not len(moves):
        return found
    reach_m = 1e3 * max(params.port_leave_km, params.loitering_port_km)
    port, metres = world.ports.nearest(moves.lon, moves.lat, moves.at, reach_m)
    in_port = visits.inside(moves, metres, visit_seeds, params)
    still, _restart = stops.stopped(moves, leg, stop_seeds, params)
    found += stops.find(moves, leg, stop_seeds, params)
    found += visits.find(moves, leg, still, port, metres, visit_seeds, params)
    found += gaps.find(moves, leg, in_port, loaded.tracks.vms, world.now, params)
    found += _fishing(loaded, in_port, world)
    samples = sample(moves, leg, params.sample_minutes * 60, 3600.0)
    away = _away(samples, params.loitering_port_km, world)
    found += offshore(loitering.find(samples, away, world.now, params), params)
    for each in found:
        if each.kind == Kind.VISIT:
            each.values["port"] = world.ports.name(each.values["port_id"])
    return found


def _fishing(loaded: Loaded, in_port: Bools, world: World) -> list[Found]:
    params = world.params
    ships = [world.ship.get(int(vessel)) for vessel in owners(loaded)]
    wanted = np.array(
        [ship is not None and ship.vessel_class in params.fishing_classes
         for ship in ships],
        dtype=bool,
    )  # fmt: skip
    speeds = [fishing.working_kn(ship.gear if ship else "", params) for ship in ships]
    low, high = np.array(speeds, dtype=float).reshape(-1, 2).T
    moves = loaded.moves
    leg = legs(moves)
    return fishing.find(moves, leg, wanted, low, high, ~in_port, world.now, params)


def _away(samples: Samples, km: float, world: World) -> Bools:
    at = (samples.slot * world.params.sample_minutes * 60).astype(np.float64)
    _port, metres = world.ports.nearest(samples.lon, samples.lat, at, km * 1e3)
    return np.isinf(metres)


def offshore(found: list[Found], params: Params) -> list[Found]:
    """Loitering is published from 20 nm off the shore on, where that is known."""
    coast = shore_m([each.lon for each in found], [each.lat for each in found])
    for each, metres in zip(found, coast, strict=True):
        known = metres is not None and metres < params.shore_known_nm * FAR_NM
        each.values["shore_nm"] = round(metres / FAR_NM, 1) if known and metres else (
            0.0 if known else None
        )  # fmt: skip
        each.published = not known or (
            each.values["shore_nm"] >= params.loitering_shore_nm
        )
        each.confidence = 4 if known else 3
    return found


def together(loaded: Loaded, world: World) -> list[Found]:
    """Meetings of vessels."""
    params, moves = world.params, loaded.moves
    vessel = owners(loaded)
    leg = legs(moves)
    ships = [world.ship.get(int(each)) for each in vessel]
    meets = np.array(
        [ship is not None and ship.vessel_class not in params.without_meetings
         for ship in ships],
        dtype=bool,
    )  # fmt: skip
    device = loaded.tracks.device

    def pairs(kind: str, meeting: Meeting) -> list[Found]:
        gap_s = meeting.gap_minutes * 60
        samples = sample(moves, leg, params.sample_minutes * 60, gap_s)
        samples = samples.take(meets[samples.track])
        samples = samples.take(_away(samples, params.meeting_port_km, world))
        return meetings.find(kind, samples, vessel, device, meeting, world.now, params)

    if not len(moves):
        return []
    carried = pairs(Kind.COLOCATED, params.colocated)
    return [
        *pairs(Kind.ENCOUNTER, params.encounter),
        *pairs(Kind.PROXIMITY, params.proximity),
        *meetings.together(carried, params),
    ]
