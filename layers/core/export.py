"""Export of any layer in the caller's scope: GeoJSON, CSV, GeoPackage, XLSX.

geopandas and openpyxl are imported by the formats that need them: together they
cost every process 90 MB and half a second at start.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import shapely

from .queries import FeatureQuery, names, rows
from .scope import Grant
from .spec import Layer

MAX_ROWS = 1_000_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Format:
    slug: str
    content_type: str
    write: Callable[[Layer, Grant, FeatureQuery], Iterator[bytes]]


def to_geojson(layer: Layer, grant: Grant, query: FeatureQuery) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":[\n'
    first = True
    for (feature_id, title, geojson, *values), columns in rows(layer, grant, query):
        properties = {"title": title, **dict(zip(columns, values, strict=True))}
        yield b"" if first else b",\n"
        yield b'{"type":"Feature","id":%d,"geometry":%s,"properties":%s}' % (
            feature_id,
            (geojson or "null").encode(),
            orjson.dumps(properties, default=str),
        )
        first = False
    yield b"\n]}\n"


def to_csv(layer: Layer, grant: Grant, query: FeatureQuery) -> Iterator[bytes]:
    """UTF-8 with BOM, so that Excel opens Vietnamese names rightly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["id", "title", "lon", "lat", *names(layer, grant, query.fields)])
    yield b"\xef\xbb\xbf"
    for (feature_id, title, geojson, *values), _ in rows(layer, grant, query):
        lon, lat = _point(geojson)
        cells = [safe_cell(value) for value in (title, lon, lat, *values)]
        writer.writerow([feature_id, *cells])
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def to_xlsx(layer: Layer, grant: Grant, query: FeatureQuery) -> Iterator[bytes]:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(layer.slug[:31])
    sheet.freeze_panes = "A2"
    titles = {entry.name: _heading(entry) for entry in layer.fields}
    head = [titles[name] for name in names(layer, grant, query.fields)]
    sheet.append([_bold(sheet, text) for text in ("id", "title", "lon", "lat", *head)])
    for (feature_id, title, geojson, *values), _ in rows(layer, grant, query):
        lon, lat = _point(geojson)
        cells = [_excel(value) for value in (title, lon, lat, *values)]
        sheet.append([feature_id, *cells])
    buffer = io.BytesIO()
    book.save(buffer)
    yield buffer.getvalue()


def to_gpkg(layer: Layer, grant: Grant, query: FeatureQuery) -> Iterator[bytes]:
    import geopandas

    records, shapes = [], []
    for (feature_id, title, geojson, *values), columns in rows(layer, grant, query):
        cells = [_excel(value) for value in values]
        records.append(
            {"id": feature_id, "title": title, **dict(zip(columns, cells, strict=True))}
        )
        shapes.append(geojson)
    columns = ["id", "title", *names(layer, grant, query.fields)]
    frame = geopandas.GeoDataFrame(
        records, columns=columns, geometry=shapely.from_geojson(shapes), crs=4326
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{layer.slug}.gpkg"
        frame.rename(columns={"id": "ioc_id"}).to_file(
            path, layer=layer.slug, driver="GPKG", engine="pyogrio"
        )
        yield path.read_bytes()


FORMATS = {
    entry.slug: entry
    for entry in (
        Format("geojson", "application/geo+json", to_geojson),
        Format("csv", "text/csv; charset=utf-8", to_csv),
        Format("gpkg", "application/geopackage+sqlite3", to_gpkg),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            to_xlsx,
        ),
    )
}


def _heading(entry: Any) -> str:
    return f"{entry.title} ({entry.unit})" if entry.unit else str(entry.title)


def _bold(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=str(text))
    cell.font = Font(bold=True)
    return cell


def _point(geojson: str | None) -> tuple[float | None, float | None]:
    if not geojson:
        return None, None
    shape = shapely.from_geojson(geojson)
    if shape.is_empty:
        return None, None
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    return round(point.x, 6), round(point.y, 6)


def safe_cell(value: Any) -> Any:
    """CSV cell: text that a spreadsheet would run as a formula is defused."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _excel(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | date):
        return safe_cell(value) if isinstance(value, str) else value
    return str(value)
