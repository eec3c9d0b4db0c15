"""Attribute columns as GDAL gives them, dictionary-encoded for tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from .features import Column


def column(name: str, raw: npt.NDArray[Any], kind: str) -> Column:
    """The column; ``kind`` is the type that the file declares.

    Lists become JSON; bytes, NaN and infinite numbers are left out. Times are
    ISO text already.
    """
    import pandas  # slow to import

    if raw.dtype == object:
        raw = np.array([_value(value) for value in raw.tolist()], object)
    elif raw.dtype.kind == "f":
        raw = np.where(np.isfinite(raw), raw, np.nan)
    codes, values = pandas.factorize(raw)
    if kind == "bool":
        values = values.astype(bool)  # numbers where one of them is null
    return Column(name, codes.astype(np.int32), np.asarray(values))


def type_name(kind: str) -> str:
    """PostgreSQL's name for a column type, as in the TileJSON of tables."""
    if kind == "bool":
        return "bool"
    if kind.startswith(("int", "uint")):
        return "int8"
    return "float8" if kind.startswith("float") else "text"


def _value(value: Any) -> str | int | None:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, np.ndarray):
        listed = [None if item != item else item for item in value.tolist()]
        return orjson.dumps(listed).decode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return None
    return str(value)
