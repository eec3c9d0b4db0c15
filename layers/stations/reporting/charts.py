"""Daily values of a parameter as SVG, for print. Pure: numbers in, text out."""

from __future__ import annotations

from html import escape
from typing import Any

INK, QUIET, GRID, BAND, LIMIT = "#1d2a35", "#5b6670", "#d5dadf", "#cfe0ee", "#b3261e"
WIDTH, HEIGHT = 520, 120
LEFT, RIGHT, TOP, BOTTOM = 46, 96, 8, 18


def daily(
    days: list[dict[str, Any]],
    last_day: int,
    limits: list[tuple[float, str]],
    number: Any,
) -> str:
    """Mean of each day as line and points, least to largest as band, limits dashed.

    ``limits``: (value, text); one far above everything drawn is left to the table.
    "" without a value.
    """
    known = [
        (int(row["day"][-2:]), row["mean"], row["least"], row["largest"])
        for row in days
        if row["mean"] is not None
    ]
    if not known:
        return ""
    top = max(row[3] for row in known)
    bottom = min(row[2] for row in known)
    near = [
        entry
        for entry in limits
        if bottom - (top - bottom) * 2 <= entry[0] <= max(top * 2.5, top + 1)
    ]
    high = max([top, *(value for value, _text in near)])
    low = min([bottom, *(value for value, _text in near)])
    if low > 0 and low < 0.5 * high:
        low = 0.0
    span = (high - low) or abs(high) or 1.0

    def x(day: float) -> float:
        return LEFT + (day - 0.5) / last_day * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / span * (HEIGHT - TOP - BOTTOM)

    parts = [_axis(x, y, last_day, [low, low + span / 2, low + span], number)]
    width = max((WIDTH - LEFT - RIGHT) / last_day * 0.62, 1.0)
    for day, mean, least, largest in known:
        tall = max(y(least) - y(largest), 0.8)
        parts.append(
            f'<rect x="{x(day) - width / 2:.1f}" y="{y(largest):.1f}"'
            f' width="{width:.1f}" height="{tall:.1f}" fill="{BAND}"/>'
        )
        parts.append(
            f'<circle cx="{x(day):.1f}" cy="{y(mean):.1f}" r="1.9" fill="{INK}"/>'
        )
    parts += _lines(known, x, y)
    for value, text in near:
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}"'
            f' y2="{y(value):.1f}" stroke="{LIMIT}" stroke-dasharray="5 3"/>'
            f'<text x="{WIDTH - RIGHT + 4}" y="{y(value) + 3:.1f}" font-size="8"'
            f' fill="{LIMIT}">{escape(text)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )


def _lines(known: list[tuple[Any, ...]], x: Any, y: Any) -> list[str]:
    """The means of days that follow each other, joined."""
    runs: list[list[tuple[Any, ...]]] = []
    for row in known:
        if runs and runs[-1][-1][0] == row[0] - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [
        '<polyline fill="none" stroke="{}" stroke-width="1.2" points="{}"/>'.format(
            INK, " ".join(f"{x(day):.1f},{y(mean):.1f}" for day, mean, *_ in run)
        )
        for run in runs
        if len(run) > 1
    ]


def _axis(x: Any, y: Any, last_day: int, marks: list[float], number: Any) -> str:
    parts = []
    for value in marks:
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}"'
            f' y2="{y(value):.1f}" stroke="{GRID}"/>'
            f'<text x="{LEFT - 4}" y="{y(value) + 3:.1f}" font-size="8"'
            f' text-anchor="end" fill="{QUIET}">{escape(number(value))}</text>'
        )
    for day in (1, 5, 10, 15, 20, 25, last_day):
        parts.append(
            f'<text x="{x(day):.1f}" y="{HEIGHT - 5}" font-size="8"'
            f' text-anchor="middle" fill="{QUIET}">{day}</text>'
        )
    return "".join(parts)
