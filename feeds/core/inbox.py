"""Putting raw batches into the inbox, and to disk while PostgreSQL is away."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgpack
import zstandard
from django.db import connection, transaction
from django.utils.module_loading import import_string
from psycopg.types.json import Jsonb

from .models import Feed
from .spec import feed_kinds

SUFFIX = ".batch"
AT_ONCE = 2_000  # rows of one statement

Rank = Callable[[bytes, dict[str, Any], datetime], int]

# One statement for any number: thousands of small files are one round trip. Ids
# follow the order of the rows.
_INSERT = """
INSERT INTO feeds_inboxbatch
  (uid, feed_id, source, received_at, stored_at, lines, size, digest, body, meta,
   rank, state, attempts)
SELECT uid, feed_id, source, received_at, now(), lines, size, digest, body, meta,
   rank, 0, 0
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::int[],
   %s::int[], %s::text[], %s::bytea[], %s::jsonb[], %s::bigint[]) WITH ORDINALITY
   AS given (uid, feed_id, source, received_at, lines, size, digest, body, meta,
   rank, place)
ORDER BY place
ON CONFLICT (uid) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBatch:
    """Bytes of one sender on their way into the inbox."""

    kind: str
    feed: str
    source: str
    received_at: datetime
    lines: int
    body: bytes
    meta: dict[str, Any] = field(default_factory=dict)
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))


@cache
def _feed_id(kind: str, slug: str) -> int:
    return Feed.of_kind(kind, slug).pk


def compress(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


def decompress(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(bytes(body))


def rank_of(batch: RawBatch) -> int:
    """Where the batch stands in the queue of its feed (``FeedKind.rank``)."""
    path = feed_kinds[batch.kind].rank
    if not path:
        return 0
    rank: Rank = import_string(path)
    return rank(batch.body, batch.meta, batch.received_at)


def store(batches: list[RawBatch]) -> None:
    """Insert the batches in one transaction, in order. Raises when it cannot."""
    try:
        rows: list[Any] = [
            (
                batch.uid,
                _feed_id(batch.kind, batch.feed),
                batch.source[:120],
                batch.received_at,
                batch.lines,
                len(batch.body),
                hashlib.sha256(batch.body).hexdigest(),
                compress(batch.body),
                Jsonb(batch.meta),
                rank_of(batch),
            )
            for batch in batches
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            for first in range(0, len(rows), AT_ONCE):
                columns = zip(*rows[first : first + AT_ONCE], strict=True)
                cursor.execute(_INSERT, [list(column) for column in columns])
    except Exception:
        _feed_id.cache_clear()
        connection.close()
        raise


class Spool:
    """Batches on local disk, in order, while the database is away.

    A file is complete or absent: written under another name, synced, renamed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._next = 1 + max((self._number(path) for path in self._paths()), default=0)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    @staticmethod
    def _number(path: Path) -> int:
        return int(path.name.split("-")[0])

    def __bool__(self) -> bool:
        return bool(self._paths())

    def write(self, batches: list[RawBatch]) -> None:
        """Durably append; returns once the bytes are on disk."""
        for batch in batches:
            entry = asdict(batch)
            entry["received_at"] = batch.received_at.timestamp()
            path = self.folder / f"{self._next:012d}-{batch.uid}{SUFFIX}"
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                file.write(msgpack.packb(entry))
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            self._next += 1
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, limit: int = 50) -> Iterator[tuple[Path, RawBatch]]:
        """The oldest batches; the caller unlinks what it has stored."""
        for path in self._paths()[:limit]:
            entry = msgpack.unpackb(path.read_bytes())
            entry["received_at"] = datetime.fromtimestamp(entry["received_at"], UTC)
            yield path, RawBatch(**entry)
