"""PostgreSQL for the asyncio side of a web process: tiles and live arrays."""

from __future__ import annotations

import os
from typing import Any

from django.db import connections
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

DEFAULT_SIZE = 4
STATEMENT_TIMEOUT_MS = 10_000
WAIT_S = 10.0

Pool = AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]


def pool_size() -> int:
    """How many tiles may be made in the database at once (IOC_TILE_POOL)."""
    return max(1, int(os.environ.get("IOC_TILE_POOL", DEFAULT_SIZE)))


def conninfo() -> str:
    """The connection string of Django's default database.

    JIT costs more than it gives for short queries; the shape of a tile query
    depends on its numbers, so plans are made for them each time.
    """
    django = connections["default"].settings_dict
    settings = {
        "jit": "off",
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "plan_cache_mode": "force_custom_plan",
    }
    given = {
        "host": django["HOST"],
        "port": django["PORT"],
        "user": django["USER"],
        "password": django["PASSWORD"],
        "dbname": django["NAME"],
        "application_name": "ioc-tiles",
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
    return make_conninfo(**{name: value for name, value in given.items() if value})


def make_pool() -> Pool:
    """A closed pool; two connections more than tiles use keep live data moving."""
    return AsyncConnectionPool(
        conninfo(),
        min_size=1,
        max_size=pool_size() + 2,
        open=False,
        timeout=WAIT_S,
        reconnect_timeout=10,
        kwargs={"autocommit": True},
        check=AsyncConnectionPool.check_connection,
        name="tiles",
    )
