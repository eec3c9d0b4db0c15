"""The least that an ASGI application can do: the peer of the cached tile."""

from __future__ import annotations

import os
from typing import Any

BODY = os.urandom(int(os.environ.get("BENCH_BODY_BYTES", "20000")))
HEADERS = [
    (b"content-type", b"application/x-protobuf"),
    (b"content-length", str(len(BODY)).encode()),
]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The same bytes to everyone."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
