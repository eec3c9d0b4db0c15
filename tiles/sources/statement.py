"""The SQL of one tile of a layer's relation."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

from psycopg import sql

from layers.core import bands, columns, params, queries
from layers.core.filters import FilterError
from layers.core.mercator import EXTENT, tile_bounds, tile_size_m
from layers.core.params import EVERYTHING, Wanted
from layers.core.scope import condition
from layers.core.spec import Field, GridSpec, Layer

from . import RequestError, TileRequest
from .layer import TAKEN

_FOLDER = Path(__file__).resolve().parent / "sql"
_TILE, _LABELLED, _GRID = (
    (_FOLDER / f"{name}.sql").read_text() for name in ("tile", "labelled", "grid")
)
_NUMBERS = sql.SQL(
    "(SELECT ST_MakeEnvelope(%s, %s, %s, %s, 3857) AS _tile,"
    " ST_MakeEnvelope(%s, %s, %s, %s, 3857) AS _wide,"
    " %s::float8 AS _west, %s::float8 AS _north, %s::float8 AS _scale)"
)
# Into the tile's units, without clipping: what is drawn lies within the buffer.
_MOVED = (
    "ST_SnapToGrid(ST_TransScale({}, -_t._west, -_t._north, _t._scale, -_t._scale), 1)"
)
_CLIPPED = "ST_AsMVTGeom({}, _t._tile, 4096, {}, true)"
_PAST = sql.SQL("(SELECT p.*, ST_Transform(p.geom, 3857) AS _shape FROM {} AS p)")
_LIST = sql.SQL(", {} AS {}")
_NOTHING: sql.Composable = sql.SQL("NULL::integer")


class Statement:
    """The query of one tile.

    Raises RequestError for a filter or a time that cannot be used.
    """

    def __init__(
        self, layer: Layer, request: TileRequest, wanted: Wanted = EVERYTHING
    ) -> None:
        self.layer, self.z, self.wanted = layer, request.z, wanted
        try:
            relation = queries.relation(layer, wanted.at)
            where = params.condition(layer, wanted)
        except (FilterError, queries.NoHistory) as error:
            raise RequestError(str(error)) from error
        scope = condition(layer, request.grant, "f")
        self.relation, self.where, self.scope = relation[0], where[0], scope[0]
        self._tile = [*_numbers(layer, request), *relation[1]]
        self._conditions = [*scope[1], *where[1]]
        grid = layer.tile.grid
        fitting = grid is not None and self.z <= grid.maxzoom and not wanted.limit
        self.grid = grid if fitting else None
        # Whether the relation has the shapes made on write. Functions of a past
        # time return them where the layer declares any, history never has them.
        made = layer.as_of and bands.columns(layer.tile)
        self.stored = wanted.at is None or bool(made)
        self.shape = sql.Identifier("shape" if self.stored else "_shape")
        if not self.stored:
            self.relation = _PAST.format(self.relation)
        self._scoped = (request.grant.allows(layer), bool(scope[1]))

    @property
    def kind(self) -> Hashable:
        """Equal kinds of one layer have equal texts; None: a text of its own."""
        wanted = self.wanted
        if wanted.filter:
            return None
        given = (wanted.at, wanted.since, wanted.until, wanted.limit)
        return (self.z, wanted.fields, self._scoped, *(v is None for v in given))

    @property
    def values(self) -> list[Any]:
        once = [*self._tile, *self._conditions]
        if self.grid is not None:
            # how many, the cells, those alone by their ids, and all as they are
            return [*once, *once, *self._tile, *once]
        return [*once, self.wanted.limit] if self.wanted.limit else once

    def text(self) -> sql.Composed:
        layer, wanted = self.layer, self.wanted
        parts: dict[str, sql.Composable] = {
            "numbers": _NUMBERS,
            "relation": self.relation,
            "scope": self.scope,
            "filter": self.where,
            "limit": sql.SQL("ORDER BY id LIMIT %s" if wanted.limit else ""),
            "name": sql.Literal(layer.slug),
            "fields": _fields(layer, wanted),
            "shape": self.shape,
            "geom": self._geom(),
        }
        if self.grid is not None:
            return _grid(layer, self.grid, wanted, parts)
        if not layer.tile.labels:
            return sql.SQL(_TILE).format(**parts)
        return sql.SQL(_LABELLED).format(
            anchor=self._anchor(),
            labels=sql.Literal(layer.label_layer),
            names=_names(layer, wanted),
            **parts,
        )

    def _geom(self) -> sql.Composed:
        """The geometry in tile units.

        A band's shape of this very zoom lies on the tile's grid and is valid there,
        so where nothing is to be cut off it is only moved. ST_AsMVTGeom would check
        it again, which costs ten times as much. (Cutting with ST_ClipByBox2D before
        was no faster, and GEOS 3.11 lost whole polygons by it.)
        """
        layer = self.layer
        if layer.geometry == "point":
            return sql.SQL(_MOVED).format(self.shape)
        column, exact = self.shape, False
        if self.stored:
            name, exact = bands.drawn(layer.tile, self.z)
            column = sql.Identifier(name)
        clipped = sql.SQL(_CLIPPED).format(column, sql.Literal(layer.tile.buffer))
        if not exact:
            return clipped
        area = "" if layer.geometry == "polygon" else " AND ST_Dimension({column}) = 2"
        return sql.SQL(
            "CASE WHEN {column} @ _t._wide" + area + " THEN {moved} ELSE {clipped} END"
        ).format(column=column, moved=sql.SQL(_MOVED).format(column), clipped=clipped)

    def _anchor(self) -> sql.Composed:
        point: sql.Composable = sql.Identifier(bands.ANCHOR)
        if not self.stored:
            point = sql.SQL("ST_PointOnSurface({})").format(self.shape)
        return sql.SQL("CASE WHEN {} && _t._tile THEN {} END").format(
            point, sql.SQL(_MOVED).format(point)
        )


def compose(
    layer: Layer, request: TileRequest, wanted: Wanted = EVERYTHING
) -> tuple[sql.Composed, list[Any]]:
    """The SQL of one tile and its values."""
    statement = Statement(layer, request, wanted)
    return statement.text(), statement.values


def properties(layer: Layer, wanted: Wanted) -> list[Field | str]:
    """The fields in the tile, after the id: the title and the layer's own."""
    found: list[Field | str] = ["title", *columns.map_fields(layer, TAKEN)]
    if wanted.fields is None:
        return found
    return [entry for entry in found if _name(entry) in wanted.fields]


