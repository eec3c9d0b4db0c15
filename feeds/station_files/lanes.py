"""What is read first: files of now as they come, then a backlog, oldest first."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from .parsing import LineError, moment, name_time

LIVE_S = 3600.0

# the name's time may be missing or wrong; a line's comes first
_TIME = re.compile(rb"[\t; ](\d{14})[\t; ]")


def rank(body: bytes, meta: dict[str, Any], received_at: datetime) -> int:
    """0 for files of the last hour and of unknown age; else seconds since 1970 of
    the first line, so that the oldest come first."""
    at = _line_time(body)
    if at is None:
        at = name_time(str(meta.get("path", "")).rsplit("/", 1)[-1])
    if at is None or at > received_at.timestamp() - LIVE_S:
        return 0
    return max(int(at), 1)


def _line_time(body: bytes) -> float | None:
    found = _TIME.search(body[:2_000])
    try:
        return moment(found[1].decode()) if found else None
    except LineError:
        return None
