"""Rows of a query as NumPy columns: binary COPY, read without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

# PostgreSQL, "COPY", binary format: signature, flags, length of the header extension
HEADER_BYTES = 19
TRAILER_BYTES = 2
KINDS = {"i4": ">i4", "i8": ">i8", "f8": ">f8"}


def columns(
    query: sql.Composable, values: Sequence[Any], kinds: Mapping[str, str]
) -> dict[str, npt.NDArray[Any]]:
    """The query's rows by column: name -> i4 (integer), i8 (bigint) or f8 (double
    precision), in the order of the query, all of one length. No value may be NULL.
    """
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    with connection.cursor() as cursor, cursor.copy(statement, values) as copy:
        data = b"".join(copy)
    layout: list[tuple[str, str]] = [("count", ">i2")]
    for name, kind in kinds.items():
        layout += [(f"{name} bytes", ">i4"), (name, KINDS[kind])]
    body = memoryview(data)[HEADER_BYTES:-TRAILER_BYTES]
    whole = np.dtype(layout)
    if len(body) % whole.itemsize:
        raise ValueError("a value is NULL or of another type than announced")
    rows = np.frombuffer(body, dtype=whole)
    return {name: rows[name].astype(kind) for name, kind in kinds.items()}