def _name(entry: Field | str) -> str:
    return entry if isinstance(entry, str) else entry.name


def _fields(layer: Layer, wanted: Wanted) -> sql.Composed:
    return sql.SQL("").join(
        sql.SQL(", title::text AS title")
        if isinstance(entry, str)
        else _LIST.format(columns.value(entry), sql.Identifier(entry.name))
        for entry in properties(layer, wanted)
    )


def _names(layer: Layer, wanted: Wanted) -> sql.Composed:
    return sql.SQL("").join(
        sql.SQL(", {}").format(sql.Identifier(_name(entry)))
        for entry in properties(layer, wanted)
    )


def _numbers(layer: Layer, request: TileRequest) -> list[float]:
    z, x, y = request.z, request.x, request.y
    bounds = tile_bounds(z, x, y)
    wide = tile_bounds(z, x, y, layer.tile.buffer / EXTENT)
    return [*bounds, *wide, bounds[0], bounds[3], EXTENT / tile_size_m(z)]


def _grid(
    layer: Layer, grid: GridSpec, wanted: Wanted, parts: dict[str, sql.Composable]
) -> sql.Composed:
    ranks = sql.SQL("ARRAY[{}]::text[]").format(
        sql.SQL(", ").join(sql.Literal(str(value)) for value in grid.ranks)
    )
    worst, rank = _NOTHING, _NOTHING
    dominant, kind = _NOTHING, _NOTHING
    summary: list[sql.Composable] = []
    named = {grid.worst, grid.dominant} - {""}
    if wanted.fields is not None:
        named &= set(wanted.fields)
    if grid.worst in named:
        worst = sql.Identifier(grid.worst)
        rank = sql.SQL("array_position({}, worst::text)").format(ranks)
        cast = "bigint" if layer.columns[grid.worst].type == "integer" else "text"
        shown = sql.SQL("({})[worst]::" + cast).format(ranks)
        summary.append(_LIST.format(shown, sql.Identifier(grid.worst)))
    if grid.dominant in named:
        dominant = sql.Identifier(grid.dominant)
        entry = layer.columns[grid.dominant]
        kind = columns.cast(entry, sql.SQL("class"))
        if entry.type == "text":  # of equals the least, in every database
            kind = sql.SQL('{} COLLATE "C"').format(kind)
        summary.append(_LIST.format(sql.SQL("class"), sql.Identifier(grid.dominant)))
    return sql.SQL(_GRID).format(
        threshold=sql.Literal(grid.threshold),
        side=sql.Literal(EXTENT // grid.cells),
        cells=sql.Literal(grid.cells),
        rank=rank,
        worst=worst,
        dominant=dominant,
        **{"class": kind},
        summary=sql.SQL("").join(summary),
        grid=sql.Literal(layer.grid_layer),
        plain=sql.SQL(_TILE).format(**parts),
        **parts,
    )
