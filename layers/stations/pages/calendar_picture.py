"""Where the days of a calendar stand: weeks across, weekdays down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats

from .calendar import Cell

# Pixels: a day with its gap, the words at the left and above.
STEP, LEFT, TOP = 15, 62, 18
MONDAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Placed:
    """A day with its place; ``after`` is the day after, which ends it."""

    cell: Cell
    x: int
    y: int
    after: date


def placed(cells: list[Cell]) -> list[Placed]:
    return [
        Placed(
            cell,
            LEFT + cell.week * STEP,
            TOP + cell.weekday * STEP,
            cell.day + timedelta(days=1),
        )
        for cell in cells
    ]


def width(cells: list[Cell]) -> int:
    return LEFT + (cells[-1].week + 1) * STEP


def month_marks(year: int) -> list[tuple[int, str]]:
    """(place of its first day, short name) of each month."""
    first = date(year, 1, 1)
    found = []
    for month in range(1, 13):
        day = date(year, month, 1)
        week = ((day - first).days + first.weekday()) // 7
        found.append((LEFT + week * STEP, formats.date_format(day, "M")))
    return found


def weekday_marks() -> list[tuple[int, str]]:
    """(place, short name) of every other weekday, from Monday."""
    return [
        (TOP + n * STEP + 11, formats.date_format(MONDAY + timedelta(days=n), "D"))
        for n in range(0, 7, 2)
    ]
