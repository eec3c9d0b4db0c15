"""Mapbox Vector Tile 2.1: a vectorised encoder for points, and the wire format.

Points come as NumPy columns; every feature of a tile is laid out as one record
of a fixed width, so a tile of n features is one structured array and no Python
runs per feature. To make widths fixed, varints are padded to the width of the
largest value of their column (``0x85 0x00`` is 5): protobuf decoders must accept
that, and it costs a byte or two only where one column mixes small and large
numbers. Missing values are cut out by a mask afterwards.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from layers.core.live_columns import Codes, Dictionary
from layers.core.mercator import EXTENT

Unsigned = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

# Protobuf keys: field number << 3 | wire type.
TILE_LAYER = b"\x1a"
LAYER_NAME, LAYER_FEATURE, LAYER_KEY, LAYER_VALUE = b"\x0a", b"\x12", b"\x1a", b"\x22"
LAYER_TAIL = b"\x28\x80\x20\x78\x02"  # extent 4096, version 2
FEATURE_ID, FEATURE_TAGS, FEATURE_TYPE, FEATURE_GEOMETRY = 0x08, 0x12, 0x18, 0x22
POINT = 1
MOVE_TO_ONE = 9
MAX_KEYS = 128

assert LAYER_TAIL[1] & 0x7F | LAYER_TAIL[2] << 7 == EXTENT  # noqa: S101


def varint(number: int) -> bytes:
    """An unsigned integer, seven bits a byte, lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def delimited(key: bytes, body: bytes) -> bytes:
    """A length-delimited field."""
    return key + varint(len(body)) + body


def zigzag(numbers: Any) -> Any:
    """Signed to unsigned, small magnitudes stay small."""
    return (numbers << 1) ^ (numbers >> (8 * numbers.itemsize - 1))


def encode_value(value: Any) -> bytes:
    """One entry of a layer's value table.

    Whole numbers are written as integers, which every client reads as the same
    number in fewer bytes; fractions as doubles.
    """
    if isinstance(value, str):
        body = delimited(b"\x0a", value.encode())
    elif isinstance(value, bool):
        body = b"\x38\x01" if value else b"\x38\x00"
    else:
        whole = isinstance(value, int) or value.is_integer()
        number = int(value) if whole else 0
        if not whole or not -(2**63) <= number < 2**63:
            body = b"\x19" + struct.pack("<d", value)
        elif number >= 0:
            body = b"\x28" + varint(number)
        else:
            body = b"\x30" + varint(-2 * number - 1)
    return delimited(LAYER_VALUE, body)


class Values(Protocol):
    """The distinct values of a column; ``join`` gives their entries in a tile."""

    def __len__(self) -> int: ...

    def join(self, codes: npt.NDArray[Any]) -> bytes: ...


