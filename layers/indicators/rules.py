"""Judging a figure by its bands, and drawing its trend. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Status = Literal["green", "amber", "red"]

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_COMPARE = re.compile(rf"^(>=|<=|>|<)\s*{_NUMBER}$")
_RANGE = re.compile(rf"^{_NUMBER}-{_NUMBER}(?:\s*\(.*\))?$")
_EXACT = re.compile(rf"^{_NUMBER}$")


def holds(band: str, value: float) -> bool | None:
    """Does a band such as ``>=98``, ``90-98``, ``0`` or ``<5.5 or >9`` hold?

    None when the band compares with something else than a number (a plan, the
    same period): then only people can judge.
    """
    answers = [_holds_one(part.strip(), value) for part in band.split(" or ")]
    return None if None in answers else any(answers)


def _holds_one(band: str, value: float) -> bool | None:
    if found := _COMPARE.match(band):
        bound = float(found[2])
        return {
            ">=": value >= bound,
            "<=": value <= bound,
            ">": value > bound,
            "<": value < bound,
        }[found[1]]
    if found := _RANGE.match(band):
        return float(found[1]) <= value <= float(found[2])
    if found := _EXACT.match(band):
        return value == float(found[1])
    return None


def status(value: float, green: str, amber: str, red: str) -> Status | None:
    """The band a value lies in; where two touch, the better one.

    None when the bands are not numbers, or no band holds.
    """
    bands: tuple[tuple[Status, str], ...] = (
        ("green", green),
        ("amber", amber),
        ("red", red),
    )
    answers = [(name, holds(band, value)) for name, band in bands if band]
    if any(answer is None for _, answer in answers):
        return None
    return next((name for name, answer in answers if answer), None)


def spark(values: Sequence[float], width: float = 96, height: float = 24) -> str:
    """Points of an SVG polyline for ``values``, oldest first; "" below two.

    Units are those of the viewBox; a margin of 2 keeps the line inside.
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + i * step:.1f},{height - 2 - (v - low) / span * (height - 4):.1f}"
        for i, v in enumerate(values)
    )
