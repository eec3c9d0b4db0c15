"""A layer of areas, lines and points for tests, with a second table in its view.

Import the fixtures ``plots`` and ``committed`` where they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from layers.core.asyncdb import conninfo
from layers.core.spec import Field, Layer, ScopeSpec, TileSpec, Touch, registry
from layers.core.touch_triggers import install
from layers.core.versions import current

SLUG = "test_plots"
BAY = (105.9, 19.8)

CREATE = """
DROP VIEW IF EXISTS test_plots_map;
DROP TABLE IF EXISTS test_plot, test_plotstate, test_plotkind;
CREATE TABLE test_plot (
  id bigint PRIMARY KEY, unit_id bigint, title text NOT NULL DEFAULT 'Plot',
  kind_id bigint, updated_at timestamptz NOT NULL DEFAULT now(),
  geom geometry(Geometry, 4326), shape geometry(Geometry, 3857)
    GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED);
CREATE TABLE test_plotstate (plot_id bigint PRIMARY KEY, state text);
CREATE TABLE test_plotkind (id bigint PRIMARY KEY, name text);
CREATE VIEW test_plots_map AS
SELECT p.*, s.state, k.name AS kind FROM test_plot p
LEFT JOIN test_plotstate s ON s.plot_id = p.id
LEFT JOIN test_plotkind k ON k.id = p.kind_id;
"""


def layer(**changes: Any) -> Layer:
    """The layer of the plots, borrowing the permission of one that all may read."""
    host = next(known for known in registry.values() if "*" in known.readers)
    known = Layer(
        slug=SLUG,
        title="Plots of the tests",
        group="Tests",
        icon="polygon",
        geometry="mixed",
        model=host.model,
        relation="test_plots_map",
        tile=TileSpec(overview_s=0.0),
        touched_by=(
            Touch(table="test_plot", shape="shape"),
            Touch(table="test_plotstate", column="plot_id"),
            Touch(table="test_plotkind", column="id", feature="kind_id"),
        ),
        fields=(
            Field(name="state", type="text", title="State", tile=True, filter=True),
            Field(name="kind", type="text", title="Kind", tile=True),
        ),
    )
    return replace(known, **changes)


@dataclass
class Plots:
    """Plain SQL on the tables, as psql or QGIS would write it."""

    layer: Layer

    def sql(self, *statements: str) -> None:
        """One transaction on a connection of its own, which says nothing."""
        with psycopg.connect(conninfo()) as other:
            for statement in statements:
                other.execute(statement)  # type: ignore[arg-type]

    def put(self, plot_id: int, lon: float = BAY[0], lat: float = BAY[1]) -> None:
        """A point."""
        self.sql(
            "INSERT INTO test_plot (id, unit_id, title, kind_id, geom) VALUES"
            f" ({plot_id}, 1, 'Plot {plot_id}', 1, ST_Point({lon}, {lat}, 4326))"
            " ON CONFLICT (id) DO UPDATE SET geom = excluded.geom"
        )

    @property
    def seq(self) -> int:
        return current(self.layer.slug)[0]

    def told(self, after: int = 0) -> list[dict[str, Any]]:
        """Rows of ``core_touched`` with a number above ``after``."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, whole, west, south, east, north, units FROM core_touched"
                " WHERE slug = %s AND seq > %s ORDER BY id",
                [self.layer.slug, after],
            )
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def plots(committed: None) -> Iterator[Plots]:
    """The tables are there and empty, the layer is registered, triggers are on."""
    yield from planted(layer())


def planted(known: Layer) -> Iterator[Plots]:
    with registry.override(known):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CREATE)
        install()
        yield Plots(known)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DROP VIEW test_plots_map")
            cursor.execute("DROP TABLE test_plot, test_plotstate, test_plotkind")


OPEN = ScopeSpec(kind="open")
