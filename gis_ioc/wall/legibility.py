"""How large things must be drawn so that the farthest reader can read them.

NUREG-0700 rev. 2, section 1.3.1: characters subtend at least 16 minutes of arc at
the farthest reader. The cap height of Be Vietnam Pro is 0.7 of its font size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MIN_ARC_MINUTES = 16.0
CAP_HEIGHT = 0.70
SMALLEST_PX = 14.0


def cap_height_mm(distance_m: float, arc_minutes: float = MIN_ARC_MINUTES) -> float:
    """Height of a capital letter in mm that subtends the angle at ``distance_m``."""
    half = math.radians(arc_minutes / 60) / 2
    return 2 * distance_m * 1000 * math.tan(half)


def font_px(distance_m: float, pitch_mm: float) -> float:
    """Smallest font size in panel pixels; ``pitch_mm`` is the size of one pixel."""
    size = cap_height_mm(distance_m) / CAP_HEIGHT / pitch_mm
    return round(max(SMALLEST_PX, size), 1)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of a wall in panel pixels, all from the smallest readable text."""

    text: float
    strong: float
    figure: float
    icon: float
    line: float

    @classmethod
    def of(cls, distance_m: float, pitch_mm: float) -> Sizes:
        text = font_px(distance_m, pitch_mm)
        return cls(
            text=text,
            strong=round(text * 1.35, 1),
            figure=round(text * 2.1, 1),
            icon=round(text * 1.1, 1),
            line=round(max(1.5, text / 12), 1),
        )
