"""Fixtures for the tests of layers: the demo province, one layer at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import mapbox_vector_tile
import pytest
from django.db import connection, transaction
from psycopg import sql

from fixtures import Demo
from layers.core import units
from layers.core.db import execute
from layers.core.spec import Layer, by_role
from layers.core.tests import remembering
from layers.core.versions import begin_change

TODAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def load_demo(db: None) -> Callable[[str], int]:
    """Fill one layer with its demo rows; its number of rows comes back."""
    demo = Demo(today=TODAY)

    def load(slug: str) -> int:
        make = import_module(f"layers.{slug}.demo").load
        with transaction.atomic():
            begin_change(slug)
            count = remembering.load(slug, lambda: make(demo))
        units.tree.forget()  # type: ignore[attr-defined]
        return count

    return load


@pytest.fixture
def province(load_demo: Callable[[str], int]) -> units.UnitTree:
    """The units of the demo province."""
    load_demo(by_role("administrative-units").slug)
    return units.tree()


@pytest.fixture
def tile_of(db: None) -> Callable[..., list[dict[str, Any]]]:
    """Features of a tile that PostGIS makes of the layer's relation."""

    def tile(layer: Layer, z: int, x: int, y: int) -> list[dict[str, Any]]:
        columns = [sql.Identifier(field.name) for field in layer.tile_fields]
        statement = sql.SQL(
            "SELECT ST_AsMVT(t, {slug}, 4096, 'geom', 'id') FROM (SELECT id, title,"
            " {columns}, ST_AsMVTGeom(shape, ST_TileEnvelope(%s, %s, %s)) AS geom"
            " FROM {relation} WHERE shape && ST_TileEnvelope(%s, %s, %s)) t"
            " WHERE geom IS NOT NULL"
        ).format(
            slug=sql.Literal(layer.slug),
            columns=sql.SQL(", ").join(columns),
            relation=sql.Identifier(layer.relation),
        )
        with connection.cursor() as cursor:
            execute(cursor, statement, [z, x, y, z, x, y])
            body = bytes(cursor.fetchone()[0])
        decoded = mapbox_vector_tile.decode(body) if body else {}
        return decoded.get(layer.slug, {}).get("features", [])

    return tile
