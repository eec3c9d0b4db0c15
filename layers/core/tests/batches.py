"""Rows of a live layer as they come from the database, made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from layers.core.live_columns import HASHED
from layers.core.live_read import Batch, entries
from layers.core.spec import Layer


def text_key(text: Any) -> int:
    """A stable 64-bit hash."""
    digest = hashlib.blake2b(repr(text).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def batch(layer: Layer, rows: Sequence[dict[str, Any]]) -> Batch:
    """``rows`` have id, seq, x, y, at and values by column (absent: null)."""

    def floats(name: str) -> Any:
        return np.array(
            [np.nan if row.get(name) is None else row[name] for row in rows], float
        )

    found = Batch(
        np.array([row["id"] for row in rows], np.int64),
        np.array([row["seq"] for row in rows], np.int64),
        floats("x"),
        floats("y"),
        floats("at"),
        {},
        {},
    )
    for entry in entries(layer):
        values = [_normal(row.get(entry.name)) for row in rows]
        if entry.name == "at":
            values = [None if value is None else int(value) for value in values]
        null = np.array([value is None for value in values], bool)
        if entry.kind in HASHED:
            keys = [text_key(value) for value in values]
            found.values[entry.name] = dict(zip(keys, values, strict=True))
            found.keys[entry.name] = np.array(keys, np.int64)
        elif entry.kind == "number":
            numbers = [np.nan if value is None else value for value in values]
            found.keys[entry.name] = np.array(numbers, float).view(np.int64)
        else:
            found.keys[entry.name] = np.array([v or 0 for v in values], np.int64)
        if null.any():
            found.nulls[entry.name] = null
    return found


def _normal(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return tuple(value) if isinstance(value, list) else value
