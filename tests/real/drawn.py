"""Which stored fixes lie on which drawn line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.db import connection

from layers.core.ingest import Floats, Ints
from layers.tracks.segments import KNOT_MS, Break
from layers.tracks.simplify import distance_m
from layers.vessels.flags import SUSPECT

# A line over midnight is two pieces; tracks keep tenths of a second.
_FIXES = """
SELECT d.key, p.branch, extract(epoch FROM p.at)::float8, p.lon, p.lat, t.id,
    t.begins, t.segment, p.at::date
FROM vessels_fix p JOIN vessels_device d ON d.id = p.device_id
LEFT JOIN LATERAL (
    SELECT t.id, t.begins, t.segment FROM tracks_piece t
    WHERE t.device_id = p.device_id AND t.branch = p.branch AND t.kind = 'track'
        AND p.at BETWEEN t.started_at - interval '0.1 s' AND t.at + interval '0.1 s'
    ORDER BY t.segment LIMIT 1
) AS t ON true
WHERE p.flags & %s = 0 ORDER BY 1, 2, 3, p.digest
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Credible fixes in order of device, branch and time; ``line`` numbers the
    lines that they lie on, shape n."""

    key: list[str]
    at: Floats
    lon: Floats
    lat: Floats
    line: Ints

    def steps(self) -> tuple[Ints, Floats, Floats]:
        """Rows whose fix before is on the same line, seconds and metres from it."""
        rows = np.flatnonzero(self.line[1:] == self.line[:-1]) + 1
        metres = distance_m(
            self.lon[rows - 1], self.lat[rows - 1], self.lon[rows], self.lat[rows]
        )
        return rows, self.at[rows] - self.at[rows - 1], metres

    def impossible(self, device: str = "") -> list[tuple[str, float, float]]:
        """(device, seconds, knots) of the steps that no ship makes.

        Over 50 kn for a minute and more, or more than 25 kn even if the clocks were
        a quarter of an hour apart, as Global Fishing Watch has it.
        """
        rows, seconds, metres = self.steps()
        kn = metres / np.maximum(seconds, 60.0) / KNOT_MS
        padded = 25.0 * KNOT_MS * (seconds + 900.0)
        wrong = np.flatnonzero(((kn > 50.0) & (metres > 1_000)) | (metres > padded))
        found = [(self.key[rows[i]], seconds[i], kn[i]) for i in wrong.tolist()]
        return [step for step in found if not device or step[0] == device]


def drawn() -> Drawn:
    """Everything that is settled; every credible fix lies on a line."""
    with connection.cursor() as cursor:
        cursor.execute(_FIXES, [int(SUSPECT)])
        rows = cursor.fetchall()
    assert all(row[5] is not None for row in rows)
    line = np.zeros(len(rows), dtype=np.int64)
    for place, (before, row) in enumerate(pairwise(rows), start=1):
        goes_on = before[:2] == row[:2] and (
            before[5] == row[5]
            or (before[8] != row[8] and row[6] == Break.NONE and row[7] == 0)
        )
        line[place] = line[place - 1] + (not goes_on)
    at, lon, lat = (
        np.array([row[column] for row in rows], dtype=float) for column in (2, 3, 4)
    )
    return Drawn([row[0] for row in rows], at, lon, lat, line)
