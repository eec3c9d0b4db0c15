"""What the rules see of a delivery."""

from __future__ import annotations

import numpy as np
from django.db import connection

from layers.core.copyin import int_array, moments
from layers.core.ingest import Floats, Ints, Observed
from layers.vessels.flags import Flag
from layers.vessels.identity import Known

from .storing import SQL, STILL, Incoming

COUNTED_VMS = 2
VALUES = ("speed_kn", "course_deg", "heading_deg", "error_m")


def fixes_before(new: Incoming) -> dict[str, Floats]:
    """``before_at`` (epoch s), ``before_lon``, ``before_lat`` for the fixes that move:
    the credible fix of the same vessel before each one, NaN where there is none.

    To be asked before the fixes are stored.
    """
    seen = np.flatnonzero(new.moves)
    vessel_id, at = new.vessel_id[seen], new.at[seen]
    rows = new.rows[seen]
    out = {
        "before_at": np.roll(at, 1),
        "before_lon": np.roll(new.reports.lon[rows], 1),
        "before_lat": np.roll(new.reports.lat[rows], 1),
    }
    first = np.flatnonzero(np.diff(vessel_id, prepend=-1))
    known = _live_rows(vessel_id[first])
    passed = known[:, 0] >= at[first]
    known[passed] = before_stored(vessel_id[first[passed]], at[first[passed]])
    for column, name in enumerate(out):
        out[name][first] = known[:, column]
    return out


def _live_rows(vessel_id: Ints) -> Floats:
    """Time, longitude and latitude of live rows, NaN where there is none: (n, 3)."""
    out = np.full((len(vessel_id), 3), np.nan)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vessel_id, extract(epoch FROM at)::float8, lon, lat"
            " FROM vessels_live WHERE vessel_id = ANY(%s::bigint[])",
            [int_array(vessel_id)],
        )
        rows = cursor.fetchall()
    if rows:
        ids, *values = (np.array(column) for column in zip(*rows, strict=True))
        out[np.searchsorted(vessel_id, ids)] = np.stack(values, axis=1)
    return out


def before_stored(vessel_id: Ints, at: Floats) -> Floats:
    """The same for the stored fix before a time (epoch s) of each vessel: (n, 3)."""
    out = np.full((len(vessel_id), 3), np.nan)
    if len(vessel_id):
        with connection.cursor() as cursor:
            cursor.execute(
                (SQL / "before.sql").read_text(),
                {
                    "vessels": vessel_id.tolist(),
                    "at": moments(at.tolist()),
                    "still": STILL,
                },
            )
            for row, *values in cursor.fetchall():
                out[row] = values
    return out


def observed(
    new: Incoming,
    index: Ints,
    known: list[Known],
    moved: dict[int, tuple[float, int]],
    before: dict[str, Floats],
) -> Observed:
    """The fixes that rules may see: credible, not late, of devices that count.

    ``index``: per fix its vessel in ``known``; ``moved``: vessel id -> time and digest
    that its live row moved to.
    """
    seen = np.flatnonzero(new.moves)
    rows, vessel_id, at = new.rows[seen], new.vessel_id[seen], new.at[seen]
    said = new.reports
    noise = new.flags[seen] & int(Flag.NOISE_SPEED) != 0
    unit = np.array([entry.unit_id or 0 for entry in known], np.int64)
    titles = [entry.title for entry in known]
    ids, spot = np.unique(vessel_id, return_inverse=True)
    to = [moved.get(id, (np.nan, 0)) for id in ids.tolist()]
    last = np.array([at for at, _digest in to])[spot]
    digest = np.array([digest for _at, digest in to], np.int64)[spot]
    return Observed(
        feature_id=vessel_id,
        at=at,
        lon=said.lon[rows],
        lat=said.lat[rows],
        unit_id=unit[index[seen]],
        title=[titles[number] for number in index[seen].tolist()],
        newest=(last == at) & (digest == said.digest[rows]),
        values={name: getattr(said, name)[rows] for name in VALUES}
        | {"speed_kn": np.where(noise, np.nan, said.speed_kn[rows])}
        | before
        | {"vms_at": np.where(new.kind[seen] == COUNTED_VMS, at, np.nan)},
    )
