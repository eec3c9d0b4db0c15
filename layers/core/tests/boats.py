"""A live layer for tests: a table of boats, and the hands that move them.

Import the fixtures ``boats`` and ``committed`` where they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from layers.core.mercator import from_lonlat
from layers.core.scope import Grant
from layers.core.spec import Field, Layer, TileSpec, registry
from layers.core.versions import begin_change

SLUG = "test_boats"
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
BAY = (105.9, 19.8)

_COLUMNS = """
  id bigint, seq bigint, x float8, y float8, at timestamptz, unit_id bigint,
  title text, kind text, speed_kn float8, crew smallint, moored boolean,
  draught numeric(6, 2), seen timestamptz,
  geom geometry(Point, 4326), shape geometry(Point, 3857)
"""
CREATE = f"""
DROP TABLE IF EXISTS test_boats, test_boatsevent;
CREATE TABLE test_boats ({_COLUMNS}, PRIMARY KEY (id));
CREATE TABLE test_boatsevent (
  {_COLUMNS.replace(", shape geometry(Point, 3857)", "")},
  pgh_id bigserial, pgh_obj_id bigint, pgh_created_at timestamptz,
  pgh_label text NOT NULL DEFAULT 'insert');
"""
UPSERT = """
INSERT INTO test_boats VALUES (%(id)s, %(seq)s, %(x)s, %(y)s, %(at)s, %(unit_id)s,
  %(title)s, %(kind)s, %(speed_kn)s, %(crew)s, %(moored)s, %(draught)s, %(at)s,
  ST_Point(%(lon)s, %(lat)s, 4326),
  ST_Transform(ST_Point(%(lon)s, %(lat)s, 4326), 3857))
ON CONFLICT (id) DO UPDATE SET (seq, x, y, at, unit_id, title, kind, speed_kn, crew,
  moored, draught, seen, geom, shape) = (excluded.seq, excluded.x, excluded.y,
  excluded.at, excluded.unit_id, excluded.title, excluded.kind, excluded.speed_kn,
  excluded.crew, excluded.moored, excluded.draught, excluded.seen, excluded.geom,
  excluded.shape)
"""


def layer(kind: Any = "live", **changes: Any) -> Layer:
    """The layer of the boats, borrowing the permission of one that all may read."""
    host = next(known for known in registry.values() if "*" in known.readers)
    return replace(
        Layer(
            slug=SLUG,
            title="Boats of the tests",
            group="Tests",
            icon="ship",
            geometry="point",
            model=host.model,
            relation="test_boats",
            history="test_boatsevent",
            tile=TileSpec(kind=kind, minzoom=2, maxzoom=16),
            fields=(
                Field(name="kind", type="text", title="Kind", tile=True, filter=True),
                Field(
                    name="speed_kn",
                    type="number",
                    title="Speed",
                    tile=True,
                    filter=True,
                ),
                Field(name="crew", type="integer", title="Crew", tile=True),
                Field(name="moored", type="boolean", title="Moored", tile=True),
                Field(name="draught", type="number", title="Draught", tile=True),
                Field(name="seen", type="datetime", title="Seen", tile=True),
                Field(name="at", type="datetime", title="At"),
            ),
        ),
        **changes,
    )


@dataclass
class Boats:
    """What a test does to the boats."""

    layer: Layer

    def put(self, *boats: dict[str, Any], stamp: bool = True) -> int:
        """Insert or move boats (``id``, ``lon``, ``lat`` …); the new number."""
        with transaction.atomic(), connection.cursor() as cursor:
            seq = begin_change(self.layer.slug)
            for boat in boats:
                row = {**_NEW, "title": f"Boat {boat['id']}", **boat}
                row["x"], row["y"] = map(float, from_lonlat(row["lon"], row["lat"]))
                row["seq"] = seq if stamp else 0
                cursor.execute(UPSERT, row)
        return seq

    def edit(self, statement: str, values: list[Any] | None = None) -> int:
        """Change rows without stamping them, as a form of the admin would."""
        with transaction.atomic(), connection.cursor() as cursor:
            seq = begin_change(self.layer.slug)
            cursor.execute(statement, values or [])
        return seq

    def remove(self, boat_id: int) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            seq = begin_change(self.layer.slug, removed=True)
            cursor.execute("DELETE FROM test_boats WHERE id = %s", [boat_id])
        return seq

    def grant(self, *units: int) -> Grant:
        """Sees the boats of these units; of all when none is named."""
        return Grant(
            user_id=1,
            layers=frozenset({self.layer.slug}),
            units=frozenset(units) if units else None,
        )


_NEW: dict[str, Any] = {
    "lon": BAY[0],
    "lat": BAY[1],
    "at": NOON,
    "unit_id": 1,
    "kind": "fishing",
    "speed_kn": 4.5,
    "crew": 6,
    "moored": False,
    "draught": "1.25",
}


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database whose changes other connections see.

    Unlike ``transactional_db`` it empties no table afterwards: what a test puts
    in, its fixtures take out.
    """
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def boats(committed: None) -> Iterator[Boats]:
    """The table is there and empty, the layer is registered.

    The table stays, and its version only grows: servers may be looking at it.
    """
    with registry.override(layer()) as known:
        with transaction.atomic(), connection.cursor() as cursor:
            begin_change(SLUG, removed=True)
            cursor.execute(CREATE)
        yield Boats(known)
