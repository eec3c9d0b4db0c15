"""The tile service: an ASGI application in front of Django.

A request costs: path and headers, who asks (kept in memory), the cache, done.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.db import Error as DatabaseError

from layers.core.scope import Grant

from . import negotiate
from .cache import IDENTITY, Tile, TileCache, compress, etag
from .catalog import CONTENT_TYPE, Sources, catalog
from .routes import HttpError, Route, parse
from .sources import RequestError, Source, TileRequest, UnavailableError
from .tilejson import merge, tiles_url
from .tokens import Access, Caller

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Pairs = list[tuple[bytes, bytes]]

TEXT = (b"content-type", b"text/plain; charset=utf-8")
JSON = (b"content-type", b"application/json")
PROTOBUF = (b"content-type", CONTENT_TYPE.encode())
VARY = (b"vary", b"Accept-Encoding, Origin")
NO_CACHE = (b"cache-control", b"no-cache")
PREFLIGHT: Pairs = [
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"Authorization, Accept"),
]

log = logging.getLogger(__name__)


class Request:
    """What the handlers need of the ASGI scope, and the way back."""

    __slots__ = ("_send", "head", "headers", "params", "path", "query", "scope")

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self._send = send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.head = scope["method"] == "HEAD"
        self.path: str = scope["path"]
        self.query: str = scope["query_string"].decode("latin-1")
        self.params = dict(parse_qsl(self.query)) if self.query else {}

    @property
    def encoding(self) -> str:
        return negotiate.encoding(self.headers.get(b"accept-encoding", b""))

    @property
    def cookie(self) -> bytes:
        found = self.headers.get(b"cookie", b"")
        if found and self.scope.get("http_version", "1.1")[0] != "1":
            # HTTP/2 clients may send one field per cookie.
            every = [v for name, v in self.scope["headers"] if name == b"cookie"]
            return b"; ".join(every)
        return found

    @property
    def key(self) -> str:
        """The API key: ``Authorization: Bearer`` or the parameter ``key``."""
        header = self.headers.get(b"authorization", b"")
        if header[:7].lower() == b"bearer ":
            return header[7:].decode("latin-1").strip()
        return self.params.get("key", "")

    async def send(self, status: int, headers: Pairs, body: bytes = b"") -> None:
        origin = self.headers.get(b"origin")
        if origin:
            headers = [*headers, (b"access-control-allow-origin", origin)]
        await self._send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        content = b"" if self.head else body
        await self._send({"type": "http.response.body", "body": content})

    async def text(self, status: int, text: str, *more: tuple[bytes, bytes]) -> None:
        body = text.encode()
        length = (b"content-length", str(len(body)).encode())
        await self.send(status, [TEXT, length, *more], body)

    async def json(self, value: object, *more: tuple[bytes, bytes]) -> None:
        encoding = self.encoding
        body = compress(orjson.dumps(value), encoding)
        headers = [JSON, VARY, (b"content-length", str(len(body)).encode()), *more]
        if encoding != IDENTITY:
            headers.append((b"content-encoding", encoding.encode()))
        await self.send(200, headers, body)


class TileService:
    """``sources`` by id, in the order of the catalogue.

    ``prefix`` is where the service is mounted; ``base_path`` overrules the path
    in TileJSON when a proxy shows it elsewhere.
    """

    def __init__(
        self,
        sources: Sources,
        access: Access,
        cache: TileCache | None = None,
        *,
        prefix: str = "/tiles",
        base_path: str = "",
    ) -> None:
        self.sources = sources
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
        request = Request(scope, send)
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
        await request.json(catalog(self.sources, caller.grant), NO_CACHE)

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
            raise HttpError(406, f"Tiles are {CONTENT_TYPE}")
        grant, sources = await self.allowed(request, route)
        sources = _in_range(sources, route)
        wanted = TileRequest(route.z, route.x, route.y, grant, request.params)
        encoding = request.encoding
        keys = [source.key(wanted) for source in sources]
        key: Hashable = keys[0] if len(keys) == 1 else tuple(keys)
        tile = self.cache.peek(key, encoding)
        if tile is None:
            tile = await self._make(sources, keys, wanted, encoding)
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
        keys: list[Hashable],
        wanted: TileRequest,
        encoding: str,
    ) -> Tile:
        if len(sources) == 1:
            work = partial(sources[0].tile, wanted)
            return await self.cache.get(keys[0], encoding, work)

        async def join() -> bytes:
            # The parts share the cache with the single sources. One after the
            # other: a composite must not take every connection.
            parts = [
                await self.cache.get(key, encoding, partial(source.tile, wanted))
                for key, source in zip(keys, sources, strict=True)
            ]
            return b"".join(part.raw() for part in parts)

        return await self.cache.get(tuple(keys), encoding, join)

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


def _tile_headers(tile: Tile, encoding: str, sources: list[Source]) -> Pairs:
    """ETag, Cache-Control and Vary first: those a 304 has too."""
    control = {source.cache_control for source in sources if not source.public}
    kept = control or {sources[0].cache_control}
    body = tile.bodies.get(encoding, b"")
    headers = [
        (b"etag", tile.etag.encode()),
        (b"cache-control", kept.pop().encode()),
        VARY,
        PROTOBUF,
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
