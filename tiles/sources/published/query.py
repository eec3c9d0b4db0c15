"""The tile query of a published table.

Against Martin's: no ST_CurveToLine where the type has no arcs, no ST_Transform of
what is in mercator, and lines and areas lose the detail that the tile's grid would
swallow before each vertex is transformed.
"""

from __future__ import annotations

import math
from typing import Any

from psycopg import sql

from layers.core.mercator import EXTENT, tile_bounds, tile_size_m, to_lonlat

from .boxes import search_box, units_of
from .columns import free_name, literal, quoted, value
from .discovery import Column, Shape, Table

BUFFER = 64
# A unit more: what lies beyond by less than half of one is rounded to the edge.
MARGIN = (BUFFER + 1) / EXTENT
# Of a unit of the tile's grid: what is lost is less than rounding to it loses.
SIMPLIFY_UNITS = 0.3
# Where features are larger than tiles, thinning costs more than it saves.
SIMPLIFY_ZOOM = 12
# Web mercator ends at 85.06°, and PROJ refuses to transform the poles.
POLE_DEG = 89
ABSURD_DEG = 1_000_000  # infinite coordinates cannot even be cut
LINEAR = frozenset(
    ["POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"]
)
# Of these there are no vector tiles, and one of them would be an error.
SOLID = "('TIN', 'TRIANGLE', 'POLYHEDRALSURFACE')"

_TILE = """
SELECT ST_AsMVT({row}, {layer}, 4096, {geom}{id_name}) FROM (
  SELECT ST_AsMVTGeom({shape}, ST_MakeEnvelope(%s, %s, %s, %s, 3857), 4096, 64, true)
           AS {alias}{id}{properties}
  FROM {relation} AS f WHERE {inside}{scope}{limit}
) AS {row}
"""
# The planner knows the index of the column itself only.
_NEAR = "f.{column} && ST_MakeEnvelope(%s, %s, %s, %s, {srid})"
# Geography's index is one of boxes around the globe: coarse, so both are asked. A
# parallel is no great circle; the box is widened by what lies between the two.
_NEAR_GEOGRAPHY = (
    "f.{column} && ST_MakeEnvelope(%s, %s, %s, %s, {srid})::geography"
    " AND f.{column}::geometry && ST_MakeEnvelope(%s, %s, %s, %s, {srid})"
)
_IN_GEOGRAPHY = "f.{column}::geometry && ST_MakeEnvelope(%s, %s, %s, %s, {srid})"
GLOBE_ZOOM = 4
GLOBE_SLACK = 0.05

Query = tuple[sql.Composed, list[Any]]


