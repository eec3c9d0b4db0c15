"""Fields of AIS messages as arrays (ITU-R M.1371-5, annex 8).

A payload is a row of six-bit values; a field is where its bits lie. pyais is the
reference that the tests compare every field with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

INVALID = 255
SIX = np.full(256, INVALID, np.uint8)
for _code in (*range(48, 88), *range(96, 120)):
    SIX[_code] = _code - 48 if _code < 88 else _code - 56
# Six-bit values as text; "@" (0) ends it.
LETTERS = np.array([v + 64 if v < 32 else v for v in range(64)], np.uint8)

# Bits of a message by type: (fewest, most). Other types vary freely.
LENGTHS = {
    1: (168, 168), 2: (168, 168), 3: (168, 168), 4: (168, 168), 5: (420, 426),
    9: (168, 168), 11: (168, 168), 18: (168, 168), 19: (312, 312), 21: (270, 364),
    24: (156, 168), 27: (96, 168),
}  # fmt: skip
FEWEST, MOST = np.full(64, 40), np.full(64, 10_000)
for _kind, (_few, _most) in LENGTHS.items():
    FEWEST[_kind], MOST[_kind] = _few, _most


@dataclass(frozen=True, slots=True)
class Field:
    """``width`` bits from ``offset``; ``text`` is six-bit text."""

    offset: int
    width: int
    signed: bool = False
    text: bool = False


def _class_a() -> dict[str, Field]:
    return {
        "status": Field(38, 4), "turn": Field(42, 8, True), "speed": Field(50, 10),
        "lon": Field(61, 28, True), "lat": Field(89, 27, True),
        "course": Field(116, 12), "heading": Field(128, 9), "second": Field(137, 6),
    }  # fmt: skip


def _base_station() -> dict[str, Field]:
    return {
        "second": Field(72, 6), "lon": Field(79, 28, True), "lat": Field(107, 27, True),
    }  # fmt: skip


def _class_b() -> dict[str, Field]:
    return {
        "speed": Field(46, 10), "lon": Field(57, 28, True), "lat": Field(85, 27, True),
        "course": Field(112, 12), "heading": Field(124, 9), "second": Field(133, 6),
    }  # fmt: skip


def _size(offset: int) -> dict[str, Field]:
    return {
        "to_bow": Field(offset, 9), "to_stern": Field(offset + 9, 9),
        "to_port": Field(offset + 18, 6), "to_starboard": Field(offset + 24, 6),
    }  # fmt: skip


POSITIONS: dict[int, dict[str, Field]] = {
    **dict.fromkeys((1, 2, 3), _class_a()),
    **dict.fromkeys((4, 11), _base_station()),
    9: {
        "alt": Field(38, 12), "speed": Field(50, 10), "lon": Field(61, 28, True),
        "lat": Field(89, 27, True), "course": Field(116, 12), "second": Field(128, 6),
    },
    18: _class_b(),
    19: _class_b(),
    21: {
        "lon": Field(164, 28, True), "lat": Field(192, 27, True),
        "second": Field(253, 6), "off_position": Field(259, 1),
    },
    27: {
        "status": Field(40, 4), "lon": Field(44, 18, True), "lat": Field(62, 17, True),
        "speed": Field(79, 6), "course": Field(85, 9),
    },
}  # fmt: skip
STATICS: dict[int, dict[str, Field]] = {
    5: {
        "imo": Field(40, 30), "callsign": Field(70, 42, text=True),
        "shipname": Field(112, 120, text=True), "ship_type": Field(232, 8),
        **_size(240), "draught": Field(294, 8),
        "destination": Field(302, 120, text=True),
    },
    19: {
        "shipname": Field(143, 120, text=True), "ship_type": Field(263, 8), **_size(271)
    },
    21: {
        "shipname": Field(43, 120, text=True), **_size(219),
        "name_ext": Field(272, 84, text=True),
    },
    24: {"part": Field(38, 2)},
}  # fmt: skip
PART_A = {"shipname": Field(40, 120, text=True)}
PART_B = {
    "ship_type": Field(40, 8), "callsign": Field(90, 42, text=True), **_size(132),
}  # fmt: skip
TAKEN = np.isin(np.arange(64), [*POSITIONS, *STATICS])


class Payloads:
    """n payloads of ``data`` as six-bit values: ``six`` (columns, n).

    What lies behind a payload's last bit reads as zero.
    """

    def __init__(self, data: np.ndarray, start: Ints, length: Ints, fill: Ints) -> None:
        width = int(length.max(initial=0))
        column = np.arange(width)[:, None]
        at = np.minimum(start + column, len(data) - 1)
        self.six = SIX[data[at]]
        if (length < width).any():
            self.six[column >= length] = 0
        padded = np.flatnonzero(fill)
        unsaid = (0x3F << fill[padded] & 0x3F).astype(np.uint8)
        self.six[length[padded] - 1, padded] &= unsaid

    def number(self, field: Field) -> Ints:
        """The field of every payload, shape (n,)."""
        first, last = field.offset // 6, (field.offset + field.width - 1) // 6
        value = np.zeros(self.six.shape[1], np.int64)
        for column in range(first, last + 1):
            value <<= 6
            if column < len(self.six):
                value |= self.six[column]
        value >>= 6 * (last + 1) - field.offset - field.width
        value &= (1 << field.width) - 1
        if field.signed:
            value -= (value >> (field.width - 1)) << field.width
        return value

    def letters(self, field: Field) -> np.ndarray:
        """Text as (n, characters) ASCII codes, zero from its end on."""
        count, shift = field.width // 6, field.offset % 6
        first = field.offset // 6
        rows = np.zeros((count + 1, self.six.shape[1]), np.uint8)
        there = self.six[first : first + count + 1]
        rows[: len(there)] = there
        six = rows[:-1]
        if shift:
            six = ((rows[:-1] << shift) | (rows[1:] >> (6 - shift))) & 63
        ended = np.logical_or.accumulate(six == 0, axis=0)
        return np.ascontiguousarray(np.where(ended, 0, LETTERS[six]).T)

    def take(self, rows: Ints | Bools) -> Payloads:
        chosen = Payloads.__new__(Payloads)
        chosen.six = self.six[:, rows]
        return chosen


def senders(data: np.ndarray, start: Ints) -> Ints:
    """MMSI: 30 bits from bit 8 of each payload of at least 40 bits."""
    six = SIX[data[start + np.arange(1, 7)[:, None]]].astype(np.int64)
    head = (six[0] & 15) << 26
    return head | six[1] << 20 | six[2] << 14 | six[3] << 8 | six[4] << 2 | six[5] >> 4


def degrees(raw: Ints) -> Floats:
    """1/10,000 minute to degrees, to the six places that it is worth."""
    return ((10 * raw + 3) // 6) / 1e6


def coarse_degrees(raw: Ints) -> Floats:
    """1/10 minute (type 27) to degrees."""
    return ((10_000 * raw + 3) // 6) / 1e6


def turn_rate(raw: Ints) -> Floats:
    """Degrees a minute, signed: (v / 4.733)²; ±127 is "more than 10, no sensor"."""
    rate = np.copysign(np.round((raw / 4.733) ** 2), raw)
    rate[np.abs(raw) == 127] = np.copysign(10.0, raw[np.abs(raw) == 127])
    rate[raw == -128] = np.nan
    return rate
