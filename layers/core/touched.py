"""Where a layer changed: what the triggers of ``sql/touched.sql`` wrote, read once.

A change is told as places: boxes in mercator metres of the old and the new
geometry, each with the units of its row. When nobody can say where (a layer
without triggers, a statement that changed thousands of rows, rows that were taken
away before they were read), everything counts as changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection as django_connection
from psycopg import AsyncConnection

from .mercator import Bounds
from .spec import registry

SQL = Path(__file__).resolve().parent / "sql"
# Processes read within seconds; one that was away longer begins anew.
KEEP_S = 900.0
MAX_PLACES = 5_000

_TRACED = "SELECT slug FROM ioc_touch_installed GROUP BY slug HAVING bool_and(enabled)"


@cache
def statement(name: str) -> str:
    return (SQL / f"touched_{name}.sql").read_text()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something changed with number ``seq``, and whose it is.

    ``box`` None: something that has no place or is not drawn. ``units`` None:
    nobody knows; empty: of no unit.
    """

    seq: int
    box: Bounds | None
    units: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A layer has reached ``seq``. ``whole``: anything may have changed. Neither
    that nor places: something was written that no tile shows."""

    slug: str
    seq: int
    whole: bool
    places: tuple[Place, ...] = ()


OnTouched = Callable[[Change], None]


class Touches:
    """How far one process has read the changes of every layer."""

    def __init__(self) -> None:
        # Layers and tables whose triggers are there and switched on.
        self.traced: frozenset[str] = frozenset()
        self._read: dict[str, int] = {}

    async def look(self, connection: AsyncConnection[tuple[Any, ...]]) -> None:
        """Ask which layers have their triggers."""
        cursor = await connection.execute(_TRACED)
        self.traced = frozenset(slug for (slug,) in await cursor.fetchall())

    async def read(
        self, connection: AsyncConnection[tuple[Any, ...]], seqs: Mapping[str, int]
    ) -> list[Change]:
        """What happened to these layers since the last time, up to ``seqs`` or
        later. The arrays of live layers tell for themselves."""
        wanted = [slug for slug in seqs if not _is_live(slug)]
        if not wanted:
            return []
        cursor = await connection.execute(
            statement("news"),
            [wanted, [self._read.get(slug, 0) for slug in wanted], MAX_PLACES + 1],
        )
        rows = await cursor.fetchall()
        return [
            self._change(slug, seqs[slug], list(found))
            for slug, found in groupby(rows, key=lambda row: row[0])
        ]

    def _change(self, slug: str, told: int, rows: list[tuple[Any, ...]]) -> Change:
        _slug, reached, floor, *_first = rows[0]
        since = self._read.get(slug)
        seq = max(told, reached or 0, since or 0)
        self._read[slug] = seq
        news = [row for row in rows if row[3] is not None]
        unsure = since is None or floor > since or slug not in self.traced
        if unsure or len(news) > MAX_PLACES or any(row[4] for row in news):
            return Change(slug, seq, whole=True)
        return Change(slug, seq, False, tuple(_places(news)))


def _places(rows: Iterable[tuple[Any, ...]]) -> Iterator[Place]:
    for row in rows:
        west, units = row[5], row[9]
        yield Place(
            row[3],
            None if west is None else (west, row[6], row[7], row[8]),
            None if units is None else frozenset(units),
        )


def _is_live(slug: str) -> bool:
    layer = registry.get(slug)
    return layer is not None and layer.tile.kind == "live"


def forget_old(keep_s: float = KEEP_S) -> int:
    """Delete rows that are older than ``keep_s`` seconds; how many."""
    with django_connection.cursor() as cursor:
        cursor.execute(statement("forget"), [keep_s])
        (count,) = cursor.fetchone()
    return int(count)
