"""Many rows of numbers out of PostgreSQL as NumPy columns.

Rows as Python tuples, and rows of a COPY too, cost ten times as much, and a day of a
busy sea is millions: the database gathers every column into an array, whose binary
form is read as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connection

# dimensions, "has NULL", type, then length and lower bound of the one dimension
_HEADER = struct.Struct(">iiIii")


def columns(
    query: str, values: Sequence[Any], kinds: dict[str, str]
) -> dict[str, npt.NDArray[Any]]:
    """The columns of ``query`` by name, shape n each, in no order.

    ``kinds``: name and type (``i2 i4 i8 f4 f8``) of every column of the query, which
    names them so, has no NULL (the caller puts NaN or -1 there) and casts to exactly
    these types.
    """
    gathered = ", ".join(f"array_agg({name})" for name in kinds)
    connection.ensure_connection()
    # Django's own cursors bind in the client and read texts
    with psycopg.Cursor(connection.connection) as cursor:
        statement = f"SELECT {gathered} FROM ({query}) AS rows"
        cursor.execute(statement, values, binary=True)  # type: ignore[arg-type]
        result = cursor.pgresult
        assert result is not None  # noqa: S101  (a SELECT has one)
        parts = [result.get_value(0, place) for place in range(len(kinds))]
    return {
        name: _column(name, kind, part)
        for (name, kind), part in zip(kinds.items(), parts, strict=True)
    }


def _column(name: str, kind: str, data: bytes | None) -> npt.NDArray[Any]:
    wanted = np.dtype(kind)
    if data is None:  # no row
        return np.zeros(0, dtype=wanted)
    _dimensions, nulls, _type, count, _lower = _HEADER.unpack_from(data)
    element = np.dtype([("bytes", ">i4"), ("value", f">{kind}")])
    if nulls or len(data) != _HEADER.size + count * element.itemsize:
        raise ValueError(f"column {name} has a NULL or another type than {kind}")
    found = np.frombuffer(data, element, count, _HEADER.size)["value"]
    return found.astype(wanted)
