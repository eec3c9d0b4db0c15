"""The change stream: one Redis stream that tells every process what changed.

A message is only a hint to look: what counts is the sequence number in
PostgreSQL, which readers also poll, so a lost message delays and never loses.
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache

import msgpack
import redis
from django.conf import settings

STREAM = "ioc:changes"
MAX_LENGTH = 20_000

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """The process's connection pool to Redis."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=5,
        socket_connect_timeout=2,
        health_check_interval=30,
    )


def publish(slug: str, seq: int) -> None:
    """Tell that layer ``slug`` has reached ``seq``."""
    send({"kind": "layer", "layer": slug, "seq": seq})


def send(message: dict[str, object]) -> None:
    """Append a message to the stream; Redis being away is not an error."""
    body = msgpack.packb({**message, "sent": time.time()})
    try:
        client().xadd(STREAM, {b"m": body}, maxlen=MAX_LENGTH, approximate=True)
    except redis.RedisError as error:
        log.warning("change not announced, readers will poll: %s", error)
