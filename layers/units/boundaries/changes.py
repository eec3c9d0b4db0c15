"""What a comparison is made of: units before and after, rows, land that moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    UNCHANGED = "unchanged"
    OUTLINE = "outline"
    RENAMED = "renamed"
    REUSED = "reused"
    NEW = "new"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit before the first day, or one that begins on it (``fresh``)."""

    id: int
    code: str
    title: str
    type: str
    shape: Any
    schematic: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A unit of the set."""

    code: str
    title: str
    type: str
    shape: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that land came from or went to: ``share`` of the row's own unit."""

    code: str
    title: str
    share: float
    ha: float


@dataclass(slots=True)
class Change:
    """A row of the comparison. ``keeps``: the unit stays the same row of the
    database and only gets the outline. ``parts``: where the land of the new unit
    came from, or where that of an ended one goes."""

    fate: Fate
    code: str
    old: int | None = None
    new: int | None = None
    keeps: bool = False
    ha_before: float = 0.0
    ha_after: float = 0.0
    gained_ha: float = 0.0
    lost_ha: float = 0.0
    parts: list[Part] = field(default_factory=list)
    merged: bool = False
    split: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Land that changes hands: indexes of the units, None for outside."""

    old: int | None
    new: int | None
    ha: float
    shape: Any


@dataclass(slots=True)
class Comparison:
    changes: list[Change]
    pieces: list[Piece]
