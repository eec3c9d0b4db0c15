"""PostgreSQL for the asyncio side of a web process: tiles and live arrays."""

from __future__ import annotations

import os
import time
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

DEFAULT_SIZE = 4
STATEMENT_TIMEOUT_MS = 10_000
WAIT_S = 10.0
CHECK_S = 1.0

Pool = AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]


def pool_size() -> int:
    """How many tiles may be made in the database at once (IOC_TILE_POOL)."""
    return max(1, int(os.environ.get("IOC_TILE_POOL", DEFAULT_SIZE)))


def conninfo() -> str:
    """The connection string of Django's default database.

    JIT and parallel workers cost more than they give where many short queries run
    at once.
    """
    django = connections["default"].settings_dict
    settings = {
        "jit": "off",
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "max_parallel_workers_per_gather": 0,
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


_checked: WeakKeyDictionary[AsyncConnection[Any], float] = WeakKeyDictionary()


async def check(connection: AsyncConnection[Any]) -> None:
    """Whether the connection still works: asked once a second at most, since the
    question costs as much as a small tile."""
    now = time.monotonic()
    if now - _checked.get(connection, -CHECK_S) >= CHECK_S:
        await AsyncConnectionPool.check_connection(connection)
        _checked[connection] = now


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
        check=check,
        name="tiles",
    )
