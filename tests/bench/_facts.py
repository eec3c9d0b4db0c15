"""Millions of made-up figures in a database of their own, for benchmarks.

Each unit of the demo province has months, quarters and years of each indicator, and
of each period a plan, an estimate, a preliminary and a final figure, and often a
revised one. They are inserted in the order of their publication, so that the figures
of one series lie scattered over the table as they do in life. Some indicators are of
the former districts only: those are cast on the communes of today when read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

SIZE = int(os.environ.get("IOC_BENCH_FACTS", "20_000_000"))
KEPT = os.environ.get("IOC_BENCH_KEEP", "")
SUFFIX = "_facts"
LAST_YEAR = 2025
EVERYWHERE, DISTRICTS_ONLY = 130, 10
# facts of a series in a year: 17 periods, four versions and two revisions of three
PER_YEAR = 17 * (4 + 2 / 3)
DISTRICTS = "BD"
CODES = "BN"

_CATALOGUE = """
INSERT INTO indicators_indicator (code, subsystem, title, title_en, unit, decimals,
    period, direction, level, green, amber, red, bands_for, basis, agency, source,
    legal_basis, formula, rollup, accumulates, parts, headline)
SELECT code, '1', 'Bench ' || code, '',
    CASE WHEN n %% 3 = 0 THEN 'count' ELSE '%%' END,
    CASE WHEN n %% 3 = 0 THEN 0 ELSE 2 END,
    'month', CASE WHEN n %% 2 = 0 THEN 'up' ELSE 'down' END,
    'province;district;commune', '>=60', '40-60', '<40', '', '', 'bench', '', '', '',
    (ARRAY['sum', 'weighted', 'none'])[n %% 3 + 1], n %% 6 = 0, '{}',
    CASE WHEN n <= 12 THEN n END
FROM (SELECT n, %(prefix)s || lpad(n::text, 3, '0') AS code
      FROM generate_series(1, %(count)s) AS n) AS made
"""
_PERIODS = """
CREATE TEMPORARY TABLE bench_publication AS
SELECT p.n, p.period_start, p.period_end, v.vintage, v.step,
       (p.period_end + v.days)::timestamptz AS published_at
FROM (
    SELECT row_number() OVER (ORDER BY e, s DESC) AS n, s AS period_start,
           e AS period_end
    FROM (
        SELECT m::date AS s,
               (m + make_interval(months => l) - interval '1 day')::date AS e
        FROM unnest(ARRAY[1, 3, 12]) AS l
        CROSS JOIN LATERAL generate_series(%(first)s::timestamp, %(last)s::timestamp,
                                           make_interval(months => l)) AS m
    ) AS spans
) AS p
CROSS JOIN (VALUES (0, 0, -40), (1, 1, 10), (2, 2, 75), (3, 3, 400), (3, 4, 500))
    AS v (vintage, step, days)
WHERE v.step < 4 OR p.n %% 3 < 2
"""
_INSERT = """
INSERT INTO indicators_fact (indicator_id, unit_id, facet, period_start, period_end,
    value, unit, vintage, basis, published_at, load_id, "row", cell, note, created_at)
SELECT i.id, u.id, '', p.period_start, p.period_end,
    -- about a mean of the series, which no two units share, with a season
    round((50 + (u.id * 7919 + i.id * 104729) %% 97 * 0.4
           + (p.n * 31 + u.id) %% 19 * 0.5)::numeric, i.decimals) + p.step,
    '', p.vintage, 0, p.published_at, %(load)s, p.n::int, '', '', p.published_at
FROM bench_publication p
CROSS JOIN indicators_indicator i
CROSS JOIN units_unit u
WHERE p.published_at >= %(since)s AND p.published_at < %(until)s
  AND (i.code LIKE %(everywhere)s OR i.code LIKE %(districts)s AND u.kind = 'district')
"""
_LATEST = """
INSERT INTO indicators_latest (indicator_id, unit_id, facet, fact_id, value, unit,
    period_start, period_end)
