"""One HTTP request to the tile service, and the ways to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import orjson

from . import negotiate
from .cache import IDENTITY, compress

T = TypeVar("T")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Pairs = list[tuple[bytes, bytes]]

TEXT = (b"content-type", b"text/plain; charset=utf-8")
JSON = (b"content-type", b"application/json")
VARY = (b"vary", b"Accept-Encoding, Origin")
NO_CACHE = (b"cache-control", b"no-cache")


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Request:
    """What the handlers need of the ASGI scope, and the way back."""

    __slots__ = (
        "_receive",
        "_send",
        "head",
        "headers",
        "params",
        "path",
        "query",
        "scope",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
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
