"""The data that all servers of a benchmark draw: moving points, areas, fixed points.

Tables live in the schema ``bench``, with a geometry in degrees (``geom``) and one
in web-mercator metres (``shape``), both indexed, as our layers have. Views in
``public`` lend them to the registry.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import connection

from fixtures import Demo
from layers.core.bands import column
from layers.core.mercator import from_lonlat, tile_bounds
from layers.core.spec import (
    Field,
    FieldType,
    Layer,
    ScopeSpec,
    TileSpec,
    by_role,
    registry,
)

SHARED = Path(
    os.environ.get(
        "IOC_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"
    )
)
# 42 of 100 points lie in this tile, the others east of it.
TILE = (6, 50, 28)
INSIDE_PERCENT = 42
FULL = "_full"

FIELDS: dict[str, FieldType] = {
    "kind": "text",
    "speed_kn": "number",
    "course_deg": "number",
    "crew": "integer",
    "overdue": "boolean",
    "at": "datetime",
}

AREA_FIELDS: dict[str, FieldType] = {
    "code": "text",
    "population": "integer",
    "area_km2": "number",
}

_BOATS = """
DROP TABLE IF EXISTS bench.{name} CASCADE;
CREATE UNLOGGED TABLE bench.{name} AS
SELECT n::bigint AS id, n::bigint AS seq, x, y, now() - n % 3600 * interval '1 second'
         AS at,
       n % 166 AS unit_id, 'TH-' || lpad(n::text, 6, '0') || '-TS' AS title,
       (ARRAY['fishing', 'cargo', 'tanker', 'passenger', 'other'])[1 + n % 5] AS kind,
       round((random() * 30)::numeric, 1)::float8 AS speed_kn,
       round((random() * 360)::numeric, 1)::float8 AS course_deg,
       (random() * 30)::int AS crew, random() < 0.1 AS overdue,
       ST_SetSRID(ST_MakePoint(x, y), 3857) AS shape,
       ST_Transform(ST_SetSRID(ST_MakePoint(x, y), 3857), 4326) AS geom
FROM (
  SELECT n, CASE WHEN n % 100 < {percent} THEN {west} + random() * ({east} - {west})
                 ELSE {east} + 2e5 + random() * 2e6 END AS x,
         {south} + random() * ({north} - {south}) AS y
  FROM generate_series(1, {points}) AS n
) AS placed;
"""
_AREAS = """
DROP TABLE IF EXISTS bench.{name} CASCADE;
CREATE TABLE bench.{name} (
  id bigint, title text, code text, population integer, area_km2 float8,
  geom geometry(MultiPolygon, 4326),
  shape geometry(MultiPolygon, 3857)
    GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED{bands});
"""
_BAND = """,
  {column} geometry(Geometry, 3857)
    GENERATED ALWAYS AS (ioc_band(ST_Transform(geom, 3857), {zoom})) STORED"""
_FINISH = """
ALTER TABLE bench.{name} ALTER COLUMN geom TYPE geometry({kind}, 4326);
ALTER TABLE bench.{name} ALTER COLUMN shape TYPE geometry({kind}, 3857);
"""
_INDEX = """
ALTER TABLE bench.{name} ADD PRIMARY KEY (id);
CREATE INDEX ON bench.{name} USING gist (shape);
CREATE INDEX ON bench.{name} USING gist (geom);
VACUUM ANALYZE bench.{name};
CREATE VIEW bench_{name} AS SELECT * FROM bench.{name};
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """One table and the layer over it."""

    name: str
    layer: Layer

    @property
    def properties(self) -> dict[str, str]:
        """What every server shows: name and PostgreSQL type."""
        types = {"title": "text"}
        names = {"text": "text", "number": "float8", "integer": "int4",
                 "boolean": "bool", "datetime": "timestamptz"}  # fmt: skip
        return {**types, **{f.name: names[f.type] for f in self.layer.fields}}


