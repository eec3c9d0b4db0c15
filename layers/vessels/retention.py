"""Forgetting what is older than the law asks to keep: whole partitions at a time.

Decree 41/2026 asks for 36 months. A day that somebody still needs (an open case) is
held by whoever needs it: ``holders``. Layers that keep more by time add their tables
to ``kept``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from layers.core import events
from layers.core.db import execute
from layers.core.registry import Registry
from layers.core.versions import begin_change

LEAST_MONTHS = 36
LAYER = "vessels"
LOCK_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table partitioned by ranges of ``column`` (a time or a day, UTC).

    ``plain``: not partitioned, rows are deleted. ``layer`` is told when rows go.
    """

    slug: str
    table: str
    order: int = 0
    column: str = "at"
    plain: bool = False
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A span that must stay, both ends included, and for what."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who needs days for longer, asked each time."""

    slug: str
    order: int
    spans: Callable[[], Iterable[Held]]


kept: Registry[Kept] = Registry("table kept by time")
holders: Registry[Holder] = Registry("holder of days")

for _order, _table in enumerate(("vessels_position", "vessels_reception")):
    kept.register(Kept(slug=_table, table=_table, order=_order))
kept.register(
    Kept(slug="vessels_judgement", table="vessels_judgement", order=2, plain=True)
)


@dataclass(frozen=True, slots=True)
class Part:
    """A partition that is old enough to go; ``held`` says why it stays. ``name`` ""
    stands for rows of a table that has no partition for them."""

    kept: Kept
    name: str
    since: datetime | None
    until: datetime
    bytes: int
    held: str = ""


def cutoff(now: datetime, months: int | None = None) -> datetime:
    """What ends before this may go; never less than the law asks to keep."""
    wanted = settings.IOC_KEEP_MONTHS if months is None else months
    month = now.year * 12 + now.month - 1 - max(wanted, LEAST_MONTHS)
    year, number = month // 12, month % 12 + 1
    day = min(now.day, calendar.monthrange(year, number)[1])
    return now.replace(year=year, month=number, day=day)


def plan(now: datetime | None = None, months: int | None = None) -> list[Part]:
    """Everything that is old enough, what is held included; drops nothing."""
    before = cutoff(now or timezone.now(), months)
    spans = [held for holder in holders.values() for held in holder.spans()]
    found = []
    for entry in sorted(kept.values(), key=lambda entry: entry.order):
        for part in _parts(entry, before):
            reason = next((s.reason for s in spans if _overlaps(part, s)), "")
            found.append(
                Part(entry, part.name, part.since, part.until, part.bytes, reason)
            )
    return found


def drop(parts: Iterable[Part]) -> list[Part]:
    """Drop what is not held, each in a transaction of its own; what went."""
    return [part for part in parts if not part.held and _drop(part)]


def _overlaps(part: Part, held: Held) -> bool:
    return held.since < part.until and (part.since is None or held.until >= part.since)


_BOUNDS = re.compile(r"FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)")
_PARTITIONS = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), pg_total_relation_size(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s) ORDER BY c.relname
"""


def _parts(entry: Kept, before: datetime) -> Iterator[Part]:
    loose = entry.table if entry.plain else ""
    if not entry.plain:
        with connection.cursor() as cursor:
            cursor.execute(_PARTITIONS, [entry.table])
            rows = cursor.fetchall()
        for name, bound, size in rows:
            match = _BOUNDS.match(bound)
            if match is None:
                loose = name  # the default partition
                continue
            since, until = map(_moment, match.groups())
            if until <= before:
                yield Part(entry, name, since, until, size)
    if loose:
        yield from _loose(entry, loose, before)


def _loose(entry: Kept, table: str, before: datetime) -> Iterator[Part]:
    """Old rows that no partition of their own holds, a part for each day."""
    statement = sql.SQL(
        "SELECT DISTINCT date_trunc('day', {column} AT TIME ZONE 'UTC')"
        " FROM {table} WHERE {column} < %s ORDER BY 1"
    ).format(column=sql.Identifier(entry.column), table=sql.Identifier(table))
    with connection.cursor() as cursor:
        execute(cursor, statement, [before])
        days = [day.replace(tzinfo=UTC) for (day,) in cursor.fetchall()]
    for day in days:
        end = day + timedelta(days=1)
        if end <= before:
            yield Part(entry, "", day, end, 0)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _drop(part: Part) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        # whoever reads for long is not waited for: the next day will do
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
        if part.kept.layer:
            begin_change(part.kept.layer, removed=True)
        execute(cursor, *_statement(part))
        events.record([_happening(part)])
    return True


def _statement(part: Part) -> tuple[sql.Composed, list[datetime | None]]:
    if part.name:
        return sql.SQL("DROP TABLE {}").format(sql.Identifier(part.name)), []
    statement = sql.SQL("DELETE FROM {table} WHERE {column} >= %s AND {column} < %s")
    table, column = sql.Identifier(part.kept.table), sql.Identifier(part.kept.column)
    return statement.format(table=table, column=column), [part.since, part.until]


def _happening(part: Part) -> events.Happening:
    name = part.name or f"{part.kept.table} {part.since:%Y-%m-%d}"
    return events.Happening(
        key=f"retention:{name}:{part.until:%Y-%m-%d}",
        kind="retention.dropped",
        layer=part.kept.layer or LAYER,
        feature_id=None,
        title=name,
        new={"bytes": part.bytes, "until": part.until.isoformat()},
        reason="older than what the law asks to keep",
    )
