"""Writing positions: appended once, the live row moved only by a newer one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.db import connection

from layers.core.copyin import micros
from layers.core.ingest import Applied, Bools, Floats, Ints, Observed

from .flags import SUSPECT, Flag
from .identity import Known, directory
from .ingest import distress, partitions, storing
from .ingest.heads import Memory, read_memories, write_memories
from .ingest.judging import judge_fixes
from .ingest.land import inland
from .ingest.observing import fixes_before, observed
from .ingest.records import Records, is_noise, records
from .ingest.storing import STILL, Incoming, to_mercator
from .models import VesselClass
from .reports import VesselReports
from .statics import apply_statics

__all__ = ["apply", "to_mercator"]

SQL = Path(__file__).parent / "sql"
KINDS = {"ais": 1, "vms": 2}


def apply(reports: VesselReports, seq: int) -> Applied:
    """Write a delivery inside the caller's transaction.

    Returns which records were known before, and the new credible positions ordered
    by vessel and time for the rules.
    """
    keys = dict.fromkeys(reports.keys)
    keys |= dict.fromkeys(static.device for static in reports.statics)
    keys |= dict.fromkeys(heard.device for heard in reports.heard)
    ids = directory.devices(list(keys))
    classes = {
        ids[key]: said
        for key, said in zip(reports.keys, reports.classes, strict=True)
        if said
    } | {ids[s.device]: s.vessel_class for s in reports.statics if s.vessel_class}
    duplicate = np.zeros(len(reports), dtype=bool)
    seen = None
    if reports.positions:
        id_of_key = np.array([ids[key] for key in reports.keys], np.int64)
        device_id = id_of_key[reports.device]
        at = micros(reports.at) / 1e6
        memories = read_memories(np.unique(device_id))
        again = _known_before(reports, device_id, at, memories)
        duplicate[: reports.positions] = again
        if not again.all():
            seen = _append(reports, device_id, at, ~again, classes, memories, seq)
        _heard_again(reports, np.flatnonzero(again), device_id, at)
    if reports.statics:
        duplicate[reports.positions :] = apply_statics(
            reports.statics, ids, classes, seq
        )
    _heard_elsewhere(reports, ids)
    return Applied(duplicate=duplicate, observed=seen)


def _heard_again(
    reports: VesselReports, rows: Ints, device_id: Ints, at: Floats
) -> None:
    """Known fixes that came again, maybe from another receiver."""
    receivers = directory.receivers(reports.receivers)
    receiver_id = np.array([receivers[name] for name in reports.receivers], np.int64)
    storing.add_receivers(
        device_id[rows],
        at[rows],
        reports.digest[rows],
        receiver_id[reports.receiver[rows]],
    )


def _heard_elsewhere(reports: VesselReports, ids: dict[str, int]) -> None:
    """Repeats that the feed itself has recognised."""
    if not reports.heard:
        return
    receivers = directory.receivers([heard.receiver for heard in reports.heard])
    storing.add_receivers(
        np.array([ids[heard.device] for heard in reports.heard], np.int64),
        micros([heard.at for heard in reports.heard]) / 1e6,
        np.array([heard.digest for heard in reports.heard], np.int64),
        np.array([receivers[heard.receiver] for heard in reports.heard], np.int64),
    )


def _known_before(
    reports: VesselReports,
    device_id: Ints,
    at: Floats,
    memories: dict[int, Memory],
) -> Bools:
    """True for fixes that are stored already or stand twice in the delivery.

    A fix newer than any sound one of its device cannot be stored yet, so in the usual
    case the table of positions is not asked. Exact, since who calls holds the layer's
    lock: what is not known here is then appended without a look.
    """
    order = np.lexsort((reports.digest, at, device_id))
    keys = (device_id[order], at[order], reports.digest[order])
    again = np.zeros(len(at), dtype=bool)
    again[order[1:]] = np.logical_and.reduce([k[1:] == k[:-1] for k in keys])
    ids, spot = np.unique(device_id, return_inverse=True)
    newest = np.array([memories[id].newest for id in ids.tolist()])[spot]
    suspect = reports.flags & int(SUSPECT) != 0
    # of a device without memory (older than these) anything may be stored
    doubtful = np.flatnonzero(~again & ((at <= newest) | suspect | np.isinf(newest)))
    if len(doubtful):
        again[doubtful] = _stored(
            device_id[doubtful], at[doubtful], reports.digest[doubtful]
        )
    return again


def _stored(device_id: Ints, at: Floats, digest: Ints) -> Bools:
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "stored.sql").read_text(),
            [
                device_id.tolist(),
                [datetime.fromtimestamp(t, UTC) for t in at.tolist()],
                digest.tolist(),
            ],
        )
        found = np.array([ordinal for (ordinal,) in cursor.fetchall()], np.int64)
    stored = np.zeros(len(at), bool)
    stored[found] = True
    return stored


def _append(
    reports: VesselReports,
    device_id: Ints,
    at: Floats,
    fresh: Bools,
    classes: dict[int, str],
    memories: dict[int, Memory],
    seq: int,
) -> Observed:
    rows = np.flatnonzero(fresh)
    device_id, at = device_id[rows], at[rows]
    verdict = judge_fixes(device_id, _records(reports, rows, at), memories)
    index, known = directory.vessels(device_id, verdict.branch, at, classes)
    order = np.lexsort(
        (
            reports.digest[rows],
            at,
            np.array([entry.vessel_id for entry in known], np.int64)[index],
        )
    )
    index = index[order]
    new = _incoming(reports, rows[order], device_id[order], at[order], index, known)
    new.branch, new.flags = verdict.branch[order], verdict.flags[order]
    new.moves &= new.flags & STILL == 0
    before = fixes_before(new)
    partitions.make_for(new.at[new.flags & int(SUSPECT) == 0])
    storing.append(new)
    storing.judge_again(verdict)
    moved = storing.move_live(new, verdict, seq)
    storing.mark_dirty(new, verdict)
    distress.tell(new, index, known, memories)
    write_memories(memories, np.unique(device_id).tolist())
    return observed(new, index, known, moved, before)


def _records(reports: VesselReports, rows: Ints, at: Floats) -> Records:
    """The fixes for judging, with the flags that each can be given by itself."""
    speed = reports.speed_kn[rows]
    flags = reports.flags[rows] | np.where(is_noise(speed), int(Flag.NOISE_SPEED), 0)
    at_sea = ~np.isin(reports.device, _fixed(reports))[rows]
    on_land = at_sea & inland(reports.lon[rows], reports.lat[rows])
    return records(
        at,
        reports.digest[rows],
        reports.lon[rows],
        reports.lat[rows],
        speed,
        reports.course_deg[rows],
        reports.error_m[rows],
        reports.message_type[rows],
        flags | np.where(on_land, int(Flag.LAND), 0),
    )


def _fixed(reports: VesselReports) -> list[int]:
    """Keys of stations that stand on land and of aircraft."""
    ashore = (VesselClass.BASE_STATION, VesselClass.NAVAID)
    return [
        number
        for number, (key, said) in enumerate(
            zip(reports.keys, reports.classes, strict=True)
        )
        if said in ashore or key.startswith("mmsi:111")
    ]


def _incoming(
    reports: VesselReports,
    rows: Ints,
    device_id: Ints,
    at: Floats,
    index: Ints,
    known: list[Known],
) -> Incoming:
    receivers = directory.receivers(reports.receivers)
    receiver_id = np.array([receivers[name] for name in reports.receivers], np.int64)
    vms = [entry.kind == "vms" for entry in known]
    counted = np.array([entry.counted for entry in known]) | ~np.array(vms)
    kind = np.array([KINDS.get(entry.kind, 0) for entry in known])
    return Incoming(
        reports=reports,
        rows=rows,
        device_id=device_id,
        at=at,
        receiver_id=receiver_id[reports.receiver[rows]],
        branch=np.zeros(len(rows), np.int64),
        flags=np.zeros(len(rows), np.int64),
        vessel_id=np.array([entry.vessel_id for entry in known], np.int64)[index],
        kind=np.where(counted, kind, 0)[index],
        moves=counted[index],
    )