def _run(script: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        for statement in script.format(**values).split(";"):
            if statement.strip():
                cursor.execute(statement)


def layer_of(name: str, geometry: str, fields: dict[str, FieldType], tile: TileSpec):
    """A layer over ``bench_<name>``; it borrows a model only for its permission."""
    host = next(iter(registry.values()))
    return Layer(
        slug=f"bench_{name}",
        title=name,
        group="Bench",
        icon="ship",
        geometry=geometry,  # type: ignore[arg-type]
        model=host.model,
        relation=f"bench_{name}",
        tile=tile,
        scope=ScopeSpec(kind="unit" if "kind" in fields else "open"),
        fields=tuple(
            Field(name=field, type=kind, title=field, tile=True)
            for field, kind in fields.items()
        ),
    )


def boats(points: int, *, live: bool = True) -> Ground:
    """``points`` moving points, 42 of 100 in one tile of zoom 6."""
    name = f"{'boats' if live else 'points'}_{points}"
    west, south, east, north = tile_bounds(*TILE)
    _run("CREATE SCHEMA IF NOT EXISTS bench")
    _run(_BOATS, name=name, points=points, percent=INSIDE_PERCENT, west=west,
         south=south, east=east, north=north)  # fmt: skip
    _run(_FINISH, name=name, kind="Point")
    _run(_INDEX, name=name)
    spec = TileSpec(kind="live" if live else "table")
    return Ground(name, layer_of(name, "point", FIELDS, spec))


_MOVING = """
DROP TABLE IF EXISTS bench.moving CASCADE;
CREATE UNLOGGED TABLE bench.moving WITH (fillfactor = 45) AS
SELECT id, seq, x, y, at, unit_id, title, kind, speed_kn, course_deg, crew, overdue
FROM bench.boats_{points};
ALTER TABLE bench.moving ADD PRIMARY KEY (id);
VACUUM ANALYZE bench.moving;
CREATE VIEW bench_moving AS
SELECT *, ST_SetSRID(ST_MakePoint(x, y), 3857) AS shape,
       ST_Transform(ST_SetSRID(ST_MakePoint(x, y), 3857), 4326) AS geom
FROM bench.moving;
DROP TABLE bench.boats_{points} CASCADE;
"""


def moving_layer() -> Layer:
    return layer_of("moving", "point", FIELDS, TileSpec(kind="live"))


def moving(points: int) -> Ground:
    """Points that a mover updates: no index but the key, room in every page, so
    that an update rewrites nothing else."""
    boats(points)
    _run(_MOVING, points=points)
    return Ground("moving", moving_layer())


def area_tile(name: str) -> TileSpec:
    """As the layer of administrative units is declared, or with full shapes only."""
    if name.endswith(FULL):
        return TileSpec()
    return TileSpec(bands=by_role("administrative-units").tile.bands)


def areas(name: str, polygons: list[shapely.Geometry]) -> Ground:
    """Polygons in degrees as a table of administrative areas."""
    tile = area_tile(name)
    made = [_BAND.format(column=column(zoom), zoom=zoom) for zoom in tile.bands]
    _run("CREATE SCHEMA IF NOT EXISTS bench")
    _run(_AREAS, name=name, bands="".join(made))
    rows = [
        (n, f"Commune {n}", f"{n:05d}", 1_000 + n * 37, area.area * 1e4,
         shapely.to_wkb(_multi(area), include_srid=True))
        for n, area in enumerate(polygons, 1)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO bench.{name}"
            " VALUES (%s, %s, %s, %s, %s, ST_GeomFromEWKB(%s))",
            rows,
        )
    _run(_INDEX, name=name)
    return Ground(name, layer_of(name, "polygon", AREA_FIELDS, tile))


def _multi(area: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(area) if p.geom_type == "Polygon"]
    return shapely.set_srid(shapely.MultiPolygon(parts), 4326)


def communes(count: int) -> tuple[list[shapely.Geometry], str]:
    """Real boundaries when the folder of real data is there, else the schematic
    ones of the demo with as many corners; and where they come from."""
    names = {166: "thanh_hoa_communes_166_2025_full.geojson.gz",
             637: "thanh_hoa_communes_637_2009.geojson"}  # fmt: skip
    path = SHARED / "units" / names[count]
    if path.is_file():
        import gzip

        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        found = [
            shapely.geometry.shape(feature["geometry"])
            for feature in json.loads(text)["features"]
            if feature["geometry"]
        ]
        return found, "real boundaries"
    outlines = [unit.polygon for unit in Demo(seed=38).communes]
    dense = [shapely.segmentize(area, 0.001) for area in outlines]
    return (dense * -(-count // len(dense)))[:count], "schematic boundaries"


def st_asmvt(ground: Ground, tile: tuple[int, int, int]) -> tuple[str, tuple[int, ...]]:
    """The plain query of a tile: mercator shapes, named columns, no server."""
    columns = ", ".join(
        f"extract(epoch FROM {name})::bigint AS {name}"
        if kind == "timestamptz"
        else name
        for name, kind in ground.properties.items()
    )
    query = (
        f"SELECT ST_AsMVT(t, 'l', 4096, 'g', 'id') FROM (SELECT id, {columns},"
        " ST_AsMVTGeom(shape, ST_TileEnvelope(%s, %s, %s), 4096, 64, true) AS g"
        f" FROM bench.{ground.name} WHERE shape &&"
        " ST_TileEnvelope(%s, %s, %s, margin => 64.0 / 4096)) AS t"
    )
    return query, (*tile, *tile)


@contextmanager
def registered(*grounds: Ground) -> Iterator[None]:
    """The layers in this process's registry; tables and views go at the end."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        for ground in grounds:
            stack.enter_context(registry.override(ground.layer))
        try:
            yield
        finally:
            for ground in grounds:
                _run("DROP TABLE IF EXISTS bench.{name} CASCADE", name=ground.name)


def tiles_around(lon: float, lat: float, zooms: range, spread: int) -> dict[int, list]:
    """Per zoom the (z, x, y) within ``spread`` tiles of a place."""
    mx, my = (float(v) for v in from_lonlat(lon, lat))
    half = np.pi * 6_378_137.0
    found = {}
    for z in zooms:
        size = 2 * half / 2**z
        x, y = int((mx + half) // size), int((half - my) // size)
        found[z] = [
            (z, x + dx, y + dy)
            for dx in range(-spread, spread + 1)
            for dy in range(-spread, spread + 1)
        ]
    return found
