"""Columns of a query as NumPy arrays, read without a loop over rows.

The server makes an array of each column and sends it in its binary form: one message
for all rows. Row by row, taking the messages apart costs more than the query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

Values = Sequence[Any] | Mapping[str, Any]

# PostgreSQL, "COPY", binary format: signature, flags, length of the header extension,
# then the number of columns; and before every value its length
START_BYTES, LENGTH_BYTES = 19 + 2, 4
# array_send: dimensions, whether there are NULLs, type, then length and lower bound
ARRAY_BYTES = 20
KINDS = {"i4": ">i4", "i8": ">i8", "f8": ">f8"}


def columns(
    query: sql.Composable, values: Values, kinds: Mapping[str, str]
) -> dict[str, npt.NDArray[Any]]:
    """Some columns of the query, all of one length: name -> i4 (integer), i8 (bigint)
    or f8 (double precision). No value may be NULL. The order of rows is that of the
    query's plan; columns that are not named cost nothing.
    """
    arrays = [
        sql.SQL("array_send(array_agg({}))").format(sql.Identifier(name))
        for name in kinds
    ]
    statement = sql.SQL("COPY (SELECT {} FROM ({}) AS q) TO STDOUT (FORMAT binary)")
    whole = statement.format(sql.SQL(", ").join(arrays), query)
    # psycopg's own cursor: Django's for debugging takes no values with a COPY
    with connection.cursor() as cursor, cursor.cursor.copy(whole, values) as copy:
        data = b"".join(copy)
    place, found = START_BYTES, {}
    for name, kind in kinds.items():
        length = int.from_bytes(data[place : place + LENGTH_BYTES], "big", signed=True)
        place += LENGTH_BYTES
        found[name] = _array(data[place : place + max(length, 0)], name, kind)
        place += max(length, 0)
    return found


def _array(sent: bytes, name: str, kind: str) -> npt.NDArray[Any]:
    """One array as the server sends it; nothing at all when there was no row."""
    body = memoryview(sent)[ARRAY_BYTES:]
    layout = np.dtype([("bytes", ">i4"), ("value", KINDS[kind])])
    if int.from_bytes(sent[4:8], "big") or len(body) % layout.itemsize:
        raise ValueError(f"{name}: a value is NULL, or of another type than announced")
    return np.frombuffer(body, dtype=layout)["value"].astype(kind)
