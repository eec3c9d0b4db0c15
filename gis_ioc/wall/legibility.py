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
# Of the font size: a line, and a character of Vietnamese text on average (Be Vietnam
# Pro 400, measured in the browser over this product's own words).
LINE_HEIGHT = 1.22
CHAR_WIDTH = 0.56
# One line of wall text carries no more (Extron, Mitsubishi, Activu: 40-45).
MOST_CHARS = 45


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
        return cls.from_text(font_px(distance_m, pitch_mm))

    @classmethod
    def from_text(cls, text_px: float) -> Sizes:
        """All sizes for a size of text in panel pixels."""
        return cls(
            text=round(text_px, 1),
            strong=round(text_px * 1.35, 1),
            figure=round(text_px * 2.1, 1),
            icon=round(text_px * 1.1, 1),
            line=round(max(1.5, text_px / 12), 1),
        )

    def times(self, factor: float) -> Sizes:
        """As a scene wants its words (``SceneBody.text``)."""
        return Sizes.from_text(self.text * factor)
