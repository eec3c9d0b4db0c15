"""Triggers on tables of other people, that an administrator put there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction

from layers.core.asyncdb import conninfo
from layers.core.tests.boats import committed  # noqa: F401  (fixture)

TABLE = 'gis_x."Parcels \u00e9t\u00e9"'
NAME = "gis_x.Parcels \u00e9t\u00e9"
WRITER = f"test_writer_{os.getpid()}"  # roles are shared by all databases


@pytest.fixture
def parcels(committed: None) -> Iterator[None]:  # noqa: F811
    """A table in UTM 48N in a schema of its own, and a role that may only write it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE SCHEMA gis_x; CREATE ROLE {WRITER};"
            f" GRANT {WRITER} TO CURRENT_USER;"
            f" CREATE TABLE {TABLE} (code text PRIMARY KEY, facts json,"
            " geom geometry(Polygon, 32648), seat geometry);"
            f" GRANT USAGE ON SCHEMA gis_x TO {WRITER};"
            f" GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {WRITER};"
            f" SELECT ioc_touch('{TABLE}')"
        )
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA gis_x CASCADE; DROP ROLE {WRITER}")


def write_parcels(*statements: str) -> list[tuple]:
    """As somebody without a right to our tables, on a search path without them."""
    with psycopg.connect(conninfo()) as database:
        database.execute(f"SET ROLE {WRITER}; SET search_path = gis_x, public")  # type: ignore[arg-type]
        for statement in statements:
            database.execute(statement)  # type: ignore[arg-type]
    with psycopg.connect(conninfo()) as database:
        return database.execute(
            "SELECT whole, west, south, east, north FROM core_touched"
            " WHERE slug = %s AND seq = (SELECT seq FROM core_layerversion"
            " WHERE slug = %s) ORDER BY id",
            [NAME, NAME],
        ).fetchall()


SQUARE = "ST_MakeEnvelope(580000, 2180000, 581000, 2181000, 32648)"


def test_any_table_tells_its_changes_once_an_administrator_says_so(
    parcels: None,
) -> None:
    told = write_parcels(f"INSERT INTO {TABLE} VALUES ('a', '{{}}', {SQUARE}, NULL)")
    (place,) = [row[1:] for row in told if row[1] is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)"
            f" FROM ST_Transform({SQUARE}, 3857) AS b"
        )
        assert place == pytest.approx(cursor.fetchone())
    before = write_parcels(f"UPDATE {TABLE} SET facts = '{{\"a\": 1}}'")
    assert any(row[1] is not None for row in before)
    assert write_parcels(f"UPDATE {TABLE} SET code = code") == before, "no new number"


def test_a_geometry_that_is_nowhere_is_a_change_of_everything(parcels: None) -> None:
    """Without a reference system, beyond the poles, not a number."""
    for code, seat in enumerate(
        (
            "ST_Point(105, 20)",
            "ST_Point(105, 95, 4326)",
            "ST_Point('NaN', 20, 4326)",
            "ST_Point('Infinity', 20, 3857)",
        )
    ):
        told = write_parcels(f"INSERT INTO {TABLE} VALUES ({code}, NULL, NULL, {seat})")
        assert [row[0] for row in told] == [True], seat


def test_nobody_may_make_triggers_with_our_rights(parcels: None) -> None:
    trigger = (
        "CREATE TRIGGER t AFTER INSERT ON gis_x.mine REFERENCING NEW TABLE AS ioc_new"
        " EXECUTE FUNCTION public.ioc_touched('x', 'SELECT 1', '1')"
    )
    with psycopg.connect(conninfo()) as database:
        database.execute(f"GRANT CREATE ON SCHEMA gis_x TO {WRITER}")  # type: ignore[arg-type]
        database.execute(f"SET ROLE {WRITER}")  # type: ignore[arg-type]
        database.execute("CREATE TABLE gis_x.mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(trigger)
