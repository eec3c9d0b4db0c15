"""What every address that takes data does first: limits, and unpacking."""

from __future__ import annotations

import time
import zlib

from django.core.cache import cache
from django.http import HttpRequest
from ninja.errors import HttpError

MAX_BYTES = 20_000_000
MAX_UNPACKED = 60_000_000
WINDOW_S = 60


class TooLarge(Exception):
    """More bytes than the door takes, as sent or unpacked."""


class BadCompression(Exception):
    """The body is no gzip although it says so."""


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body behind ``Content-Encoding: gzip``, never more than MAX_UNPACKED."""
    if len(body) > MAX_BYTES:
        raise TooLarge
    if encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() != "gzip":
        raise BadCompression
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(body, MAX_UNPACKED)
    except zlib.error as error:
        raise BadCompression from error
    if reader.unconsumed_tail:
        raise TooLarge
    if not reader.eof or reader.unused_data:
        raise BadCompression
    return found


def body_of(request: HttpRequest) -> bytes:
    """The body of a request, unpacked; 413, 415 and 400 for what is none."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
            raise TooLarge
        return unpacked(request.body, request.headers.get("Content-Encoding", ""))
    except TooLarge:
        raise HttpError(
            413, f"at most {MAX_BYTES} bytes, {MAX_UNPACKED} unpacked"
        ) from None
    except BadCompression:
        raise HttpError(415, "Content-Encoding must be gzip, and be true") from None
    except ValueError:
        raise HttpError(400, "Content-Length is no number") from None


def charge(request: HttpRequest, what: str, rate: int) -> None:
    """At most ``rate`` requests a minute for each caller of ``what``; else 429."""
    key = getattr(request, "api_key", None)
    who = f"key{key.pk}" if key is not None else f"user{request.user.pk}"
    name = f"{what}-rate:{who}:{int(time.time()) // WINDOW_S}"
    cache.add(name, 0, 2 * WINDOW_S)
    if cache.incr(name) > rate:
        raise HttpError(429, f"at most {rate} requests a minute")
