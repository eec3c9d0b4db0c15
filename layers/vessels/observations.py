"""Stored positions as the rules saw them, for rules tried on past days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from django.db import connection
from psycopg import sql

from layers.core.copyin import int_array
from layers.core.copyout import columns as copied
from layers.core.ingest import Floats, Ints, Observed

from .flags import Flag
from .ingest.observing import before_stored
from .ingest.storing import STILL

OBSERVED = (Path(__file__).parent / "sql" / "observed.sql").read_text()
ALWAYS = {"feature_id": "i8", "at": "f8", "lon": "f8", "lat": "f8"}
VALUES = ("received_at", "speed_kn", "course_deg", "heading_deg", "error_m", "vms_at")
BEFORE = ("before_at", "before_lon", "before_lat")
# Rows of a batch that are aimed at, and the spans of time read at once, seconds.
WANTED_ROWS = 250_000
FIRST_S, LEAST_S, MOST_S = 3_600.0, 60.0, 86_400.0


def stored(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None = None
) -> Iterator[Observed]:
    """The reader of :mod:`layers.core.observations`; ``received_at`` is among the
    columns, in seconds since 1970 UTC."""
    memory = Memory(wants_before=bool(set(columns) & set(BEFORE)))
    kinds = ALWAYS | {name: "f8" for name in VALUES if name in columns}
    start, span = since, FIRST_S
    while start < until:
        end = min(start + span, until)
        rows = _rows(kinds, start, end, ids)
        count = len(rows["at"])
        if count:
            yield memory.observed(rows, columns)
        start = end
        factor = WANTED_ROWS / count if count else 4.0
        span = float(np.clip(span * np.clip(factor, 0.2, 4.0), LEAST_S, MOST_S))


def _rows(
    kinds: dict[str, str], since: float, until: float, ids: list[int] | None
) -> dict[str, np.ndarray]:
    """The rows of a span, ordered by vessel and time."""
    named = int_array(np.asarray(ids)) if ids is not None else None
    values = {
        "since": since, "until": until, "still": STILL,
        "noise": int(Flag.NOISE_SPEED), "ids": named,
    }  # fmt: skip
    rows = copied(sql.SQL(OBSERVED), values, kinds)
    order = np.lexsort((rows["at"], rows["feature_id"]))
    return {name: column[order] for name, column in rows.items()}


class Memory:
    """What is known of vessels from the batches before: name, unit, last fix."""

    def __init__(self, *, wants_before: bool) -> None:
        self.wants_before = wants_before
        self.ids = np.zeros(0, dtype=np.int64)
        self.facts: dict[int, tuple[str, int]] = {}
        self.last: Floats = np.zeros((0, 3))

    def observed(self, rows: dict[str, np.ndarray], columns: Sequence[str]) -> Observed:
        ids, first, spot = np.unique(
            rows["feature_id"], return_index=True, return_inverse=True
        )
        self._meet(ids, rows, first)
        facts = [self.facts.get(number, ("", 0)) for number in ids.tolist()]
        titles = [title for title, _unit in facts]
        unit = np.array([unit for _title, unit in facts], dtype=np.int64)
        values = {name: rows[name] for name in columns if name in rows}
        if self.wants_before:
            values |= self._before(rows, ids, first)
        return Observed(
            feature_id=rows["feature_id"],
            at=rows["at"],
            lon=rows["lon"],
            lat=rows["lat"],
            unit_id=unit[spot],
            title=[titles[number] for number in spot.tolist()],
            newest=np.ones(len(spot), dtype=bool),
            values=values,
        )

    def _meet(self, ids: Ints, rows: dict[str, np.ndarray], first: Ints) -> None:
        """Names and units of vessels not met before, and their fix before."""
        fresh = ~np.isin(ids, self.ids)
        if not fresh.any():
            return
        met = ids[fresh]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, title, coalesce(unit_id, 0) FROM vessels_vessel"
                " WHERE id = ANY(%s::bigint[])",
                [int_array(met)],
            )
            self.facts |= {pk: (title, unit) for pk, title, unit in cursor.fetchall()}
        known = np.full((len(met), 3), np.nan)
        if self.wants_before:
            known = before_stored(met, rows["at"][first[fresh]])
        whole = np.concatenate([self.ids, met])
        order = np.argsort(whole)
        self.ids = whole[order]
        self.last = np.concatenate([self.last, known])[order]

    def _before(
        self, rows: dict[str, np.ndarray], ids: Ints, first: Ints
    ) -> dict[str, Floats]:
        """The credible fix before each one, of any device of the vessel."""
        mine = np.searchsorted(self.ids, ids)
        newest = np.append(first[1:], len(rows["at"])) - 1
        found = {}
        for place, name in enumerate(("at", "lon", "lat")):
            column = np.roll(rows[name], 1)
            column[first] = self.last[mine, place]
            found[BEFORE[place]] = column
            self.last[mine, place] = rows[name][newest]
        return found
