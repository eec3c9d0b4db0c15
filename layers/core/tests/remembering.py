"""Demo rows that a test run makes once and lays down again for each test.

A test rolls its rows back, and the next one makes the same rows with other ids. Here
the sequences of the tables begin anew before the first row, so that ids are the same
each time, and the rows can be copied instead of made. Tables that are not empty are
left to the loader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from psycopg import sql

# The layers whose loaders write into tables of their own only, and take a while.
SLUGS = frozenset({"units", "indicators", "schools", "clinics"})


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table, as COPY gave them."""

    table: str
    columns: tuple[str, ...]
    body: bytes


_kept: dict[str, tuple[int, list[_Rows]]] = {}


def load(slug: str, make: Callable[[], int]) -> int:
    """What ``make`` gives: made the first time, copied afterwards.

    Must run inside the transaction of the test.
    """
    tables = _tables(slug)
    if slug not in SLUGS or not _empty(tables):
        return make()
    _begin_anew(tables)
    if slug not in _kept:
        count = make()
        _kept[slug] = (count, [_read(table) for table in tables])
        return count
    count, remembered = _kept[slug]
    for rows in remembered:
        _write(rows)
    return count


def _tables(slug: str) -> list[str]:
    """The layer's tables, those referred to first. History is written by triggers."""
    found = [
        model._meta
        for model in apps.get_app_config(slug).get_models()
        if model._meta.managed and not hasattr(model, "pgh_tracked_model")
    ]
    return [meta.db_table for meta in found]


def _ask(statement: sql.Composable) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None))
        return list(cursor.fetchall())


def _empty(tables: list[str]) -> bool:
    parts = [
        sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(table))
        for table in tables
    ]
    ((some,),) = _ask(sql.SQL("SELECT {}").format(sql.SQL(" OR ").join(parts)))
    return not some


def _begin_anew(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            (name,) = cursor.fetchone()
            if name:
                cursor.execute(f"ALTER SEQUENCE {name} RESTART WITH 1")


def _columns(table: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema() AND is_generated = 'NEVER'"
            " ORDER BY ordinal_position",
            [table],
        )
        return tuple(name for (name,) in cursor.fetchall())


def _read(table: str) -> _Rows:
    columns = _columns(table)
    statement = sql.SQL("COPY {} ({}) TO STDOUT (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        body = b"".join(bytes(part) for part in copy)
    return _Rows(table, columns, body)


def _write(rows: _Rows) -> None:
    table = sql.Identifier(rows.table)
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)")
    with connection.cursor() as cursor:
        with cursor.cursor.copy(statement.format(table, columns)) as copy:
            copy.write(rows.body)
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [rows.table])
        (sequence,) = cursor.fetchone()
        if sequence:
            last = sql.SQL("SELECT setval({}, coalesce(max(id), 0) + 1, false) FROM {}")
            named = last.format(sql.Literal(sequence), table)
            cursor.execute(named.as_string(None))
