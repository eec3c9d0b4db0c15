"""One tile, of one source or of several."""

from __future__ import annotations

from collections.abc import Coroutine, Hashable
from functools import partial
from time import perf_counter

from tiles import mlt, negotiate
from tiles.cache import IDENTITY, Tile, TileCache
from tiles.door import Door
from tiles.express import Express, Ride
from tiles.http import VARY, Pairs, Request
from tiles.metrics import Metrics
from tiles.negotiate import Formats
from tiles.routes import HttpError, Route
from tiles.sources import MVT, Source, TileRequest

from . import Handlers

HIT = (b"server-timing", b"cache;desc=hit")

Named = tuple[Hashable, Hashable]  # key and version of a picture


class TileHandler:
    """Path and headers, who asks (kept in memory), the cache, done."""

    def __init__(
        self, door: Door, cache: TileCache, metrics: Metrics, express: Express
    ) -> None:
        self.door = door
        self.express = express
        self.cache = cache
        self.metrics = metrics

    def handlers(self) -> Handlers:
        return {"tile": self.tile}

    async def tile(self, request: Request, route: Route) -> None:
        accepted = negotiate.ACCEPTED[request.headers.get(b"accept", b"")]
        if accepted is not None and not accepted:
            raise HttpError(406, "The Accept header names no tile format; try " + MVT)
        caller = self.door.known(request) or await self.door.look_up(request)
        sources = self.door.sources(caller, route.ids)
        content_type = sources[0].content_type
        if len(sources) > 1:
            _check_mergeable(sources)
        sources = _in_range(sources, route.z)
        form = content_type if accepted is None else _form(content_type, accepted)
        encoding = IDENTITY
        if form is content_type and (form == MVT or negotiate.compressible(form)):
            encoding = request.encoding
        wanted = TileRequest(route.z, route.x, route.y, caller.grant, request.params)
        names = [(source.key(wanted), source.version(wanted)) for source in sources]
        key, version = names[0] if len(names) == 1 else _joined(names)
        if form is not content_type:
            key = (form, key)
        tile = self.cache.peek(key, version, encoding)
        timing = HIT
        if tile is None:
            self.metrics.misses[route.z] += 1
            started = perf_counter()
            make = (
                self._make(sources, names, wanted, encoding)
                if form is content_type
                else self._transcoded(sources, names, wanted)
            )
            tile = await request.unless_gone(make)
            timing = _made_in(perf_counter() - started)
        else:
            self.metrics.hits[route.z] += 1
        if len(sources) == 1 and form is content_type:
            rights, known = self.door.access.epoch, self.door.catalog.generation
            ride = Ride(caller, sources[0], wanted, key, encoding, rights, known)
            self.express.remember(request.scope, request.headers, ride)
        await _answer(request, tile, encoding, sources, form, timing)

    async def _make(
        self,
        sources: list[Source],
        names: list[Named],
        wanted: TileRequest,
        encoding: str,
    ) -> Tile:
        if len(sources) == 1:
            return await self._part(sources[0], names[0], wanted, encoding)

        async def join() -> bytes:
            # The parts share the cache with the single sources. One after the
            # other: a composite must not take every connection.
            parts = [
                await self._part(source, name, wanted, IDENTITY)
                for source, name in zip(sources, names, strict=True)
            ]
            return b"".join(part.raw() for part in parts)

        return await self.cache.get(*_joined(names), encoding, join)

    async def _transcoded(
        self, sources: list[Source], names: list[Named], wanted: TileRequest
    ) -> Tile:
        """The tile as MLT: one more picture, encoded once."""

        async def encode() -> bytes:
            tile = await self._make(sources, names, wanted, IDENTITY)
            return await mlt.encoded(tile.raw())

        key, version = names[0] if len(names) == 1 else _joined(names)
        return await self.cache.get((mlt.MLT, key), version, IDENTITY, encode)

    async def _part(
        self, source: Source, name: Named, wanted: TileRequest, encoding: str
    ) -> Tile:
        make = partial(source.tile, wanted)
        place = source.place(wanted) if self.cache.shared else None
        return await self.cache.get(*name, encoding, make, place)


def _answer(
    request: Request,
    tile: Tile,
    encoding: str,
    sources: list[Source],
    form: str,
    timing: tuple[bytes, bytes],
) -> Coroutine[None, None, None]:
    headers = tile.headers.get(encoding)
    if headers is None:
        headers = _headers(tile, encoding, sources, form)
        tile.headers[encoding] = headers
    known = request.headers.get(b"if-none-match")
    status, headers, body = response(tile, encoding, known)
    if status == 200 and timing is not HIT:
        headers = [*headers[:-1], timing]
    return request.send(status, headers, body)


def response(
    tile: Tile, encoding: str, known: bytes | None
) -> tuple[int, Pairs, bytes]:
    """Status, headers and body for a client that holds ``known``."""
    headers = tile.headers[encoding]
    if tile.empty:
        return 204, [VARY, headers[1]], b""
    if known:
        tag = headers[0][1]
        if known == tag or negotiate.fresh(known, tag.decode()):
            return 304, headers[:3], b""
    return 200, headers, tile.bodies[encoding]


def _made_in(seconds: float) -> tuple[bytes, bytes]:
    return (b"server-timing", b"cache;desc=miss, tile;dur=%.1f" % (seconds * 1000))


def _headers(tile: Tile, encoding: str, sources: list[Source], form: str) -> Pairs:
    """ETag, Cache-Control and Vary first: those a 304 has too. The timing last."""
    control = {source.cache_control for source in sources if not source.public}
    kept = control or {sources[0].cache_control}
    tag = mlt.etag(tile.etag) if form == mlt.MLT else tile.etag
    headers = [
        (b"etag", tag.encode()),
        (b"cache-control", kept.pop().encode()),
        VARY,
        (b"content-type", form.encode()),
        (b"content-length", str(len(tile.bodies.get(encoding, b""))).encode()),
    ]
    if encoding != IDENTITY:
        headers.append((b"content-encoding", encoding.encode()))
    headers.append(HIT)
    return headers


def _joined(names: list[Named]) -> Named:
    """The name of a composite: those of its parts."""
    return tuple(key for key, _ in names), tuple(version for _, version in names)


def _check_mergeable(sources: list[Source]) -> None:
    """Only vector tiles can be drawn as one."""
    types = dict.fromkeys(source.content_type for source in sources)
    if list(types) != [MVT]:
        raise HttpError(404, f"Cannot merge sources of {' and '.join(types)}")


def _form(content_type: str, accepted: Formats) -> str:
    """The type to answer with: that of the sources, or MLT made of it."""
    if accepted is None or content_type in accepted:
        return content_type
    if content_type == MVT and mlt.MLT in accepted and mlt.available():
        return mlt.MLT
    raise HttpError(
        406, f"Source produces {content_type}, which does not match the Accept header"
    )


def _in_range(sources: list[Source], z: int) -> list[Source]:
    """Those of the sources that have this zoom; none is a 404."""
    fitting = [source for source in sources if source.minzoom <= z <= source.maxzoom]
    if not fitting:
        ranges = ", ".join(
            f"{s.id} supports zoom {s.minzoom}-{s.maxzoom}" for s in sources
        )
        raise HttpError(404, f"Zoom {z} is outside the supported range: {ranges}")
    return fitting
