"""One HTTP request to the tile service, and the ways to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from . import negotiate
from .cache import IDENTITY, TileCache, compress, etag
from .routes import HttpError

T = TypeVar("T")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Pairs = list[tuple[bytes, bytes]]

TEXT = (b"content-type", b"text/plain; charset=utf-8")
VARY = (b"vary", b"Accept, Accept-Encoding, Origin")
NO_CACHE = (b"cache-control", b"no-cache")
MAX_QUERY = 8_192
NOT_ANSWERED = 499  # the client went away; nginx's number for it


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Origins:
    """Which pages of other sites may read answers. ``*``: all; none: CORS is off.

    Never with credentials: a foreign page cannot use the visitor's cookie.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        listed = {name.encode("latin-1", "replace") for name in allowed}
        self.all = b"*" in listed
        self.listed = listed

    def headers(self, origin: bytes) -> Pairs:
        if self.all or origin in self.listed:
            return [(b"access-control-allow-origin", origin)]
        return []


class Request:
    """What the handlers need of the ASGI scope, and the way back.

    ``status`` is 0 until an answer was begun.
    """

    __slots__ = (
        "_receive",
        "_send",
        "head",
        "headers",
        "origins",
        "params",
        "path",
        "query",
        "scope",
        "status",
    )

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, origins: Origins
    ) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.origins = origins
        self.status = 0
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.head = scope["method"] == "HEAD"
        self.path: str = scope["path"]
        self.query: str = scope["query_string"].decode("latin-1")
        self.params = dict(parse_qsl(self.query[:MAX_QUERY])) if self.query else {}

    def check(self) -> None:
        """Raises HttpError for a query longer than any of ours."""
        if len(self.query) > MAX_QUERY:
            raise HttpError(414, f"The query is longer than {MAX_QUERY} characters")

    @property
    def encoding(self) -> str:
        return negotiate.ENCODING[self.headers.get(b"accept-encoding", b"")]

    @property
    def cookie(self) -> bytes:
        found = self.headers.get(b"cookie")
        if not found:
            return b""
        if self.scope.get("http_version", "1.1")[0] != "1":
            # HTTP/2 clients may send one field per cookie.
            every = [v for name, v in self.scope["headers"] if name == b"cookie"]
            return b"; ".join(every)
        return found

    @property
    def key(self) -> str:
        """The API key: ``Authorization: Bearer`` or the parameter ``key``."""
        header = self.headers.get(b"authorization")
        if header and header[:7].lower() == b"bearer ":
            return header[7:].decode("latin-1").strip()
        return self.params.get("key", "") if self.params else ""

    async def unless_gone(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``, which ends early when the client hangs up."""
        task = asyncio.ensure_future(work)
        watch = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientGone
            return task.result()
        finally:
            task.cancel()
            watch.cancel()

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def send(self, status: int, headers: Pairs, body: bytes = b"") -> None:
        self.status = status
        origin = self.headers.get(b"origin")
        if origin:
            headers = [*headers, *self.origins.headers(origin)]
        await self._send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        content = b"" if self.head else body
        await self._send({"type": "http.response.body", "body": content})

    async def text(self, status: int, text: str, *more: tuple[bytes, bytes]) -> None:
        body = text.encode("utf-8", "replace")
        length = (b"content-length", str(len(body)).encode())
        await self.send(status, [TEXT, length, *more], body)

    async def document(
        self,
        content: bytes,
        kind: str,
        control: tuple[bytes, bytes] = NO_CACHE,
        packed: TileCache | None = None,
    ) -> None:
        """``content`` with a weak ETag, compressed as the client likes it; 304 when
        the client has it. ``packed`` keeps what was compressed."""
        tag = "W/" + etag(content)
        headers = [(b"etag", tag.encode()), control, VARY]
        if negotiate.fresh(self.headers.get(b"if-none-match", b""), tag):
            await self.send(304, headers)
            return
        encoding = self.encoding if negotiate.compressible(kind) else IDENTITY
        if packed is None or encoding == IDENTITY:
            body = compress(content, encoding)
        else:
            tile = await packed.get(tag, 0, encoding, lambda: _ready(content))
            body = tile.bodies.get(encoding, b"")
        headers.append((b"content-type", kind.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding != IDENTITY:
            headers.append((b"content-encoding", encoding.encode()))
        await self.send(200, headers, body)


async def _ready(content: bytes) -> bytes:
    return content
