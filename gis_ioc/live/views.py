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

from . import binary

MAX_ROWS = 8_000
PADDING = 0.2
DELTA_S = 0.5
TILES_S = 2.0

Message = dict[str, Any]
FORMATS = ("json", "binary")


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


def columns_of(asked: Any, live: LiveLayer) -> tuple[str, ...]:
    """The columns that a client of binary frames wants; null: all there are."""
    known = binary.column_names(live.snapshot)
    if asked is None:
        return known
    if not isinstance(asked, list) or len(asked) > len(known):
        raise ViewError("columns must be a list of names, each once")
    for name in asked:
        if name not in known:
            raise ViewError(f"no column {name!r:.60}; there are {', '.join(known)}")
    return tuple(name for name in known if name in asked)


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

    def message(self, now: float) -> Message | bytes | None:
        """The next message; None when nothing in view has changed."""
        self.dirty = False
        snapshot = self.live.snapshot
        if not self._mode or snapshot.generation != self._generation:
            return self._snapshot(snapshot, now)
        if self._mode == "tiles":
            return self._tiles_changed(snapshot, now)
        return self._delta(snapshot, now)

    def _tiles(self, snapshot: Snapshot, now: float, count: int) -> Message:
        """There are too many rows in view: the client takes the tiles."""
        self._mode = "tiles"
        self._generation, self._seq = snapshot.generation, snapshot.seq
        self.not_before = now + TILES_S
        return {
            "type": "snapshot",
            "layer": snapshot.layer.slug,
            "seq": snapshot.seq,
            "mode": "tiles",
            "count": count,
        }

    def _tiles_changed(self, snapshot: Snapshot, now: float) -> Message:
        self.not_before = now + TILES_S
        self._seq = snapshot.seq
        return {"type": "changed", "layer": snapshot.layer.slug, "seq": self._seq}

    def _inside(self, snapshot: Snapshot) -> Rows:
        return snapshot.visible(self.grant, snapshot.inside(self.bounds))

    def _snapshot(self, snapshot: Snapshot, now: float) -> Message:
        rows = self._inside(snapshot)
        if len(rows) > MAX_ROWS:
            self._ids = set()
            return self._tiles(snapshot, now, len(rows))
        self._generation, self._seq = snapshot.generation, snapshot.seq
        self._mode = "features"
        self._ids = set(snapshot.ids[rows].tolist())
        self.not_before = now + DELTA_S
        return {
            "type": "snapshot",
            "layer": snapshot.layer.slug,
            "seq": snapshot.seq,
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


class BinaryView(LiveView):
    """A subscription that is told in binary frames: many more rows, and after a move
    of the view only the rows that came into it."""

    def __init__(
        self, live: LiveLayer, grant: Grant, bounds: Bounds, names: tuple[str, ...]
    ) -> None:
        super().__init__(live, grant, bounds)
        self.names = names
        self._held: binary.Held | None = None

    def look(self, bounds: Bounds, names: tuple[str, ...]) -> None:
        """A new view, or other columns."""
        if names != self.names:
            self.names, self._held = names, None
        self.move(bounds)

    def message(self, now: float) -> Message | bytes | None:
        self.dirty = False
        snapshot = self.live.snapshot
        same = snapshot.generation == self._generation
        if self._mode == "tiles" and same:
            return self._tiles_changed(snapshot, now)
        frame = binary.frame(snapshot, self.grant, self.bounds, self.names, self._held)
        self._held = frame.held
        if frame.held is None:
            return self._tiles(snapshot, now, frame.count)
        self._mode, self._generation = "rows", snapshot.generation
        if frame.content is not None:
            self.not_before = now + DELTA_S
        return frame.content


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
