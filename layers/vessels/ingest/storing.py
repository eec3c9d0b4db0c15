"""The statements of one delivery: history, judgements, live rows, marks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from layers.core.copyin import copy_into, int_array, moment_array, moments
from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.reports import VesselReports

from .judging import Verdict

SQL = Path(__file__).parent.parent / "sql"
EARTH_RADIUS_M = 6_378_137.0
MAX_LATITUDE = 85.06
STILL = int(SUSPECT | Flag.LATE)
SAID = {
    "lon": "f8", "lat": "f8", "speed_kn": "f4", "course_deg": "f4",
    "heading_deg": "f4", "turn_deg_min": "f4", "error_m": "f4",
}  # fmt: skip


@dataclass(slots=True)
class Incoming:
    """New fixes: ``rows`` of the reports, and per fix what was found out about it.

    ``kind``: 1 AIS, 2 counted VMS, 0 anything else; ``moves``: it may move the live
    row of its vessel.
    """

    reports: VesselReports
    rows: Ints
    device_id: Ints
    at: Floats
    receiver_id: Ints
    branch: Ints
    flags: Ints
    vessel_id: Ints
    kind: Ints
    moves: Bools


def to_mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """EPSG:3857 metres; latitudes beyond the projection are held at its edge."""
    held = np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)
    x = np.radians(lon) * EARTH_RADIUS_M
    y = np.log(np.tan(math.pi / 4 + np.radians(held) / 2)) * EARTH_RADIUS_M
    return x, y


def append(new: Incoming) -> None:
    """Write the fixes to history, which must not hold any of them yet."""
    said, rows = new.reports, new.rows
    batch_id, line_no = said.batch_id[rows], said.line_no[rows]
    copy_into(
        "vessels_position",
        {
            "device_id": ("i8", new.device_id),
            "at": ("at", new.at),
            "digest": ("i8", said.digest[rows]),
            "batch_id": ("i8", np.ma.masked_equal(batch_id, 0)),
            "line_no": ("i4", np.ma.masked_equal(line_no, 0)),
            "flags": ("i4", new.flags),
            "receiver_id": ("i4", new.receiver_id),
            "branch": ("i2", new.branch),
            "message_type": ("i2", said.message_type[rows]),
            **_said(said, rows),
        },
    )


def _said(said: VesselReports, rows: Ints) -> dict[str, tuple[str, Any]]:
    """Columns of what the ship said; masked where it said nothing."""
    columns: dict[str, tuple[str, Any]] = {
        name: (kind, _known(getattr(said, name)[rows])) for name, kind in SAID.items()
    }
    return columns | {"status": ("i2", np.ma.masked_equal(said.status[rows], -1))}


def _known(values: Floats) -> Any:
    return np.ma.masked_array(values, np.isnan(values))


def _newest(new: Incoming) -> dict[str, tuple[str, Any]]:
    """The newest of the fixes of each vessel that may move its live row, of two of one
    moment that with the smaller digest; and when each kind of device was heard last."""
    seen = np.flatnonzero(new.moves)
    digest = new.reports.digest[new.rows[seen]]
    seen = seen[np.lexsort((digest, -new.at[seen], new.vessel_id[seen]))]
    first = np.flatnonzero(np.diff(new.vessel_id[seen], prepend=-1))
    kind, at = new.kind[seen], new.at[seen]
    ais_at, vms_at = (
        np.maximum.reduceat(np.where(kind == wanted, at, -np.inf), first)
        for wanted in (1, 2)
    )
    pick = seen[first]
    said, rows, flags = new.reports, new.rows[pick], new.flags[pick]
    x, y = to_mercator(said.lon[rows], said.lat[rows])
    columns = _said(said, rows)
    columns.pop("turn_deg_min")
    noise = flags & int(Flag.NOISE_SPEED) != 0
    speed = np.where(noise, np.nan, said.speed_kn[rows])
    return columns | {
        "speed_kn": ("f4", _known(speed)),
        "vessel_id": ("i8", new.vessel_id[pick]),
        "at": ("at", new.at[pick]),
        "digest": ("i8", said.digest[rows]),
        "x": ("f8", x),
        "y": ("f8", y),
        "ais_at": ("at", _heard(ais_at)),
        "vms_at": ("at", _heard(vms_at)),
        "device_id": ("i8", new.device_id[pick]),
        "flags": ("i4", flags),
        "receiver_id": ("i4", new.receiver_id[pick]),
        "branch": ("i2", new.branch[pick]),
    }


def _heard(at: Floats) -> Any:
    never = np.isinf(at)
    return np.ma.masked_array(np.where(never, 0.0, at), never)


def move_live(
    new: Incoming, verdict: Verdict, seq: int
) -> dict[int, tuple[float, int]]:
    """vessel id -> time and digest of the fix that its live row moved to."""
    moved: dict[int, tuple[float, int]] = {}
    with connection.cursor() as cursor:
        if new.moves.any():
            newest = _newest(new)
            cursor.execute(_sql("newest.sql"))
            copy_into("vessels_newest", newest)
            cursor.execute(_sql("move_live.sql"), [seq])
            moved = {id: (at, digest) for id, at, digest in cursor.fetchall()}
            if len(newest["vessel_id"][1]) > len(moved):
                cursor.execute(_sql("heard_live.sql"), [seq])
        if len(verdict.changed):
            devices = np.unique(verdict.changed_device).tolist()
            cursor.execute(
                _sql("again_live.sql"), {"seq": seq, "still": STILL, "devices": devices}
            )
    return moved


def judge_again(verdict: Verdict) -> None:
    """Write the judgements that hold from now on for fixes stored before."""
    if not len(verdict.changed):
        return
    changed = verdict.changed
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("judge_again.sql"),
            [
                verdict.changed_device.tolist(),
                moments(changed["at"].tolist()),
                changed["digest"].tolist(),
                changed["branch"].tolist(),
                changed["flags"].tolist(),
            ],
        )


def add_receivers(device_id: Ints, at: Floats, digest: Ints, receiver_id: Ints) -> None:
    """Remember that messages which are known were heard by these receivers too."""
    if len(at):
        with connection.cursor() as cursor:
            cursor.execute(
                _sql("receptions.sql"),
                [
                    device_id.tolist(),
                    moments(at.tolist()),
                    digest.tolist(),
                    receiver_id.tolist(),
                ],
            )


def mark_dirty(new: Incoming, verdict: Verdict) -> None:
    """Mark the tracks of new fixes, and those that a changed one was on and is on."""
    changed = verdict.changed
    device_id = np.concatenate([new.device_id, *[verdict.changed_device] * 2])
    branch = np.concatenate([new.branch, verdict.was, changed["branch"]])
    at = np.concatenate([new.at, changed["at"], changed["at"]])
    order = np.lexsort((at, branch, device_id))
    device_id, branch = device_id[order], branch[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (np.diff(device_id) != 0) | (np.diff(branch) != 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("mark_dirty.sql"),
            [
                int_array(device_id[begins]),
                int_array(branch[begins]),
                moment_array(at[order][begins]),
            ],
        )


def _sql(name: str) -> str:
    return (SQL / name).read_text()
