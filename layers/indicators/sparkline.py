"""A trend as a line of a few pixels. Pure."""

from __future__ import annotations

from collections.abc import Sequence


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
