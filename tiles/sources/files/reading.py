"""Vector files into memory: any coordinate system, every kind of geometry."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.core.mercator import from_lonlat

from .columns import column
from .features import Bools, Column, Features, Floats, Geometries, Ints, Layer, Points
from .formats import POLE, WGS84, BrokenFileError, LayerInfo, plain

# A point as GDAL writes it: byte order, type, x, y.
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])

log = logging.getLogger(__name__)


def read(info: LayerInfo) -> Layer:
    """All rows of a layer. Raises BrokenFileError."""
    shapes, ids, columns = _rows(info)
    points = _points(shapes)
    if points is not None:
        return _placed_points(*points, ids, columns, info)
    return _placed_shapes(shapes, ids, columns, info)


def read_shapes(info: LayerInfo) -> Features:
    """All rows of a layer as shapes, also when they are points."""
    return _placed_shapes(*_rows(info), info)


def _rows(info: LayerInfo) -> tuple[npt.NDArray[np.object_], Ints, list[Column]]:
    """Shapes (WKB), feature ids, attributes."""
    from pyogrio.raw import read as gdal_read  # slow to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of columns that it leaves out
            meta, ids, shapes, values = gdal_read(
                info.place,
                layer=info.table,
                columns=list(info.fields),
                force_2d=True,
                return_fids=True,
                datetime_as_string=True,
            )
    except (OSError, RuntimeError, ValueError) as error:
        raise BrokenFileError(plain(error, info.file)) from error
    kinds = dict(zip(meta["fields"], meta["dtypes"], strict=True))
    columns = [
        column(name, _exact(raw, kinds[name], name, info), kinds[name])
        for name, raw in zip(meta["fields"], values, strict=True)
    ]
    some = np.array([shape is not None for shape in shapes], bool)
    ids = np.asarray(ids, np.int64)[some]
    return shapes[some], ids, [each.take(some) for each in columns]


def _exact(
    raw: npt.NDArray[Any], kind: str, name: str, info: LayerInfo
) -> npt.NDArray[Any]:
    """The column; whole numbers came as floats when one of them is null, and those
    that a float cannot hold are read again as text."""
    large = raw.dtype.kind == "f" and kind.startswith(("int", "uint"))
    if not large or not (np.abs(raw) >= 2**53).any():
        return raw
    from pyogrio.raw import read as gdal_read

    quoted = [text.replace('"', r"\"") for text in (name, info.table)]
    query = 'SELECT CAST("{}" AS character(32)) AS whole FROM "{}"'.format(*quoted)
    _meta, _ids, _shapes, values = gdal_read(
        info.place, sql=query, sql_dialect="OGRSQL", read_geometry=False
    )
    return np.array([None if v is None else int(v) for v in values[0]], object)


def _points(shapes: npt.NDArray[np.object_]) -> tuple[Floats, Floats] | None:
    """x and y when every row is a single point, else None. Empty: NaN."""
    if not len(shapes) or any(s is None or len(s) != _POINT.itemsize for s in shapes):
        return None
    rows = np.frombuffer(b"".join(shapes), _POINT)
    if not ((rows["order"] == 1) & (rows["type"] == 1)).all():
        return None
    return rows["x"].astype(float), rows["y"].astype(float)


def _placed_points(
    x: Floats, y: Floats, ids: Ints, columns: list[Column], info: LayerInfo
) -> Points:
    placed = _to_mercator(np.column_stack([x, y]), info.crs)
    known: Bools = np.asarray(np.isfinite(placed).all(axis=1))
    _note(info, int((~known).sum()), "rows without a usable point left out")
    x, y = placed[known].T
    kept = [each.take(known) for each in columns]
    return Points.ordered(x, y, ids[known], kept)


def _placed_shapes(
    shapes: npt.NDArray[np.object_], ids: Ints, columns: list[Column], info: LayerInfo
) -> Features:
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    geometries, rows = _split(geometries)
    geometries = shapely.transform(geometries, lambda xy: _to_mercator(xy, info.crs))
    known = ~(shapely.is_empty(geometries) | shapely.is_missing(geometries))
    xy, owners = shapely.get_coordinates(geometries, return_index=True)
    known[owners[~np.isfinite(xy).all(axis=1)]] = False
    _note(info, len(shapes) - len(set(rows[known])), "rows without a usable shape")
    geometries, rows = geometries[known], rows[known]
    areas = shapely.get_dimensions(geometries) == 2
    bad = np.flatnonzero(areas & ~shapely.is_valid(geometries))
    _note(info, len(bad), "areas that cross themselves repaired")
    geometries[bad] = shapely.make_valid(
        geometries[bad], method="structure", keep_collapsed=False
    )
    found = Features(geometries, ids[rows], [each.take(rows) for each in columns])
    _ = found.tree, found.sizes  # made here, in the one thread that reads
    return found


def _split(geometries: Geometries) -> tuple[Geometries, Ints]:
    """Collections become a row per kind of part; and which row each came from."""
    rows = np.arange(len(geometries))
    mixed = shapely.get_type_id(geometries) == 7
    if not mixed.any():
        return geometries, rows
    out, origin = [geometries[~mixed]], [rows[~mixed]]
    for row in np.flatnonzero(mixed).tolist():
        parts = _flat(geometries[row])
        dimensions = shapely.get_dimensions(parts)
        for dimension, many in enumerate(
            (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
        ):
            same = parts[dimensions == dimension]
            if len(same):
                out.append(np.array([many(same)], object))
                origin.append(np.array([row]))
    geometries, rows = np.concatenate(out), np.concatenate(origin)
    order = np.argsort(rows, kind="stable")
    return geometries[order], rows[order]


def _flat(geometry: shapely.Geometry) -> Geometries:
    """The single parts of a collection, however deep it is."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return parts


def _to_mercator(xy: Floats, crs: str) -> Floats:
    """Coordinates of a system to mercator metres, shape (n, 2); else not finite."""
    lon, lat = xy[:, 0], xy[:, 1]
    if crs != WGS84:
        import pyproj  # slow to import

        transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        lon, lat = transformer.transform(lon, lat)
    # Not of this earth: from_lonlat would move it to the edge of the map.
    lat = np.where(np.abs(lat) <= POLE, lat, np.nan)
    return np.column_stack(from_lonlat(lon, lat))


def _note(info: LayerInfo, count: int, what: str) -> None:
    if count:
        log.info("%s: %d %s", info.name, count, what)
