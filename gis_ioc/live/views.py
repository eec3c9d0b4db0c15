"""What one client sees of one live layer, and how it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from layers.core.live import Snapshot
from layers.core.live_columns import Rows
from layers.core.live_sync import LiveLayer
from layers.core.mercator import Bounds, from_lonlat, to_lonlat
from layers.core.scope import Grant

MAX_ROWS = 8_000
PADDING = 0.2
DELTA_S = 0.5
TILES_S = 2.0

Message = dict[str, Any]


class ViewError(ValueError):
    """The view asked for makes no sense; the text says why."""


def bounds_of(bbox: Any) -> Bounds:
    """(west, south, east, north) in degrees to padded metres."""
    if not isinstance(bbox, list | tuple) or len(bbox) != 4:
        raise ViewError("bbox must be [west, south, east, north] in degrees")
    if not all(isinstance(n, int | float) and abs(n) <= 1e6 for n in bbox):
        raise ViewError("bbox must be four numbers")
    west, south, east, north = map(float, bbox)
    if west > east or south > north:
        raise ViewError("bbox must have west <= east and south <= north")
    pad_lon, pad_lat = PADDING * (east - west), PADDING * (north - south)
    x, y = from_lonlat(
        np.clip([west - pad_lon, east + pad_lon], -180.0, 180.0),
        np.array([south - pad_lat, north + pad_lat]),
    )
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])


class LiveView:
    """One subscription. :meth:`message` gives what the client lacks now.

    It asks the arrays when the client is ready to take something, so a slow
    client gets fewer and larger deltas and nothing piles up for it.
    """

    def __init__(self, live: LiveLayer, grant: Grant, bounds: Bounds) -> None:
        self.live = live
        self.grant = grant
        self.bounds = bounds
        self.dirty = True
        self.not_before = 0.0
        self._mode = ""
        self._seq = 0
        self._generation = -1
        self._ids: set[int] = set()

    def move(self, bounds: Bounds) -> None:
        """A new view: the client gets a snapshot at once."""
        self.bounds = bounds
        self._mode = ""
        self.dirty, self.not_before = True, 0.0

    def message(self, now: float) -> Message | None:
        """The next message; None when nothing in view has changed."""
        self.dirty = False
        snapshot = self.live.snapshot
        if not self._mode or snapshot.generation != self._generation:
            return self._snapshot(snapshot, now)
        if self._mode == "tiles":
            self.not_before = now + TILES_S
            self._seq = snapshot.seq
            return {"type": "changed", "layer": snapshot.layer.slug, "seq": self._seq}
        return self._delta(snapshot, now)

    def _inside(self, snapshot: Snapshot) -> Rows:
        return snapshot.visible(self.grant, snapshot.inside(self.bounds))

    def _snapshot(self, snapshot: Snapshot, now: float) -> Message:
        rows = self._inside(snapshot)
        self._generation, self._seq = snapshot.generation, snapshot.seq
        message: Message = {
            "type": "snapshot",
            "layer": snapshot.layer.slug,
            "seq": snapshot.seq,
        }
        if len(rows) > MAX_ROWS:
            self._mode, self._ids = "tiles", set()
            self.not_before = now + TILES_S
            return {**message, "mode": "tiles", "count": len(rows)}
        self._mode = "features"
        self._ids = set(snapshot.ids[rows].tolist())
        self.not_before = now + DELTA_S
        return {
            **message,
            "mode": "features",
            "columns": columns(snapshot),
            "rows": table(snapshot, rows),
        }

    def _delta(self, snapshot: Snapshot, now: float) -> Message | None:
        changed = snapshot.changed_since(self._seq)
        self._seq = snapshot.seq
        x, y = snapshot.x[changed], snapshot.y[changed]
        west, south, east, north = self.bounds
        near = changed[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
        here = snapshot.visible(self.grant, near)
        present = set(snapshot.ids[here].tolist())
        gone = (set(snapshot.ids[changed].tolist()) - present) & self._ids
        if not present and not gone:
            return None
        self._ids = (self._ids | present) - gone
        if len(self._ids) > MAX_ROWS:
            return self._snapshot(snapshot, now)
        self.not_before = now + DELTA_S
        return {
            "type": "delta",
            "layer": snapshot.layer.slug,
            "seq": snapshot.seq,
            "columns": columns(snapshot),
            "rows": table(snapshot, here),
            "gone": sorted(gone),
        }


def columns(snapshot: Snapshot) -> list[str]:
    others = [name for name in snapshot.columns if name not in ("at", "title")]
    return ["id", "lon", "lat", "at", "title", *others]


def table(snapshot: Snapshot, rows: Rows) -> list[Sequence[Any]]:
    """The rows as JSON values, in the order of :func:`columns`."""
    lon, lat = to_lonlat(snapshot.x[rows], snapshot.y[rows])
    at = snapshot.at[rows]
    moments = [None if unknown else value for value, unknown in _numbers(at)]
    others = columns(snapshot)[4:]
    return list(
        zip(
            snapshot.ids[rows].tolist(),
            np.round(lon, 6).tolist(),
            np.round(lat, 6).tolist(),
            moments,
            *(snapshot.columns[name].take(rows) for name in others),
            strict=True,
        )
    )


def _numbers(at: Any) -> zip[tuple[float, bool]]:
    return zip(np.round(at, 3).tolist(), np.isnan(at).tolist(), strict=True)
