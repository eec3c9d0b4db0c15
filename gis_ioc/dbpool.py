"""Database connections of the web process: a pool of bounded size.

Django runs each request under ASGI in a thread of its own. A connection that is kept
for later (CONN_MAX_AGE) belongs to that thread and is never used again, so they pile
up until PostgreSQL has none left. The pool hands the same few to all of them; who finds
all in use waits, and gets an error after ``WAIT_S`` rather than taking the last slot of
another process.
"""

from __future__ import annotations

import os
from typing import Any

# Of the 100 that PostgreSQL grants: tiles, workers and receivers need theirs, too.
MOST = 24
WAIT_S = 4.0
IDLE_S = 60.0


def use_pool(database: dict[str, Any]) -> None:
    """Let a database of the settings be reached through a pool, before its first use.
    ``IOC_DB_POOL`` sets the size."""
    database["CONN_MAX_AGE"] = 0
    options = database.setdefault("OPTIONS", {})
    options["pool"] = {
        "min_size": 1,
        "max_size": max(int(os.environ.get("IOC_DB_POOL", MOST)), 2),
        "timeout": WAIT_S,
        "max_idle": IDLE_S,
        "name": "web",
    }
    options.setdefault("application_name", "ioc-web")
