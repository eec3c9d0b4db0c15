"""Raw batches as lines, and what their envelopes say, as columns.

What the arrays do not take (parts of messages, groups, oddities) is read one line
at a time by :mod:`feeds.ais.nmea`, which is the reference: both fill the same
columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from feeds.core.decoding import Batch
from layers.core.ingest import Bools, Floats, Ints

from .nmea import MILLISECONDS_FROM, BadLine, Sentence

# What a line is.
NOT_AIS, SENTENCE, WRAPPER, ROW, BAD = range(5)
# What its tag block or wrapper is worth.
UNTAGGED, BELIEVED, DOUBTED = range(3)

LF, CR = 10, 13
EXCLAMATION, DOLLAR, STAR, COMMA, COLON, BACKSLASH, BRACE = b"!$*,:\\{"
DIGITS = 13  # of an epoch in milliseconds
HEX = np.full(256, 16, np.uint8)
for _value, _character in enumerate(b"0123456789ABCDEF"):
    HEX[_character] = _value
for _value, _character in enumerate(b"abcdef", 10):
    HEX[_character] = _value


@dataclass(slots=True)
class Lines:
    """n lines: ``data[start:end]`` without line end, ``batch`` indexes the group,
    ``number`` counts from 1 in the batch."""

    text: bytes
    data: np.ndarray
    start: Ints
    end: Ints
    batch: Ints
    number: Ints

    def raw(self, line: int) -> bytes:
        return self.text[self.start[line] : self.end[line]]


def split(batches: list[Batch]) -> Lines:
    """Lines end with LF (CR LF); that is also what the receiver counts."""
    bodies = [
        body if not body or body.endswith(b"\n") else body + b"\n"
        for body in (batch.body for batch in batches)
    ]
    text = b"".join(bodies)
    data = np.frombuffer(text, np.uint8)
    end = np.flatnonzero(data == LF)
    start = np.empty_like(end)
    start[:1] = 0
    start[1:] = end[:-1] + 1
    begins = np.cumsum([0, *map(len, bodies)])[:-1]
    batch = np.searchsorted(begins, start, side="right") - 1
    first = np.searchsorted(start, begins)
    number = np.arange(len(start)) - first[batch] + 1
    return Lines(
        text, data, start, end - _ends_with_cr(data, start, end), batch, number
    )


def _ends_with_cr(data: np.ndarray, start: Ints, end: Ints) -> Ints:
    if not len(end):
        return end
    return ((end > start) & (data[np.maximum(end - 1, 0)] == CR)).astype(np.int64)


@dataclass(slots=True)
class Envelopes:
    """Columns of n lines. ``payload``/``length`` point into the text for messages
    of one sentence; ``parts`` holds the sentences of the others, ``groups`` the
    numbers of tag-block groups. ``time`` and ``stamp`` (arrival, written behind the
    checksum by some archives) are epoch seconds or NaN; ``station`` indexes
    ``stations``, 0 is "not said"."""

    what: Ints
    tag: Ints
    time: Floats
    stamp: Floats
    station: Ints
    payload: Ints
    length: Ints
    fill: Ints
    stations: dict[str, int] = field(default_factory=lambda: {"": 0})
    parts: dict[int, Sentence] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    bad: list[tuple[int, BadLine]] = field(default_factory=list)

    @classmethod
    def of(cls, count: int) -> Envelopes:
        def whole() -> Ints:
            return np.zeros(count, np.int64)

        def real() -> Floats:
            return np.full(count, np.nan)

        return cls(whole(), whole(), real(), real(), whole(), whole(), whole(), whole())

    def name(self, station: str) -> int:
        """The index of a station's name; what cannot be printed names nobody."""
        if not station.isprintable():
            return 0
        return self.stations.setdefault(station[:100], len(self.stations))


class Marks:
    """Where the characters of one kind stand in a text."""

    def __init__(self, data: np.ndarray, character: int) -> None:
        found = np.flatnonzero(data == character)
        # far behind the end, so that "the next one" always exists
        self.at = np.concatenate([found, np.full(8, len(data) + 64)])
        self.count = len(found)

    def rank(self, position: Ints) -> Ints:
        """How many stand before a position: the index of the next one."""
        return np.searchsorted(self.at[: self.count], position)

    def next(self, position: Ints) -> Ints:
        return self.at[self.rank(position)]


def xor(data: np.ndarray, start: Ints, end: Ints) -> np.ndarray:
    """The checksum of each ``data[start:end]``; spans in order, not empty."""
    if not len(start):
        return np.zeros(0, np.uint8)
    edges = np.stack([start, end], axis=1).ravel()
    return np.bitwise_xor.reduceat(data, edges)[::2]


def hex_equals(data: np.ndarray, at: Ints, value: np.ndarray) -> Bools:
    """Do the two characters at ``at`` say ``value``?"""
    last = len(data) - 1
    high = HEX[data[np.minimum(at, last)]].astype(np.int64)
    low = HEX[data[np.minimum(at + 1, last)]].astype(np.int64)
    return (high < 16) & (low < 16) & (high * 16 + low == value)


def numbers(data: np.ndarray, start: Ints, end: Ints) -> tuple[Floats, Bools]:
    """Epoch seconds from digits (milliseconds from 10^11), and whether they are."""
    columns = np.arange(DIGITS)
    at = end[:, None] - DIGITS + columns
    inside = at >= start[:, None]
    digit = data[np.clip(at, 0, len(data) - 1)].astype(np.int64) - 48
    fine = (((digit >= 0) & (digit <= 9)) | ~inside).all(axis=1)
    fine &= (end > start) & (end - start <= DIGITS)
    value = (np.where(inside, digit, 0) * 10 ** (DIGITS - 1 - columns)).sum(axis=1)
    number = value.astype(np.float64)
    return np.where(number >= MILLISECONDS_FROM, number / 1000, number), fine
