"""Fetching documents over HTTP: bounded in time, size and redirects.

Addresses inside the house are refused unless the feed says that it is one, so that
nobody reads the province's own services through a feed.
"""

from __future__ import annotations

import asyncio
import ipaddress
from urllib.parse import urljoin, urlsplit

import httpx

TIMEOUT_S = 20.0
MAX_HOPS = 5
MAX_BYTES = 20_000_000


class RefusedError(OSError):
    """The address must not or cannot be fetched; the text says why."""


async def fetch(
    url: str,
    headers: dict[str, str],
    *,
    internal: bool = False,
    max_bytes: int = MAX_BYTES,
) -> tuple[httpx.Response, bytes]:
    """GET with a limit on time, size and redirects.

    Addresses inside the house are refused unless the feed says that it is one: a
    redirect must not lead to them either. ``headers`` go to the host of ``url`` only.
    RefusedError, httpx.HTTPError.
    """
    origin = urlsplit(url)[:2]
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        for _hop in range(MAX_HOPS):
            if not internal:
                await refuse_inside(url)
            own = headers if urlsplit(url)[:2] == origin else {}
            async with client.stream("GET", url, headers=own) as response:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers.get("Location", ""))
                    continue
                return response, await _body(response, max_bytes)
    raise RefusedError(f"more than {MAX_HOPS} redirects")


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > max_bytes:
            raise RefusedError(f"more than {max_bytes} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def refuse_inside(url: str) -> None:
    """RefusedError unless every address of the host is a public one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"not an http address: {url[:200]}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    for entry in await loop.getaddrinfo(parts.hostname, port):
        if not ipaddress.ip_address(entry[4][0]).is_global:
            raise RefusedError(f"{parts.hostname} is an address inside the house")
