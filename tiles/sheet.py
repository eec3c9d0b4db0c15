"""All points of a snapshot as records, so that a large tile only copies.

What a record holds does not depend on the tile, but for the place and the numbers
of values that only few rows share (names). So records are laid out once per
snapshot, and a tile that shows a good part of them takes its rows and fills in the
rest. Columns of few distinct values bring their whole table into every such tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.core.live_columns import Rows
from layers.core.mercator import EXTENT
from tiles.mvt import (
    Ints,
    PointColumn,
    Records,
    Small,
    Tag,
    cut,
    number,
    one_layer,
    put,
    varint,
    zigzag,
)

# A tile with at least this part of the rows is made from the sheet, and there a
# table comes whole when it has at most this part of the tile's rows.
LEAST_SHARE = 4


def worth_it(rows: int, total: int) -> bool:
    """Whether a tile of so many rows should be made from a sheet of ``total``."""
    return rows * LEAST_SHARE >= total and rows >= 1_000


class Sheet:
    """The records of n points; ``columns`` have n rows."""

    def __init__(
        self, ids: Ints, columns: Sequence[PointColumn], buffer: int = EXTENT
    ) -> None:
        few = len(ids) // LEAST_SHARE**2
        self.keys = [column.key for column in columns]
        self._whole: list[bytes] = []
        self._picked: list[tuple[int, PointColumn]] = []
        self._base = 0
        tags = []
        for key, column in enumerate(columns):
            size = len(column.table)  # it may grow at any time
            if size > few:
                self._picked.append((key, column))
            elif size:
                numbers, top = column.codes + self._base, self._base + size - 1
                tags.append(Tag(key, numbers, len(varint(top)), _absent(column)))
                self._whole.append(column.table.join(np.arange(size)))
                self._base += size
        most = self._base + sum(len(column.table) for _, column in self._picked)
        self._width = len(varint(most))
        for key, column in self._picked:
            tags.append(Tag(key, None, self._width, _absent(column)))
        reach = len(varint(2 * (EXTENT + buffer)))
        self._records = Records(ids, tags, (reach, reach))

    def encode(self, name: str, rows: Rows, px: Small, py: Small) -> bytes:
        """A tile with one layer of some of the points (see ``encode_points``)."""
        records = self._records
        out = records.out.take(rows, axis=0)
        records.place(out, zigzag(px), zigzag(py))
        values, base = list(self._whole), self._base
        for key, column in self._picked:
            used, numbers, _ = number(column.codes[rows], len(column.table), base)
            put(out, records.tag_offsets[key], numbers, self._width)
            values.append(column.table.join(used))
            base += len(used)
        cuts = [(offset, length, mask[rows]) for offset, length, mask in records.cuts]
        return one_layer(name, cut(out, cuts), self.keys, values)


def _absent(column: PointColumn) -> npt.NDArray[Any] | None:
    absent = column.codes < 0
    return absent if absent.any() else None
