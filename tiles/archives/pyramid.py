"""Walking the tiles of a box, from the top down, without asking for empty ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from pmtiles.tile import zxy_to_tileid

from layers.core.mercator import Bounds, from_lonlat
from layers.core.scope import Grant
from tiles.cache import compress
from tiles.clock import covered
from tiles.sources import MVT, Source, TileRequest, UnavailableError

# Above this zoom an empty tile may hide what is too small to be drawn there (a tile
# unit at zoom 13 is 1.2 m), so what lies below it is asked for as well; unless
# that would be more tiles than EVERY.
TRUST_ZOOM = 13
EVERY = 50_000
TURNS = 4  # tiles in the making
PAUSES_S = (1.0, 4.0)  # before a source that does not answer is asked again

Place = tuple[int, int, int]


@dataclass(frozen=True)
class Job:
    """What to walk: all of ``sources`` as one, in the box ``bbox`` (degrees)."""

    sources: Sequence[Source]
    grant: Grant
    bbox: Bounds
    minzoom: int
    maxzoom: int
    params: dict[str, str] = field(default_factory=dict)

    @property
    def box_m(self) -> Bounds:
        west, south, east, north = self.bbox
        low, high = from_lonlat(west, south), from_lonlat(east, north)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def count(self, z: int) -> int:
        """How many tiles the box has at a zoom."""
        x0, y0, x1, y1 = covered(z, self.box_m, 0)
        return (x1 - x0 + 1) * (y1 - y0 + 1)

    @property
    def trust_zoom(self) -> int:
        """From here on nothing is looked for below an empty tile."""
        fitting = [z for z in range(TRUST_ZOOM + 1) if self.count(z) <= EVERY]
        return max(fitting, default=0)

    @property
    def first_zoom(self) -> int:
        """Where to begin: tiles above ``minzoom`` only show what is empty."""
        return min(self.minzoom, self.trust_zoom)


@dataclass
class Progress:
    """How far it is; ``expected`` is an upper estimate."""

    zoom: int = 0
    done: int = 0
    written: int = 0
    bytes: int = 0
    expected: int = 0


@dataclass(frozen=True)
class _Node:
    """A tile to ask, and which of the sources may have something there."""

    place: Place
    alive: tuple[int, ...]


async def walk(job: Job, progress: Progress) -> AsyncGenerator[tuple[Place, bytes]]:
    """The tiles that are not empty, in the order of PMTiles; vector tiles gzipped.

    Raises UnavailableError when a source keeps silent, RequestError for
    parameters that it does not understand.
    """
    every = tuple(range(len(job.sources)))
    level = [_Node(place, every) for place in _all(job, job.first_zoom)]
    for z in range(job.first_zoom, job.maxzoom + 1):
        below: list[_Node] = []
        _estimate(job, progress, z, len(level))
        async for node, content, alive in _made(job, level):
            progress.done += 1
            if content and z >= job.minzoom:
                progress.written += 1
                progress.bytes += len(content)
                yield node.place, content
            if alive:
                below.append(_Node(node.place, alive))
        level = _children(job, z, below) if z < job.maxzoom else []


def _estimate(job: Job, progress: Progress, z: int, size: int) -> None:
    progress.zoom, progress.expected = z, progress.done + size
    for deeper in range(z + 1, job.maxzoom + 1):
        size = min(4 * size, job.count(deeper))
        progress.expected += size


async def _made(
    job: Job, level: Iterable[_Node]
) -> AsyncIterator[tuple[_Node, bytes, tuple[int, ...]]]:
    """Each node, its tile, and the sources to ask below it; a few at a time."""
    running: deque[tuple[_Node, asyncio.Task[tuple[bytes, tuple[int, ...]]]]] = deque()
    try:
        for node in level:
            running.append((node, asyncio.create_task(_make(job, node))))
            if len(running) >= TURNS:
                first, task = running.popleft()
                yield first, *await task
        while running:
            first, task = running.popleft()
            yield first, *await task
    finally:
        for _node, task in running:
            task.cancel()


async def _make(job: Job, node: _Node) -> tuple[bytes, tuple[int, ...]]:
    z = node.place[0]
    request = TileRequest(*node.place, job.grant, job.params)
    parts, alive = [], []
    for number in node.alive:
        source = job.sources[number]
        if z > source.maxzoom:
            continue
        part = await _patiently(source, request) if z >= source.minzoom else b""
        parts.append(part)
        if part or z < max(source.minzoom, job.trust_zoom):
            alive.append(number)
    content = b"".join(parts)
    if content and job.sources[0].content_type == MVT and z >= job.minzoom:
        content = await asyncio.to_thread(compress, content, "gzip")
    return content, tuple(alive)


async def _patiently(source: Source, request: TileRequest) -> bytes:
    for pause_s in PAUSES_S:
        try:
            return await source.tile(request)
        except UnavailableError:
            await asyncio.sleep(pause_s)
    try:
        return await source.tile(request)
    except UnavailableError as error:
        where = f"{request.z}/{request.x}/{request.y}"
        raise UnavailableError(f"{source.id} {where}: {error}") from error


def _all(job: Job, z: int) -> list[Place]:
    x0, y0, x1, y1 = covered(z, job.box_m, 0)
    places = [(z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    return sorted(places, key=lambda place: zxy_to_tileid(*place))


def _children(job: Job, z: int, parents: Iterable[_Node]) -> list[_Node]:
    """The tiles below that touch the box; they keep the parents' order."""
    x0, y0, x1, y1 = covered(z + 1, job.box_m, 0)
    found: list[_Node] = []
    for parent in parents:
        _z, x, y = parent.place
        four = [
            _Node((z + 1, column, row), parent.alive)
            for column in (2 * x, 2 * x + 1)
            for row in (2 * y, 2 * y + 1)
            if x0 <= column <= x1 and y0 <= row <= y1
        ]
        # The children of a tile follow one another on the curve.
        found += sorted(four, key=lambda node: zxy_to_tileid(*node.place))
    return found
