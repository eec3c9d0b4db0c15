"""Arrays to PostgreSQL: COPY in binary form, built without a loop over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from .ingest import Floats, Ints

# PostgreSQL, "COPY": signature, flags, length of the header extension.
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH_2000_US = 946_684_800_000_000
BYTES = {"i2": ">i2", "i4": ">i4", "i8": ">i8", "f4": ">f4", "f8": ">f8", "at": ">i8"}

Columns = Mapping[str, tuple[str, npt.NDArray[np.generic]]]


def micros(at: npt.ArrayLike) -> Ints:
    """Microseconds since 1970 of epoch seconds, rounded as the database holds them."""
    return np.rint(np.asarray(at) * 1e6).astype(np.int64)


def moments(at: Iterable[float]) -> list[datetime | None]:
    """Epoch seconds as the database wants them; infinite is NULL."""
    return [datetime.fromtimestamp(t, UTC) if isfinite(t) else None for t in at]


def int_array(values: Ints) -> str:
    """An array literal: psycopg takes long to write lists of thousands."""
    return "{" + ",".join(map(str, values.tolist())) + "}"


def moment_array(at: Floats) -> str:
    """The same for finite epoch seconds, as timestamptz[]."""
    said = np.datetime_as_string(micros(at).astype("M8[us]"), timezone="UTC")
    return "{" + ",".join(said.tolist()) + "}"


def binary_rows(columns: Columns) -> bytes:
    """Rows of a binary COPY; column -> (type of ``BYTES``, values of one length n).

    ``at`` takes epoch seconds for a timestamptz. What is masked becomes NULL.
    """
    layout: list[tuple[str, str]] = [("count", ">i2")]
    for name, (kind, _values) in columns.items():
        layout += [(f"{name} bytes", ">i4"), (name, BYTES[kind])]
    length = len(next(iter(columns.values()))[1])
    rows = np.empty(length, dtype=np.dtype(layout))
    rows["count"] = len(columns)
    # a NULL has the length -1 and no bytes
    sent = np.ones((length, rows.dtype.itemsize), bool)
    for name, (kind, values) in columns.items():
        size = np.dtype(BYTES[kind]).itemsize
        null = np.ma.getmaskarray(values)
        plain = np.ma.getdata(values)
        rows[f"{name} bytes"] = np.where(null, -1, size)
        rows[name] = micros(plain) - EPOCH_2000_US if kind == "at" else plain
        if null.any():
            start = rows.dtype.fields[name][1]  # type: ignore[index]
            sent[null, start : start + size] = False
    if sent.all():
        return rows.tobytes()
    return rows.view(np.uint8).reshape(length, -1)[sent].tobytes()


def copy_into(table: str, columns: Columns) -> None:
    """COPY columns into a table whose column types are those given, in any order."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER + binary_rows(columns) + TRAILER)
