"""Geometries as PostGIS reads them (EWKB), straight from columns."""

from __future__ import annotations

import struct

import numpy as np

from layers.core.ingest import Floats

POINT, LINE, POINTS = 1, 2, 4
_SRID, _M = 0x2000_0000, 0x4000_0000
_HEAD = struct.Struct("<BII")
_COUNT = struct.Struct("<I")


def line(places: Floats, srid: int) -> bytes:
    """A line of n places, shape (n, 2), or (n, 3) with measures; a point if n is 1."""
    count, columns = places.shape
    measured = _M if columns == 3 else 0
    body = np.ascontiguousarray(places, "<f8").tobytes()
    if count == 1:
        return _HEAD.pack(1, POINT | _SRID | measured, srid) + body
    return _HEAD.pack(1, LINE | _SRID | measured, srid) + _COUNT.pack(count) + body


def places(rows: Floats, srid: int) -> bytes:
    """A multipoint of n places, shape (n, 2), or (n, 3) with measures."""
    count, columns = rows.shape
    measured = _M if columns == 3 else 0
    one = np.dtype([("order", "u1"), ("kind", "<u4"), ("place", "<f8", columns)])
    each = np.empty(count, dtype=one)
    each["order"], each["kind"], each["place"] = 1, POINT | measured, rows
    head = _HEAD.pack(1, POINTS | _SRID | measured, srid)
    return head + _COUNT.pack(count) + each.tobytes()
