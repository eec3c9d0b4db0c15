"""Which messages can be used, and why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from layers.core.ingest import Ints

from .fields import FEWEST, INVALID, MOST, SIX, TAKEN, senders
from .group import Group
from .nmea import BadLine

MAX_MMSI = 999_999_999
KNOWN = np.isin(np.arange(64), [kind for kind in MSG_CLASS if kind > 0])
REASONS = (
    "", "empty_payload", "armour", "malformed", "unknown_type", "length", "mmsi",
    "undecodable",
)  # fmt: skip
EMPTY, ARMOUR, FILL, UNKNOWN, LENGTH, MMSI, UNDECODABLE = range(1, 8)


@dataclass(slots=True)
class Checked:
    """Type and sender of each message, and the number of the reason why it cannot
    be used (0: it can); ``details`` of some of them."""

    kind: Ints
    mmsi: Ints
    reason: Ints
    details: dict[int, str]

    def problem(self, group: Group, row: int) -> BadLine:
        """The reason in words."""
        reason, kind = int(self.reason[row]), int(self.kind[row])
        bits = int(group.length[row] * 6 - group.fill[row])
        detail = {
            ARMOUR: "a character outside the six-bit alphabet",
            FILL: "fill bits",
            UNKNOWN: f"type {kind}",
            LENGTH: f"type {kind} with {bits} bits",
            MMSI: "more than nine digits",
            UNDECODABLE: self.details.get(row, "part number"),
        }.get(reason, "")
        return BadLine(REASONS[reason], detail)


def check(group: Group, data: np.ndarray) -> Checked:
    """Check what pyais does not: alphabet, fill, type, length, sender."""
    count = len(group)
    reason = np.zeros(count, np.int64)
    kind, mmsi = np.zeros(count, np.int64), np.zeros(count, np.int64)
    reason[group.length == 0] = EMPTY
    wrong = np.concatenate([[0], np.cumsum(SIX[data] == INVALID)])
    strange = wrong[group.start + group.length] > wrong[group.start]
    reason[strange] = ARMOUR
    reason[(reason == 0) & (group.fill > 5)] = FILL
    rows = np.flatnonzero(reason == 0)
    kind[rows] = SIX[data[group.start[rows]]]
    reason[rows[~KNOWN[kind[rows]]]] = UNKNOWN
    bits = group.length * 6 - group.fill
    rows = np.flatnonzero(reason == 0)
    short = bits[rows] < FEWEST[kind[rows]]
    reason[rows[short | (bits[rows] > MOST[kind[rows]])]] = LENGTH
    rows = np.flatnonzero(reason == 0)
    mmsi[rows] = senders(data, group.start[rows])
    reason[rows[mmsi[rows] > MAX_MMSI]] = MMSI
    rows = np.flatnonzero((reason == 0) & (kind == 24))
    part = SIX[data[group.start[rows] + 6]] >> 2 & 3
    reason[rows[part > 1]] = UNDECODABLE
    details: dict[int, str] = {}
    for row in np.flatnonzero((reason == 0) & ~TAKEN[kind]).tolist():
        problem = _reference(group, row, int(kind[row]))
        if problem:
            reason[row], details[row] = UNDECODABLE, problem
    return Checked(kind, mmsi, reason, details)


def _reference(group: Group, row: int, kind: int) -> str:
    """Types without a place on the map: can pyais read them?"""
    start = int(group.start[row])
    payload = group.text[start : start + int(group.length[row])]
    try:
        MSG_CLASS[kind].from_vector(bit_vector(payload, int(group.fill[row])))
    except (AISBaseException, ValueError, TypeError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
