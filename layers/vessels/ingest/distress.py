"""Calls for help: told at once, once an episode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection

from layers.core.events import Happening, record
from layers.core.ingest import Bools
from layers.vessels.identity import Known
from layers.vessels.models import VesselClass

from .heads import Memory
from .params import params
from .storing import SQL, Incoming

LAYER = "vessels"
HEARD, ENDED = "distress.heard", "distress.ended"
# How feeds say the SOS of a VMS device. In AIS the same number means that a beacon is
# active (ITU-R M.1371, table 45), but ordinary ships send it by mistake: of 10,800 in
# one sample eight did. There the form of the MMSI tells a beacon.
ACTIVE = 14
SHIP_RADIO = "mmsi:"


def calls(new: Incoming, key_class: list[str]) -> Bools:
    """Which fixes are calls for help; ``key_class``: class said per key of the
    reports. Suspect ones count as well: a beacon may have no position yet."""
    said = new.reports
    beacon = np.array([name == VesselClass.DISTRESS for name in key_class], bool)
    radio = np.array([key.startswith(SHIP_RADIO) for key in said.keys], bool)
    rows = new.rows
    sos = (said.status[rows] == ACTIVE) & ~radio[said.device[rows]]
    return sos | beacon[said.device[rows]]


def tell(
    new: Incoming, index: np.ndarray, known: list[Known], memories: dict[int, Memory]
) -> None:
    """Record a happening for each episode that begins with these fixes.

    An episode ends with ``distress_s`` of silence. Must run in the transaction that
    stores the fixes.
    """
    found = np.flatnonzero(calls(new, new.reports.classes))
    happenings = []
    for row in found[np.argsort(new.at[found], kind="stable")].tolist():
        memory = memories[int(new.device_id[row])]
        at = float(new.at[row])
        if abs(at - memory.distress_at) > params().distress_s:
            happenings.append(_heard(new, row, known[int(index[row])]))
        memory.distress_at = max(memory.distress_at, at)
    record(happenings)


def _heard(new: Incoming, row: int, vessel: Known) -> Happening:
    said, source = new.reports, int(new.rows[row])
    key = said.keys[int(said.device[source])]
    at = float(new.at[row])
    return Happening(
        key=f"{HEARD}:{key}:{at:.0f}",
        kind=HEARD,
        layer=LAYER,
        feature_id=vessel.vessel_id,
        title=vessel.title,
        unit_id=vessel.unit_id,
        lon=float(said.lon[source]),
        lat=float(said.lat[source]),
        new={"device": key, "status": int(said.status[source])},
        happened_at=datetime.fromtimestamp(at, UTC),
    )


def end_silent(now: datetime) -> int:
    """Record the end of episodes that fell silent; how many there were."""
    before = now - timedelta(seconds=params().distress_s)
    with connection.cursor() as cursor:
        cursor.execute((SQL / "distress_over.sql").read_text(), [before])
        rows = cursor.fetchall()
    return len(
        record(
            Happening(
                key=f"{ENDED}:{key}:{at:.0f}",
                kind=ENDED,
                layer=LAYER,
                feature_id=vessel_id,
                title=title,
                unit_id=unit_id,
                reason="silent",
                new={"device": key},
                happened_at=datetime.fromtimestamp(at + params().distress_s, UTC),
            )
            for key, at, vessel_id, title, unit_id in rows
        )
    )