class TileQuery:
    """Composes the query of any tile. ``layer``: the vector layer's name;
    ``assumed``: rows may have no SRID and then have that of ``shape``.

    Raises boxes.Nowhere for a tile that no row can be in.
    """

    def __init__(
        self,
        table: Table,
        shape: Shape,
        *,
        layer: str,
        columns: list[Column],
        id_column: str | None,
        unit_column: str | None,
        limit: int | None,
        assumed: bool,
    ) -> None:
        self.shape = shape
        self.srid = shape.srid
        kind = shape.type.upper().rstrip("ZM")
        self._points = kind in ("POINT", "MULTIPOINT")
        self._limit = limit
        self._assumed = assumed
        self._degrees, self._unit_m = units_of(self.srid, shape.crs)
        self._ready: dict[tuple[bool, bool, str], sql.Composed] = {}
        geom = free_name("geom", table)
        id_name, as_id = _feature_id(table, id_column)
        self._fixed: dict[str, sql.Composable] = {
            "layer": literal(layer),
            "geom": literal(geom),
            "alias": quoted(geom),
            "row": quoted(free_name("row", table)),  # a column would win over it
            "relation": quoted(table.schema, table.name),
            "column": quoted(shape.name),
            "srid": sql.SQL(str(self.srid)),  # type: ignore[arg-type]
            "id_name": id_name,
            "id": as_id,
            "properties": sql.SQL("").join(
                _part(", {} AS {}", value(column), quoted(column.name))
                for column in columns
            ),
            "limit": sql.SQL(" LIMIT %s") if limit else sql.SQL(""),
        }
        self._by_unit = _by_unit(unit_column)
        self._geometry = self._prepared(kind)

    def compose(self, tile: tuple[int, int, int], units: list[int] | None) -> Query:
        """The query of ``tile`` for rows of ``units`` (None: of every unit)."""
        z = tile[0]
        simplify = not self._points and z <= SIMPLIFY_ZOOM
        box = search_box(self.srid, self.shape.crs, tile, MARGIN)
        where, near = self._inside(z, box)
        key = (simplify, units is not None, where)
        query = self._ready.get(key)
        if query is None:
            query = self._ready[key] = self._render(simplify, where, units is not None)
        values: list[Any] = [self._tolerance(tile)] if simplify else []
        values += [*tile_bounds(*tile), *near]
        if units is not None:
            values.append(units)
        if self._limit:
            values.append(self._limit)
        return query, values

    def _prepared(self, kind: str) -> sql.Composable:
        """The geometry as ST_Transform can take it."""
        geometry: sql.Composable = _part("f.{}", self._fixed["column"])
        if self.shape.base == "geography":
            geometry = _part("{}::geometry", geometry)
        raw = geometry
        if self._assumed:
            unknown = "CASE ST_SRID({0}) WHEN 0 THEN ST_SetSRID({0}, {1}) ELSE {0} END"
            geometry = _part(unknown, geometry, self._fixed["srid"])
        if kind not in LINEAR:
            flat = (
                f"CASE WHEN GeometryType({{raw}}) IN {SOLID} THEN NULL"
                " ELSE ST_CurveToLine({shape}) END"
            )
            geometry = sql.SQL(flat).format(raw=raw, shape=geometry)  # type: ignore[arg-type]
        if self._degrees and kind != "POINT":
            cut = (
                f"CASE WHEN {{raw}} @ {_world(720, POLE_DEG, self.srid)} THEN {{shape}}"
                f" WHEN {{raw}} @ {_world(ABSURD_DEG, ABSURD_DEG, self.srid)} THEN"
                f" ST_ClipByBox2D({{shape}}, {_world(720, POLE_DEG, self.srid)}) END"
            )
            geometry = sql.SQL(cut).format(raw=raw, shape=geometry)  # type: ignore[arg-type]
        return geometry

    def _render(self, simplify: bool, inside: str, scoped: bool) -> sql.Composed:
        shape = self._geometry
        if simplify:
            shape = _part("ST_Simplify({}, %s, true)", shape)
        if self.srid != 3857 or self._assumed:
            shape = _part("ST_Transform({}, 3857)", shape)
        fixed = {**self._fixed, "shape": shape}
        fixed["inside"] = sql.SQL(inside).format(**self._fixed)  # type: ignore[arg-type]
        fixed["scope"] = self._by_unit if scoped else sql.SQL("")
        composed = sql.SQL(_TILE).format(**fixed)
        # Rendered once: a table may have 1,600 columns.
        return sql.Composed([sql.SQL(composed.as_string(None))])  # type: ignore[arg-type]

    def _inside(
        self, z: int, box: tuple[float, float, float, float] | None
    ) -> tuple[str, list[float]]:
        """The condition on the place, and its values."""
        if box is None:
            return "true", []
        if self.shape.base != "geography":
            return _NEAR, [*box]
        if z < GLOBE_ZOOM:
            return _IN_GEOGRAPHY, [*box]
        across, up = (box[2] - box[0]) * GLOBE_SLACK, (box[3] - box[1]) * GLOBE_SLACK
        wide = (
            max(box[0] - across, -180.0),
            max(box[1] - up, -90.0),
            min(box[2] + across, 180.0),
            min(box[3] + up, 90.0),
        )
        return _NEAR_GEOGRAPHY, [*wide, *box]

    def _tolerance(self, tile: tuple[int, int, int]) -> float:
        """Part of a unit of the tile's grid in the table's own units."""
        metres = tile_size_m(tile[0]) / EXTENT * SIMPLIFY_UNITS
        if self.srid == 3857:
            return metres
        _west, south, _east, north = tile_bounds(*tile)
        _lon, lat = to_lonlat(0.0, max(abs(south), abs(north)))
        return metres * math.cos(math.radians(float(lat))) / self._unit_m


def _by_unit(column: str | None) -> sql.Composable:
    """Asked for units of a table that has none: no row at all."""
    if column is None:
        return sql.SQL(" AND %s::bigint[] IS NULL")
    return _part(" AND f.{} = ANY(%s::bigint[])", quoted(column))


def _feature_id(
    table: Table, column: str | None
) -> tuple[sql.Composable, sql.Composable]:
    """The name of the feature id for ST_AsMVT, and the column to be it, which stays
    a property too."""
    if column is None:
        return sql.SQL(""), sql.SQL("")
    name = free_name("id", table)
    return (
        _part(", {}", literal(name)),
        _part(", f.{} AS {}", quoted(column), quoted(name)),
    )


def _world(lon: int, lat: int, srid: int) -> str:
    return f"ST_MakeEnvelope(-{lon}, -{lat}, {lon}, {lat}, {srid})"


def _part(template: str, *parts: sql.Composable) -> sql.Composed:
    return sql.SQL(template).format(*parts)  # type: ignore[arg-type]