class ValueTable:
    """The encoded values of a dictionary; grows with it."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self._encoded = np.empty(64, object)
        self._count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self.dictionary)

    def join(self, codes: npt.NDArray[Any]) -> bytes:
        """The value entries for ``codes``, in that order."""
        self._extend()
        return b"".join(self._encoded[codes].tolist())

    def _extend(self) -> None:
        with self._lock:
            fresh = self.dictionary.values[self._count :]
            if not fresh:
                return
            total = self._count + len(fresh)
            if total > len(self._encoded):
                grown = np.empty(2 * total, object)
                grown[: self._count] = self._encoded[: self._count]
                self._encoded = grown
            self._encoded[self._count : total] = [encode_value(v) for v in fresh]
            self._count = total


@dataclass(frozen=True, slots=True)
class PointColumn:
    """One attribute of n points: ``codes`` (-1 is null) into ``table``."""

    key: str
    codes: Codes
    table: Values


def encode_points(
    name: str, ids: Ints, px: Small, py: Small, columns: Sequence[PointColumn]
) -> bytes:
    """A tile with one layer of n points.

    ``px``, ``py`` are tile coordinates (0-4096 and the buffer, y down), shape n.
    Negative ids are left out, as the format has no such ids.
    """
    if not len(ids):
        return b""
    tags, values = _tags(columns)
    across, down = zigzag(px), zigzag(py)
    records = Records(ids, tags, (width_of(across), width_of(down)))
    records.place(records.out, across, down)
    features = cut(records.out, records.cuts)
    return one_layer(name, features, [column.key for column in columns], values)


def one_layer(
    name: str, features: Bytes, keys: Sequence[str], values: Sequence[bytes]
) -> bytes:
    """The layer message from its parts; ``values`` are encoded already."""
    title = delimited(LAYER_NAME, name.encode())
    named = [delimited(LAYER_KEY, key.encode()) for key in keys]
    others = [*named, *values, LAYER_TAIL]
    # One copy of the megabytes, into the result.
    size = len(title) + features.nbytes + sum(map(len, others))
    return b"".join([TILE_LAYER, varint(size), title, features.data, *others])


@dataclass(frozen=True, slots=True)
class Tag:
    """The value numbers (shape n) that go with key ``key``, null where absent.

    ``numbers`` None: they are filled in later, ``width`` bytes each.
    """

    key: int
    numbers: Small | None
    width: int
    absent: Bools | None


def _tags(columns: Sequence[PointColumn]) -> tuple[list[Tag], list[bytes]]:
    """Number the values that the tile uses, column after column."""
    tags, values, base = [], [], 0
    for key, column in enumerate(columns):
        used, numbers, nulls = number(column.codes, len(column.table), base)
        if len(used):
            values.append(column.table.join(used))
            top = base + len(used) - 1
            absent = column.codes < 0 if nulls else None
            tags.append(Tag(key, numbers, len(varint(top)), absent))
            base += len(used)
    return tags, values


def number(codes: Codes, size: int, base: int) -> tuple[npt.NDArray[Any], Small, bool]:
    """The distinct codes >= 0, each row's place among them counted from ``base``
    (where it is null: any number), and whether there are nulls."""
    if len(codes) * 16 < size:
        distinct, ranks = np.unique(codes, return_inverse=True)
        nulls = int(np.searchsorted(distinct, 0))
        numbers = np.maximum(ranks - nulls, 0) + base
        return distinct[nulls:], numbers.astype(np.int32), nulls > 0
    flags = np.zeros(size + 1, bool)
    flags[codes] = True  # null is -1: the last flag
    nulls_seen = bool(flags[-1])
    flags[-1] = False
    used = np.flatnonzero(flags)
    places = np.zeros(size + 1, np.int32)
    places[used] = np.arange(base, base + len(used), dtype=np.int32)
    return used, places[codes], nulls_seen


def width_of(numbers: Any) -> int:
    """Bytes of the longest varint."""
    return len(varint(int(numbers.max())))


def put(out: Bytes, offset: int, numbers: Any, width: int) -> None:
    """A varint per row at ``offset``, padded to ``width`` bytes."""
    for place in range(width):
        seven = numbers >> (7 * place) if place else numbers
        # Storing keeps the lowest eight bits: seven, and "more follows".
        out[:, offset + place] = seven | 0x80 if place < width - 1 else seven


class Records:
    """The feature messages of n points, one row of ``out`` each.

    ``cuts`` are the bytes (offset, length) that have to go where a mask says so.
    What a row holds of coordinates, and of tags without numbers, is put in later:
    ``tag_offsets`` says where, by key.
    """

    def __init__(self, ids: Ints, tags: Sequence[Tag], widths: tuple[int, int]) -> None:
        if any(tag.key >= MAX_KEYS for tag in tags):
            raise ValueError(f"more than {MAX_KEYS} attributes")
        self.widths = widths
        self.cuts: list[tuple[int, int, Bools]] = []
        self.tag_offsets: dict[int, int] = {}
        self._parts: list[tuple[int, bytes | tuple[Any, int]]] = []
        self._width = 0
        self._lay_out(ids, tags)
        self.out: Bytes = np.empty((len(ids), self._width), np.uint8)
        for offset, part in self._parts:
            if isinstance(part, bytes):
                constant = np.frombuffer(part, np.uint8)
                self.out[:, offset : offset + len(part)] = constant
            elif part[0] is not None:
                put(self.out, offset, *part)

    def _lay_out(self, ids: Ints, tags: Sequence[Tag]) -> None:
        no_id, kept_ids = ids < 0, np.maximum(ids, 0)
        tag_bytes = sum(1 + tag.width for tag in tags)
        id_width = width_of(kept_ids)
        size_width = len(varint(tag_bytes))
        points = sum(self.widths)
        body = 1 + id_width + 1 + size_width + tag_bytes + 5 + points
        missing = np.zeros(len(ids), np.int32)
        for tag in tags:
            if tag.absent is not None:
                missing += tag.absent * (1 + tag.width)
        self._constant(LAYER_FEATURE)
        total = body - missing - no_id * (1 + id_width)
        self._number(total, len(varint(body)))
        if no_id.any():
            self.cuts.append((self._width, 1 + id_width, no_id))
        self._constant(bytes([FEATURE_ID]))
        self._number(kept_ids, id_width)
        self._constant(bytes([FEATURE_TAGS]))
        self._number(tag_bytes - missing, size_width)
        for tag in tags:
            if tag.absent is not None:
                self.cuts.append((self._width, 1 + tag.width, tag.absent))
            self._constant(bytes([tag.key]))
            self.tag_offsets[tag.key] = self._width
            self._number(tag.numbers, tag.width)
        self._constant(
            bytes([FEATURE_TYPE, POINT, FEATURE_GEOMETRY, 1 + points, MOVE_TO_ONE])
        )
        self._place_at = self._width
        self._width += points

    def _constant(self, content: bytes) -> None:
        self._parts.append((self._width, content))
        self._width += len(content)

    def _number(self, numbers: Any, width: int) -> None:
        self._parts.append((self._width, (numbers, width)))
        self._width += width

    def place(self, out: Bytes, across: Any, down: Any) -> None:
        """Put in the coordinates of the rows of ``out`` (zigzag, shape n)."""
        x_width, y_width = self.widths
        put(out, self._place_at, across, x_width)
        put(out, self._place_at + x_width, down, y_width)


def cut(out: Bytes, cuts: Sequence[tuple[int, int, Bools]]) -> Bytes:
    """The records without the bytes (offset, length) in the marked rows."""
    if not cuts:
        return out
    keep = np.ones(out.shape, bool)
    for offset, length, rows in cuts:
        keep[:, offset : offset + length] = ~rows[:, None]
    return out[keep]
