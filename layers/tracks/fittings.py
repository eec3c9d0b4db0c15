"""Whose the devices of a batch were, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import connection

from layers.core.ingest import Floats, Ints

from . import thinning


@dataclass(frozen=True, slots=True)
class Fittings:
    """Whose the devices of a batch were: ``rows`` of (device index, branch, vessel
    id, since, until), open ends as infinities."""

    rows: list[tuple[int, int, int, float, float]]

    @classmethod
    def of(cls, devices: Ints) -> Fittings:
        index = {device: place for place, device in enumerate(devices.tolist())}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT device_id, branch, vessel_id,"
                " coalesce(extract(epoch FROM since), '-Infinity')::float8,"
                " coalesce(extract(epoch FROM until), 'Infinity')::float8"
                " FROM vessels_fitting WHERE device_id = ANY(%s)",
                [devices.tolist()],
            )
            return cls([(index[row[0]], *row[1:]) for row in cursor.fetchall()])

    def moments(self) -> dict[int, Floats]:
        """When the vessel of a track changes, ascending."""
        found: dict[int, set[float]] = {}
        for device, branch, _vessel, since, until in self.rows:
            ends = {end for end in (since, until) if np.isfinite(end)}
            if ends:
                key = device * thinning.BRANCHES + branch
                found.setdefault(key, set()).update(ends)
        return {key: np.array(sorted(ends)) for key, ends in found.items()}

    def vessels(self, device: Ints, branch: Ints, at: Floats) -> Ints:
        """The vessel of each fix (device index, branch, epoch seconds); 0: none."""
        found = np.zeros(len(at), dtype=np.int64)
        if not len(at):
            return found
        track = thinning.track_of(device, branch)
        order = np.argsort(track, kind="stable")
        ranks = track[order]
        for which, number, vessel, since, until in self.rows:
            key = which * thinning.BRANCHES + number
            rows = order[
                np.searchsorted(ranks, key) : np.searchsorted(ranks, key, "right")
            ]
            found[rows[(at[rows] >= since) & (at[rows] < until)]] = vessel
        return found
