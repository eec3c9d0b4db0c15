"""What this process has done, as Prometheus reads it (text format 0.0.4).

Names and labels of the first three are Martin's. Every web process counts for
itself; the label ``process`` tells them apart.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from layers.core.asyncdb import Pool
from layers.core.live_sync import LiveStore

from .cache import TileCache
from .routes import PATTERNS, UNKNOWN

# Seconds; those of the Prometheus client libraries.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ZOOMS = 31
CONTENT_TYPE = b"text/plain; version=0.0.4"

Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class Gauge:
    """Numbers that are read when somebody asks."""

    name: str
    help: str
    values: list[tuple[Labels, float]]


Gauges = Callable[[], Iterable[Gauge]]


class Cell:
    """Requests to one endpoint with one method and one status."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0


class Metrics:
    """Counters, as cheap as they can be: lists and one dictionary."""

    def __init__(self, gauges: Iterable[Gauges] = ()) -> None:
        self.gauges = list(gauges)
        self.hits = [0] * ZOOMS
        self.misses = [0] * ZOOMS
        self._cells: dict[tuple[str, str, int], Cell] = {}

    def observe(self, kind: str, method: str, status: int, seconds: float) -> None:
        """``kind`` of the route; empty for a path that has none."""
        name = (kind, method, status)
        cell = self._cells.get(name)
        if cell is None:
            cell = self._cells[name] = Cell()
        # Nearly all are in the first: a comparison is cheaper than the search.
        place = 0 if seconds <= BOUNDS[0] else bisect_left(BOUNDS, seconds)
        cell.buckets[place] += 1
        cell.seconds += seconds

    def render(self) -> bytes:
        lines = [*self._requests(), *self._durations(), *self._cache()]
        for read in self.gauges:
            for gauge in read():
                lines += _head(gauge.name, "gauge", gauge.help)
                lines += [_line(gauge.name, *value) for value in gauge.values]
        return ("\n".join(lines) + "\n").encode()

    def _requests(self) -> Iterator[str]:
        name = "martin_http_requests_total"
        yield from _head(name, "counter", "HTTP requests")
        for key, cell in self._cells.items():
            yield _line(name, _labels(*key), sum(cell.buckets))

    def _durations(self) -> Iterator[str]:
        name = "martin_http_requests_duration_seconds"
        yield from _head(name, "histogram", "How long requests took, in seconds")
        for key, cell in self._cells.items():
            labels, total = _labels(*key), 0
            for bound, count in zip((*BOUNDS, "+Inf"), cell.buckets, strict=True):
                total += count
                yield _line(f"{name}_bucket", {**labels, "le": str(bound)}, total)
            yield _line(f"{name}_sum", labels, cell.seconds)
            yield _line(f"{name}_count", labels, total)

    def _cache(self) -> Iterator[str]:
        name = "martin_tile_cache_requests_total"
        yield from _head(name, "counter", "Looks into the tile cache")
        for result, counts in (("hit", self.hits), ("miss", self.misses)):
            for zoom, count in enumerate(counts):
                if count:
                    labels = {"cache": "tile", "result": result, "zoom": str(zoom)}
                    yield _line(name, labels, count)


def cache_gauges(cache: TileCache) -> Gauges:
    def read() -> Iterator[Gauge]:
        for name, text, value in (
            ("ioc_tile_cache_bytes", "Bytes of tiles in memory", cache.used),
            ("ioc_tile_cache_entries", "Tiles in memory", len(cache)),
            ("ioc_tile_making", "Tiles that are being made", cache.pending),
        ):
            yield Gauge(name, text, [({}, value)])

    return read


def live_gauges(store: LiveStore) -> Gauges:
    def read() -> Iterator[Gauge]:
        rows: list[tuple[Labels, float]] = [
            ({"layer": slug}, len(live.snapshot.ids))
            for slug, live in store.layers.items()
            if live.loaded
        ]
        yield Gauge("ioc_live_rows", "Rows of a live layer in memory", rows)

    return read


def pool_gauges(pool: Pool) -> Gauges:
    def read() -> Iterator[Gauge]:
        stats = pool.get_stats()
        size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
        values: list[tuple[Labels, float]] = [
            ({"state": "used"}, size - free),
            ({"state": "free"}, free),
            ({"state": "awaited"}, stats.get("requests_waiting", 0)),
        ]
        yield Gauge("ioc_tile_connections", "Connections to PostgreSQL", values)

    return read


def _labels(kind: str, method: str, status: int) -> Labels:
    endpoint = PATTERNS.get(kind, UNKNOWN)
    return {"endpoint": endpoint, "method": method, "status": str(status)}


def _head(name: str, kind: str, text: str) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Labels, value: float) -> str:
    every = {**labels, "process": str(os.getpid())}
    listed = ",".join(f'{key}="{_escaped(text)}"' for key, text in every.items())
    return (
        f"{name}{{{listed}}} {value:g}"
        if isinstance(value, float)
        else (f"{name}{{{listed}}} {value}")
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
