"""Columns of a query by COPY in binary form, read without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from layers.core.copyin import BYTES, EPOCH_2000_US, HEADER, TRAILER
from layers.core.ingest import Floats, Ints


def copy_out(
    query: sql.Composable, params: Mapping[str, object], columns: Mapping[str, str]
) -> npt.NDArray[np.void]:
    """The rows of a query as a record array; column -> type of ``BYTES``, in order.

    Nothing may be NULL: the query says ``coalesce`` where it has to. A time comes as
    microseconds since 2000 (:data:`EPOCH_2000_US`).
    """
    layout: list[tuple[str, str]] = [("count", ">i2")]
    for name, kind in columns.items():
        layout += [(f"{name} bytes", ">i4"), (name, BYTES[kind])]
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    with connection.cursor() as cursor, cursor.cursor.copy(statement, params) as copy:
        raw = b"".join(map(bytes, copy))
    return np.frombuffer(raw[len(HEADER) : -len(TRAILER)], np.dtype(layout))


def epoch(micros_2000: Ints) -> Floats:
    """Epoch seconds of a time that came with :func:`copy_out`."""
    return (micros_2000.astype(np.int64) + EPOCH_2000_US) / 1e6
