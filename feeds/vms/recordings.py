"""Recordings of VMS positions for ``manage.py replay``: tables of fixed columns.

TACSAT is the exchange format of European VMS research (VE_REF, SI_LATI, SI_LONG,
SI_DATE, SI_TIME in UTC, SI_SP in knots, SI_HE in degrees).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feeds.core import inbox
from feeds.core.models import Feed
from feeds.core.tasks import wake

from .intake import KIND

TACSAT = {"VE_REF", "SI_LATI", "SI_LONG", "SI_DATE", "SI_TIME"}
FEED = "vms-tacsat"
ROWS = 5_000


def recognises(path: Path) -> bool:
    """Whether the file is a TACSAT table."""
    if not path.name.removesuffix(".gz").endswith(".csv"):
        return False
    try:
        with _open(path) as file:
            head = file.readline().decode("ascii", "replace")
    except OSError:
        return False
    return {name.strip().upper() for name in head.split(",")} >= TACSAT


def parts(path: Path) -> Iterator[tuple[int, bytes]]:
    """(rows, document): the table in pieces that each begin with the headings."""
    with _open(path) as file:
        head = file.readline()
        rows: list[bytes] = []
        for line in file:
            if line.strip():
                rows.append(line)
            if len(rows) == ROWS:
                yield len(rows), head + b"".join(rows)
                rows = []
        if rows:
            yield len(rows), head + b"".join(rows)


def hand_in(path: Path, source: str) -> int:
    """Put the recording into the inbox; how many rows it has."""

    feed = Feed.of_kind(KIND, FEED)
    if not feed.config:
        feed.config = {"timezone": "UTC"}
        feed.save(update_fields=["config"])
    total = 0
    for rows, body in parts(path):
        batch = inbox.RawBatch(
            kind=KIND,
            feed=FEED,
            source=source,
            received_at=datetime.now(UTC),
            lines=rows,
            body=body,
            meta={"format": "table", "recording": True, "name": path.name},
        )
        inbox.store([batch])
        wake(feed.pk)
        total += rows
    return total


def _open(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