SELECT i.id, u.id, '', n.id, n.value, n.unit, n.period_start, n.period_end
FROM indicators_indicator i
CROSS JOIN units_unit u
CROSS JOIN LATERAL (
    SELECT f.* FROM indicators_fact f
    WHERE f.unit_id = u.id AND f.indicator_id = i.id AND f.facet = '' AND f.vintage > 0
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
"""
_INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index x
JOIN pg_class c ON c.oid = x.indexrelid
WHERE x.indrelid = 'indicators_fact'::regclass AND NOT x.indisprimary
ORDER BY c.relname
"""
_FOREIGN = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE contype = 'f' AND (conrelid = 'indicators_fact'::regclass
    OR confrelid = 'indicators_fact'::regclass)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """How many facts there are, how long they took, what they take on disk."""

    rows: int
    seconds: float
    table_bytes: int
    index_bytes: int


@contextmanager
def figures(size: int = SIZE) -> Iterator[Made]:
    """About ``size`` facts; the database is dropped at the end, unless
    ``IOC_BENCH_KEEP`` is set: then the next run finds it."""
    home = connection.settings_dict["NAME"]
    _database(home + SUFFIX, drop=not KEPT)
    _use(home + SUFFIX)
    try:
        call_command("migrate", verbosity=0)
        started = time.perf_counter()
        if not _rows():
            _fill(size)
        yield Made(_rows(), time.perf_counter() - started, *_sizes())
    finally:
        _use(home)
        if not KEPT:
            _database(home + SUFFIX, drop=True, create=False)


def _use(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


def _database(name: str, *, drop: bool, create: bool = True) -> None:
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    given = {
        k: v for k, v in given.items() if k in {"host", "port", "user", "password"}
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as server:
        if drop:
            server.execute(
                sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
            )
        found = server.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if create and found is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM indicators_fact")
        return int(cursor.fetchone()[0])


def _sizes() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size('indicators_fact'),"
            " pg_indexes_size('indicators_fact')"
        )
        table, indexes = cursor.fetchone()
    return int(table), int(indexes)


def _fill(size: int) -> None:
    from fixtures import Demo
    from layers.core.versions import begin_change
    from layers.units import demo

    with transaction.atomic():
        begin_change("units")
        units = demo.load(Demo(today=datetime(2026, 11, 22, tzinfo=UTC)))
    years = max(3, round(size / (units * EVERYWHERE * PER_YEAR)))
    with connection.cursor() as cursor:
        for prefix, count in ((CODES, EVERYWHERE), (DISTRICTS, DISTRICTS_ONLY)):
            cursor.execute(_CATALOGUE, {"prefix": prefix, "count": count})
        first = date(LAST_YEAR - years + 1, 1, 1)
        last = date(LAST_YEAR, 12, 31)
        cursor.execute(_PERIODS, {"first": first, "last": last})
        foreign, indexes = _bare(cursor)
        _insert(cursor, years)
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute(_LATEST)
        for table, name, definition in foreign:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("ALTER TABLE indicators_fact ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE indicators_latest ENABLE TRIGGER USER")
        cursor.execute("VACUUM (ANALYZE) indicators_fact, indicators_latest")
        cursor.execute("ANALYZE")


def _bare(
    cursor: Any,
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Take off what makes many inserts slow; what that was comes back."""
    cursor.execute(_FOREIGN)
    foreign = cursor.fetchall()
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    for table, name, _definition in foreign:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute("ALTER TABLE indicators_fact DISABLE TRIGGER USER")
    cursor.execute("ALTER TABLE indicators_latest DISABLE TRIGGER USER")
    return foreign, indexes


def _insert(cursor: Any, years: int) -> None:
    """A quarter of publications at a time, for every unit."""
    cursor.execute(
        "INSERT INTO indicators_load (channel, title, source, feed, at, facts,"
        " withdrawn_reason) VALUES ('demo', 'bench', 'bench', '', now(), 0, '')"
        " RETURNING id"
    )
    (load,) = cursor.fetchone()
    quarters = [
        datetime(year, month, 1, tzinfo=UTC)
        for year in range(LAST_YEAR - years - 1, LAST_YEAR + 4)
        for month in (1, 4, 7, 10)
    ]
    for since, until in pairwise(quarters):
        values = {
            "since": since,
            "until": until,
            "load": load,
            "everywhere": f"{CODES}%",
            "districts": f"{DISTRICTS}%",
        }
        cursor.execute(_INSERT, values)
