"""Maps and charts as SVG, for print. Pure: numbers and outlines in, text out.

Classes tell by lightness, missing units are hatched, estimates are dotted, so that a
grey printer loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import accumulate
from typing import Any

from layers.indicators.contract import Choropleth

INK, QUIET, GRID, LINE = "#1d2a35", "#5b6670", "#d5dadf", "#6b3f8f"
LABELS = 40  # more units than this are not labelled


def choropleth(
    drawn: Choropleth, outlines: dict[str, Any], numbers: dict[int, str]
) -> str:
    """The units of a map, coloured by class. ``numbers`` are the labels by unit;
    they are written where there are few enough units to read them."""
    shapes = {entry["id"]: entry for entry in outlines["units"]}
    west, north, east, south = _frame(shapes.values())
    width, height = max(east - west, 1.0), max(south - north, 1.0)
    pad = 0.02 * max(width, height)
    stroke = max(width, height) / 500
    parts = [_DEFS.format(size=stroke * 6, line=stroke * 1.2)]
    for area in drawn.areas:
        entry = shapes.get(area.unit_id)
        if entry is not None:
            fill = "url(#missing)"
            if area.place is not None:
                fill = drawn.classes[area.place].light
            parts.append(
                f'<path d="{entry["path"]}" fill="{fill}" stroke="#fff"'
                f' stroke-width="{stroke:.1f}"/>'
            )
    if len(drawn.areas) <= LABELS:
        parts += _labels(drawn, shapes, numbers, max(width, height) / 45)
    box = f"{west - pad:.0f} {north - pad:.0f} {width + 2 * pad:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}'
        f' {height + 2 * pad:.0f}">{"".join(parts)}</svg>'
    )


_DEFS = (
    '<defs><pattern id="missing" width="{size:.1f}" height="{size:.1f}"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="100%" height="100%" fill="#f3f3f1"/>'
    '<line x1="0" y1="0" x2="0" y2="{size:.1f}" stroke="#9a9a94"'
    ' stroke-width="{line:.1f}"/></pattern></defs>'
)


def points(path: str) -> list[list[tuple[float, float]]]:
    """The rings of SVG path data as ``ST_AsSVG`` writes it: each begins at a place
    (``M x y``) and goes on by steps (``l dx dy dx dy … z``)."""
    rings: list[list[tuple[float, float]]] = []
    for part in path.replace("z", "").split("M"):
        numbers = [float(word) for word in part.replace("l", " ").split()]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if len(pairs) > 2:
            xs, ys = zip(*pairs, strict=True)
            rings.append(list(zip(accumulate(xs), accumulate(ys), strict=True)))
    return rings


def _frame(shapes: Any) -> tuple[float, float, float, float]:
    every = [
        point for shape in shapes for ring in points(shape["path"]) for point in ring
    ]
    if not every:
        return 0.0, 0.0, 1.0, 1.0
    xs, ys = zip(*every, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _labels(
    drawn: Choropleth, shapes: dict[int, Any], numbers: dict[int, str], size: float
) -> list[str]:
    """Values at the middle of each outline's largest ring."""
    texts = []
    for area in drawn.areas:
        text, entry = numbers.get(area.unit_id, ""), shapes.get(area.unit_id)
        if not text or entry is None:
            continue
        ring = max(points(entry["path"]), key=_extent)
        xs, ys = zip(*ring, strict=True)
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        texts.append(
            f'<text x="{x:.0f}" y="{y + size / 3:.0f}" font-size="{size:.0f}"'
            f' text-anchor="middle" fill="{INK}" stroke="#fff" paint-order="stroke"'
            f' stroke-width="{size / 5:.1f}">{escape(text)}</text>'
        )
    return texts


def _extent(ring: list[tuple[float, float]]) -> float:
    xs, ys = zip(*ring, strict=True)
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def trend(
    measured: Sequence[tuple[date, float]],
    number: Any,
    plan: float | None = None,
    width: int = 520,
    height: int = 150,
) -> str:
    """A line over time with its values written at the ends, the plan as a dashed
    line. ``number`` makes a text of a value. "" with fewer than two values."""
    if len(measured) < 2:
        return ""
    left, right, top, bottom = 62, 70, 10, 20
    values = [value for _day, value in measured]
    low, high = min([*values, plan or values[0]]), max([*values, plan or values[0]])
    span = (high - low) or abs(high) or 1.0
    days = [day.toordinal() for day, _value in measured]

    def place(day: int, value: float) -> tuple[float, float]:
        x = left + (day - days[0]) / (days[-1] - days[0] or 1) * (width - left - right)
        y = height - bottom - (value - low) / span * (height - top - bottom)
        return round(x, 1), round(y, 1)

    spots = [place(day, value) for day, value in zip(days, values, strict=True)]
    floor = height - bottom
    parts = [
        f'<line x1="{left}" y1="{floor}" x2="{width - right}" y2="{floor}"'
        f' stroke="{GRID}"/>'
    ]
    if plan is not None:
        _x, y = place(days[-1], plan)
        parts.append(
            f'<line x1="{left}" y1="{y}" x2="{width - right}" y2="{y}"'
            f' stroke="{QUIET}" stroke-dasharray="4 3"/>'
        )
    line = " ".join(f"{x},{y}" for x, y in spots)
    parts.append(
        f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="1.6"/>'
    )
    parts += [f'<circle cx="{x}" cy="{y}" r="1.8" fill="{LINE}"/>' for x, y in spots]
    ends = ((spots[0], values[0], -6.0, "end"), (spots[-1], values[-1], 6.0, "start"))
    for (x, y), value, beside, anchor in ends:
        parts.append(
            f'<text x="{x + beside}" y="{y + 3.5}" font-size="10" fill="{INK}"'
            f' text-anchor="{anchor}">{escape(number(value))}</text>'
        )
    for (x, _y), (day, _value) in ((spots[0], measured[0]), (spots[-1], measured[-1])):
        parts.append(
            f'<text x="{x}" y="{height - 5}" font-size="9" fill="{QUIET}"'
            f' text-anchor="middle">{day:%m/%Y}</text>'
        )
    box = f"0 0 {width} {height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f"{''.join(parts)}</svg>"
    )
