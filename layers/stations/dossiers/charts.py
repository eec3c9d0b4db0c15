"""The values of a case over time against their limit, as SVG for page and paper."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

INK, LIMIT, OVER, LEFT_OUT = "#1d4f7c", "#b3261e", "#b3261e", "#8a8a8a"
WIDTH, HEIGHT = 720, 190
LEFT, RIGHT, TOP, BOTTOM = 54, 12, 12, 24
MOST_POINTS = 700
GAP_S = 1_800.0
HOUR_S, LOCAL_S = 3_600, 7 * 3_600
# Steps of the time axis, hours; the first with at most eight ticks is taken.
STEPS_H = (1, 3, 6, 12, 24, 48, 168, 336)


def of_parameter(
    entry: dict[str, Any], span: dict[str, float], number: Any, moment: Any, words: Any
) -> str:
    """Line of what counts, crosses for what does not, limits dashed; "" without values.

    ``number``, ``moment`` and ``words`` write a value, a time and a limit; limits far
    above everything drawn are left to the table. More points than can be drawn
    are thinned so that the highest and lowest of each stretch stay.
    """
    held = [
        v for v in entry["values"] if v["value"] is not None and v.get("counts", True)
    ]
    counted = [v for v in held if _counts(v)]
    if not held:
        return ""
    top = max(v["value"] for v in held)
    limits = [limit for limit in entry["limits"] if limit["value"] <= max(2.5 * top, 1)]
    figures = [v["value"] for v in held] + [limit["value"] for limit in limits]
    low, high = min(figures), max(figures)
    low = 0.0 if 0 < low < 0.5 * high else low
    high += (high - low) * 0.06 or 1.0
    begin, end = span["since"], span["until"]

    def x(at: float) -> float:
        return LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [*_axes(x, y, low, high, begin, end, number, moment)]
    for limit in limits:
        at = y(limit["value"])
        parts.append(
            f'<line class="lim" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}"'
            f' y2="{at:.1f}" stroke="{LIMIT}" stroke-dasharray="6 4"/>'
            f'<text class="lim" x="{WIDTH - RIGHT}" y="{at - 3:.1f}" font-size="9"'
            f' text-anchor="end" fill="{LIMIT}">{escape(words(limit))}</text>'
        )
    parts += _line(_thinned(counted), x, y)
    parts += [
        f'<path class="out" stroke="{LEFT_OUT}"'
        f' d="M{x(v["at"]) - 2:.1f} {y(v["value"]) - 2:.1f}l4 4m0-4l-4 4"/>'
        for v in _thinned([v for v in held if not _counts(v)])
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img">{"".join(parts)}</svg>'
    )


def _counts(value: dict[str, Any]) -> bool:
    reviewed = bool(value.get("reviewed"))
    return (value["status"] == 0 or reviewed) and value["flag"] not in (4, 9)


def _thinned(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(values) <= MOST_POINTS:
        return values
    kept: list[dict[str, Any]] = []
    for part in np.array_split(np.arange(len(values)), MOST_POINTS // 2):
        piece = [values[index] for index in part.tolist()]
        ends = {
            id(found): found
            for found in (
                min(piece, key=lambda v: v["value"]),
                max(piece, key=lambda v: v["value"]),
            )
        }
        kept += sorted(ends.values(), key=lambda v: v["at"])
    return kept


def _line(values: list[dict[str, Any]], x: Any, y: Any) -> list[str]:
    runs: list[list[dict[str, Any]]] = []
    for value in values:
        if runs and value["at"] - runs[-1][-1]["at"] <= GAP_S:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [
        f'<polyline class="val" fill="none" stroke="{INK}" stroke-width="1.3" points="'
        + " ".join(f"{x(v['at']):.1f},{y(v['value']):.1f}" for v in run)
        + '"/>'
        for run in runs
    ]


def _axes(
    x: Any, y: Any, low: float, high: float, begin: float, end: float,
    number: Any, moment: Any,
) -> list[str]:  # fmt: skip
    parts = []
    for value in np.linspace(low, high, 5)[:-1].tolist():
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}"'
            f' y2="{y(value):.1f}" stroke="#ddd"/><text x="{LEFT - 5}"'
            f' y="{y(value) + 3:.1f}" font-size="9" text-anchor="end" fill="#555">'
            f"{escape(number(value))}</text>"
        )
    hours = (end - begin) / HOUR_S
    step = next((s for s in STEPS_H if hours / s <= 8), STEPS_H[-1]) * HOUR_S
    tick = -(-(begin + LOCAL_S) // step) * step - LOCAL_S
    while tick <= end:
        parts.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{HEIGHT - BOTTOM}"'
            f' y2="{HEIGHT - BOTTOM + 4}" stroke="#777"/><text x="{x(tick):.1f}"'
            f' y="{HEIGHT - 8}" font-size="9" text-anchor="middle" fill="#555">'
            f"{escape(moment(tick))}</text>"
        )
        tick += step
    return parts
