"""The tile service: an ASGI application in front of Django.

A request costs: path and headers, who asks (kept in memory), the cache, done.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable
from functools import partial

import orjson
from django.db import Error as DatabaseError

from layers.core.scope import Grant

from . import negotiate
from .cache import IDENTITY, Tile, TileCache, etag
from .catalog import Catalog
from .http import NO_CACHE, VARY, ClientGone, Pairs, Receive, Request, Scope, Send
from .routes import HttpError, Route, parse
from .sources import MVT, RequestError, Source, TileRequest, UnavailableError
from .tilejson import merge, tiles_url
from .tokens import Access, Caller

PREFLIGHT: Pairs = [
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"Authorization, Accept"),
]

Named = tuple[Hashable, Hashable]  # key and version of a picture

log = logging.getLogger(__name__)


class TileService:
    """``prefix`` is where the service is mounted; ``base_path`` overrules the path
    in TileJSON when a proxy shows it elsewhere.
    """

    def __init__(
        self,
        catalog: Catalog,
        access: Access,
        cache: TileCache | None = None,
        *,
        prefix: str = "/tiles",
        base_path: str = "",
    ) -> None:
        self.sources = catalog
        self.access = access
        self.cache = cache or TileCache()
        self.prefix = prefix
        self.base_path = base_path
        self._handlers = {
            "tile": self.tile,
            "tilejson": self.tilejson,
            "catalog": self.catalog,
            "health": self.health,
            "redirect": self.redirect,
            "root": self.root,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            if scope["method"] not in ("GET", "HEAD"):
                await self.other_method(request)
                return
            route = parse(request.path[len(self.prefix) :])
            await self._handlers[route.kind](request, route)
        except HttpError as problem:
            await self.problem(request, problem)
        except RequestError as error:
            await request.text(400, str(error))
        except ClientGone:
            return
        except UnavailableError as error:
            await request.text(503, str(error), (b"retry-after", b"2"))

    async def other_method(self, request: Request) -> None:
        allow = (b"allow", b"GET, HEAD, OPTIONS")
        if request.scope["method"] == "OPTIONS":
            await request.send(204, [allow, VARY, *PREFLIGHT])
        else:
            await request.text(405, "Only GET and HEAD", allow)

    async def problem(self, request: Request, problem: HttpError) -> None:
        headers: Pairs = []
        if problem.status == 401:
            headers = [(b"www-authenticate", b'Bearer realm="tiles"')]
        await request.text(problem.status, problem.text, *headers)

    async def root(self, request: Request, route: Route) -> None:
        await request.text(200, "GIS-IOC tiles: see catalog\n")

    async def health(self, request: Request, route: Route) -> None:
        await request.text(200, "OK", NO_CACHE)

    async def redirect(self, request: Request, route: Route) -> None:
        query = f"?{request.query}" if request.query else ""
        place = f"{self.base_path or self.prefix}{route.target}{query}"
        await request.text(301, "", (b"location", place.encode("latin-1", "replace")))

    async def catalog(self, request: Request, route: Route) -> None:
        caller = await self.caller(request)
        document = {
            "tiles": {
                source.id: {k: v for k, v in source.entry().items() if v}
                for source in self.sources.visible(caller.grant)
            },
            "sprites": {},
            "fonts": {},
            "styles": {},
            "settings": {"rendering": False},
        }
        await request.json(document, NO_CACHE)

    async def tilejson(self, request: Request, route: Route) -> None:
        grant, sources = await self.allowed(request, route)
        document = merge([await source.tilejson(grant) for source in sources])
        url = tiles_url(
            request.headers,
            scheme=request.scope.get("scheme", "http"),
            host=":".join(map(str, request.scope.get("server") or ("localhost",))),
            path=request.path.rstrip("/"),
            query=request.query,
            base_path=self.base_path,
        )
        document = {**document, "tiles": [url]}
        tag = "W/" + etag(orjson.dumps(document))
        headers = [(b"etag", tag.encode()), NO_CACHE]
        if negotiate.fresh(request.headers.get(b"if-none-match", b""), tag[2:]):
            await request.send(304, [VARY, *headers])
        else:
            await request.json(document, *headers)

    async def tile(self, request: Request, route: Route) -> None:
        if not negotiate.accepts_tiles(request.headers.get(b"accept", b"")):
            raise HttpError(406, f"Tiles are {MVT}")
        grant, sources = await self.allowed(request, route)
        sources = _in_range(sources, route)
        wanted = TileRequest(route.z, route.x, route.y, grant, request.params)
        encoding = request.encoding
        names = [(source.key(wanted), source.version(wanted)) for source in sources]
        key, version = names[0] if len(names) == 1 else _joined(names)
        tile = self.cache.peek(key, version, encoding)
        if tile is None:
            making = self._make(sources, names, wanted, encoding)
            tile = await request.unless_gone(making)
        headers = tile.headers.get(encoding)
        if headers is None:
            headers = tile.headers[encoding] = _tile_headers(tile, encoding, sources)
        if tile.empty:
            await request.send(204, [VARY, headers[1]])
            return
        known = request.headers.get(b"if-none-match")
        if known and (known == headers[0][1] or negotiate.fresh(known, tile.etag)):
            await request.send(304, headers[:3])
            return
        await request.send(200, headers, tile.bodies[encoding])

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

    async def _part(
        self, source: Source, name: Named, wanted: TileRequest, encoding: str
    ) -> Tile:
        return await self.cache.get(*name, encoding, partial(source.tile, wanted))

    async def caller(self, request: Request) -> Caller:
        try:
            caller = await self.access.caller(request.cookie, request.key)
        except DatabaseError as error:
            reason = "who may see what cannot be read now"
            raise UnavailableError(reason) from error
        if caller.known and not self.access.revocations.loaded:
            raise UnavailableError("starting; who may see what is not known yet")
        return caller

    async def allowed(
        self, request: Request, route: Route
    ) -> tuple[Grant, list[Source]]:
        """The sources asked for; one that may not be seen does not exist.

        Without credentials the answer is 401 for whatever is not public, also
        for names that nobody uses.
        """
        caller = await self.caller(request)
        found = []
        for source_id in route.ids:
            source = self.sources.get(source_id)
            if source is None or not (source.public or source.visible(caller.grant)):
                if not caller.known:
                    raise HttpError(401, "Sign in, or send an API key")
                raise HttpError(404, f"Source {source_id} does not exist")
            found.append(source)
        return caller.grant, found


def _joined(names: list[Named]) -> Named:
    """The name of a composite: those of its parts."""
    return tuple(key for key, _ in names), tuple(version for _, version in names)


def _tile_headers(tile: Tile, encoding: str, sources: list[Source]) -> Pairs:
    """ETag, Cache-Control and Vary first: those a 304 has too."""
    control = {source.cache_control for source in sources if not source.public}
    kept = control or {sources[0].cache_control}
    body = tile.bodies.get(encoding, b"")
    headers = [
        (b"etag", tile.etag.encode()),
        (b"cache-control", kept.pop().encode()),
        VARY,
        (b"content-type", sources[0].content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    if encoding != IDENTITY:
        headers.append((b"content-encoding", encoding.encode()))
    return headers


def _in_range(sources: list[Source], route: Route) -> list[Source]:
    """Those of the sources that have this zoom; none is a 404."""
    fitting = [s for s in sources if s.minzoom <= route.z <= s.maxzoom]
    if not fitting:
        ranges = ", ".join(
            f"{s.id} supports zoom {s.minzoom}-{s.maxzoom}" for s in sources
        )
        raise HttpError(404, f"Zoom {route.z} is out of range: {ranges}")
    return fitting
