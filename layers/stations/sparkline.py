"""A small line of values as the points of an SVG polyline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 120.0, 28.0, 2.0


@dataclass(frozen=True, slots=True)
class Sparkline:
    """``paths``: one list of points per unbroken stretch. ``limit_y``: height of
    the limit, None when it lies outside the picture."""

    paths: tuple[str, ...]
    low: float
    high: float
    limit_y: float | None


def draw(
    points: Sequence[tuple[int, float]], steps: int, limit: float | None = None
) -> Sparkline | None:
    """Draw (step, value) pairs over ``steps`` steps; gaps stay gaps.

    None when there are fewer than two values.
    """
    if len(points) < 2:
        return None
    values = [value for _, value in points]
    low, high = min(values), max(values)
    if limit is not None and high > 0.5 * limit:
        high = max(high, limit)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)

    paths: list[list[str]] = []
    before: int | None = None
    for step, value in points:
        if before is None or step - before > 2:
            paths.append([])
        paths[-1].append(f"{step / max(steps - 1, 1) * WIDTH:.1f},{y(value):.1f}")
        before = step
    inside = limit is not None and low <= limit <= high
    return Sparkline(
        tuple(" ".join(path) for path in paths),
        min(values),
        max(values),
        round(y(limit), 1) if inside and limit is not None else None,
    )
