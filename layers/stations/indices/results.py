"""What an index came to at some hours or days, ready to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .targets import Floats, Ints

Words = npt.NDArray[np.str_]


@dataclass(slots=True)
class Results:
    """Columns of one length: ``value`` NaN where there is a ``reason`` instead."""

    keys: Ints
    value: Floats
    parameter: Words
    parts: list[dict[str, float]]
    reason: Words

    def take(self, rows: npt.NDArray[np.bool_]) -> Results:
        """The rows of a mask."""
        parts = [
            part for part, kept in zip(self.parts, rows.tolist(), strict=True) if kept
        ]
        return Results(
            self.keys[rows],
            self.value[rows],
            self.parameter[rows],
            parts,
            self.reason[rows],
        )


def names_at(names: list[str], positions: Ints) -> Words:
    """Names at positions, "" for -1."""
    return np.array([*names, ""])[positions]


def records(
    columns: Mapping[str, Floats], decimals: int, keys: Ints
) -> list[dict[str, float]]:
    """One record of the values that are there for each of ``keys``."""
    found: list[dict[str, float]] = [{} for _ in keys]
    for name, column in columns.items():
        for row in np.flatnonzero(~np.isnan(column)).tolist():
            found[row][name] = round(float(column[row]), decimals)
    return found
