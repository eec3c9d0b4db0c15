"""What changes when a set takes the place of the units in force. Pure: no database.

Shares are of areas, 0 to 1; areas in hectares.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .changes import Change, Comparison, Fate, Part, Proposed, Standing
from .overlay import Overlay
from .overlay import pieces as pieces_of

TONES = "\u0300\u0301\u0303\u0309\u0323"
# Two outlines of the same land, from two surveys, overlap by more than this.
SAME_LAND = 0.98
# From here on two outlines are of one place, which its new name is of too.
SAME_PLACE = 0.5
# A smaller part of a unit is noise along its borders, not a forerunner.
LEAST_PART = 0.03


@dataclass(frozen=True, slots=True)
class Rules:
    """How a purpose treats the units there are.

    ``keep``: "never", "same" (the same code, name and land) or "code" (whatever has
    the code stays the same unit). ``ends``: what is not in the set ends.
    """

    keep: str
    ends: bool


RULES = {
    "change": Rules(keep="same", ends=True),
    "redraw": Rules(keep="code", ends=False),
    "add": Rules(keep="never", ends=False),
    "replace": Rules(keep="never", ends=True),
}


def compare(
    old: Sequence[Standing], new: Sequence[Proposed], rules: Rules
) -> Comparison:
    """Rows by code, one for each unit of the set and each that ends beside them."""
    over = Overlay(old, new)
    mates = _mates(old, new)
    matched = {
        j: i
        for j, unit in enumerate(new)
        if (i := mates.get(unit.code)) is not None
        and (_named(old[i], unit) or over.likeness(i, j) >= SAME_PLACE)
    }
    pieces = pieces_of(over, matched)
    moved = {piece.new for piece in pieces}, {piece.old for piece in pieces}
    changes = []
    for j, unit in enumerate(new):
        i = matched.get(j)
        shifted = j in moved[0] or i in moved[1]
        changes.append(_of_new(over, old, new, mates.get(unit.code), j))
        _judge(changes[-1], over, old, new, rules, shifted and i is not None)
    if rules.ends:
        continued = set(matched.values())
        gone = [i for i, one in enumerate(old) if i not in continued and not one.fresh]
        changes += [_of_gone(over, old, new, i) for i in gone]
    _mark(changes, over)
    changes.sort(key=lambda change: (change.code, change.fate == Fate.ENDED))
    return Comparison(changes, pieces)


def _named(one: Standing, other: Proposed) -> bool:
    same_type = not other.type or one.type == other.type
    return same_type and spelt(one.title) == spelt(other.title)


def spelt(title: str) -> str:
    """A name however its tone marks are placed: both spellings of "Hoa" with a
    grave are in use, on the o and on the a."""
    words = unicodedata.normalize("NFD", title.casefold()).split()
    return " ".join(
        "".join(c for c in word if c not in TONES)
        + "".join(sorted(c for c in word if c in TONES))
        for word in words
    )


def _mates(old: Sequence[Standing], new: Sequence[Proposed]) -> dict[str, int]:
    """The old unit with the same code; one that begins on the day comes first."""
    wanted = {unit.code for unit in new}
    found: dict[str, int] = {}
    for i, unit in enumerate(old):
        if unit.code in wanted and (unit.code not in found or unit.fresh):
            found[unit.code] = i
    return found


def _of_new(
    over: Overlay,
    old: Sequence[Standing],
    new: Sequence[Proposed],
    i: int | None,
    j: int,
) -> Change:
    size = float(over.new_ha[j])
    change = Change(Fate.NEW, new[j].code, old=i, new=j, ha_after=size)
    change.parts = _parts(
        [(old[k], ha) for (k, to), ha in over.common.items() if to == j], size
    )
    if i is not None:
        common = over.common.get((i, j), 0.0)
        change.ha_before = float(over.old_ha[i])
        change.gained_ha, change.lost_ha = size - common, change.ha_before - common
    return change


def _judge(
    change: Change,
    over: Overlay,
    old: Sequence[Standing],
    new: Sequence[Proposed],
    rules: Rules,
    moved: bool,
) -> None:
    """What became of the unit with the same code, and whether it stays that unit."""
    i, j = change.old, change.new
    if i is None or j is None:
        return
    mate, alike = old[i], over.likeness(i, j)
    if _named(mate, new[j]):
        change.fate = Fate.OUTLINE if moved else Fate.UNCHANGED
        redrawn = mate.schematic and (i, j) in over.common
        same = alike >= SAME_LAND or redrawn
    else:
        change.fate = Fate.RENAMED if alike >= SAME_PLACE else Fate.REUSED
        same = False
    if rules.keep == "code" or mate.fresh:
        same = True
    change.keeps = same and (rules.keep != "never" or mate.fresh)
    if change.keeps and change.fate is Fate.REUSED:
        change.fate = Fate.RENAMED


def _of_gone(
    over: Overlay, old: Sequence[Standing], new: Sequence[Proposed], i: int
) -> Change:
    size = float(over.old_ha[i])
    parts = [(new[k], ha) for (of, k), ha in over.common.items() if of == i]
    return Change(
        Fate.ENDED,
        old[i].code,
        old=i,
        ha_before=size,
        lost_ha=size - sum(ha for _unit, ha in parts),
        parts=_parts(parts, size),
    )


def _parts(found: Sequence[tuple[Any, float]], whole_ha: float) -> list[Part]:
    parts = [
        Part(unit.code, unit.title, ha / whole_ha, ha)
        for unit, ha in found
        if ha >= LEAST_PART * whole_ha
    ]
    return sorted(parts, key=lambda part: (-part.share, part.code))


def _mark(changes: Sequence[Change], over: Overlay) -> None:
    """Merged: most of two units or more that end lies in the new one. Split: the old
    unit went to several."""
    ends = {change.old for change in changes if not change.keeps}
    inside: dict[int, int] = defaultdict(int)
    for (i, j), ha in over.common.items():
        inside[j] += int(i in ends and ha >= SAME_PLACE * over.old_ha[i])
    for change in changes:
        if change.new is not None:
            change.merged = inside[change.new] > 1
        elif change.fate is Fate.ENDED:
            change.split = len(change.parts) > 1
