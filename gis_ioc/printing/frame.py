"""The edge of a printed map as SVG: ticks and numbers of the coordinate grid, the scale
bar and the mark of north. Pure; Mercator as on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, floor, log10, radians

from layers.core.sheet import Frame

from .papers import EDGE_MM, Paper

# Degrees between two lines of the grid: whole degrees, minutes, seconds.
STEPS = (
    *(10, 5, 2, 1),
    *(minutes / 60 for minutes in (30, 20, 10, 5, 2, 1)),
    *(seconds / 3600 for seconds in (30, 20, 10, 5, 2, 1)),
)
LEAST_LINES = 3
TICK_MM = 1.6
TEXT_MM = 2.4
KM_PER_DEG = 111.32
BAR_SHARE = 0.28
BAR_MM = 1.3
PARTS = 4
INK = "#222"


@dataclass(frozen=True, slots=True)
class Box:
    """What a map shows, degrees."""

    west: float
    south: float
    east: float
    north: float


def step_for(span: float) -> float:
    """The widest step that gives at least a few lines over so many degrees."""
    return next((step for step in STEPS if span / step >= LEAST_LINES), STEPS[-1])


def lines(low: float, high: float, step: float) -> list[float]:
    """The whole steps between two degrees."""
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def angle(value: float, letters: str) -> str:
    """``105°30′E``; seconds only where there are some."""
    total = round(abs(value) * 3600)
    degrees, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    tail = f"{seconds:02d}″" if seconds else ""
    return f"{degrees}°{minutes:02d}′{tail}{letters[1] if value < 0 else letters[0]}"


def edge(box: Box, paper: Paper) -> str:
    """Ticks and numbers round the map, an ``<svg>`` with room for them on all sides."""
    width, height = paper.map_width, paper.map_height
    frame = Frame(box.west, box.south, box.east, box.north, width, height)
    parts = [
        f'<rect x="0" y="0" width="{width:g}" height="{height:g}" fill="none"'
        f' stroke="{INK}" stroke-width="0.35"/>'
    ]
    for lon in lines(box.west, box.east, step_for(box.east - box.west)):
        x = frame.xy(lon, box.south)[0]
        words = angle(lon, "EW")
        parts += [
            _tick(x, 0, x, -TICK_MM),
            _tick(x, height, x, height + TICK_MM),
            _words(x, -TICK_MM - 0.6, words),
            _words(x, height + TICK_MM + TEXT_MM, words),
        ]
    for lat in lines(box.south, box.north, step_for(box.north - box.south)):
        y = frame.xy(box.west, lat)[1]
        words = angle(lat, "NS")
        parts += [
            _tick(0, y, -TICK_MM, y),
            _tick(width, y, width + TICK_MM, y),
            _words(-TICK_MM - 0.6, y, words, turn=-90),
            _words(width + TICK_MM + TEXT_MM, y, words, turn=-90),
        ]
    full = (width + 2 * EDGE_MM, height + 2 * EDGE_MM)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="edge"'
        f' width="{full[0]:g}mm" height="{full[1]:g}mm"'
        f' viewBox="{-EDGE_MM} {-EDGE_MM} {full[0]:g} {full[1]:g}"'
        f' font-family="DejaVu Sans" font-size="{TEXT_MM}">'
        f"{''.join(parts)}</svg>"
    )


def _tick(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{INK}"'
        ' stroke-width="0.25"/>'
    )


def _words(x: float, y: float, words: str, turn: int = 0) -> str:
    turned = f' transform="rotate({turn} {x:.2f} {y:.2f})"' if turn else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="middle" fill="{INK}"'
        f"{turned}>{words}</text>"
    )


def round_km(most: float) -> float:
    """The greatest 1, 2 or 5 times a power of ten that is not above ``most``."""
    power = 10 ** floor(log10(most))
    return float(next(step * power for step in (5, 2, 1) if step * power <= most))


def metres_per_mm(box: Box, paper: Paper) -> float:
    """On the ground for one millimetre of paper, at the middle of the map."""
    middle = (box.south + box.north) / 2
    across = (box.east - box.west) * KM_PER_DEG * 1000 * cos(radians(middle))
    return across / paper.map_width


def scale_bar(box: Box, paper: Paper) -> str:
    """A bar of four parts, black and white, with its numbers in km or m."""
    per_mm = metres_per_mm(box, paper)
    km = round_km(per_mm * paper.map_width * BAR_SHARE / 1000)
    length = km * 1000 / per_mm
    unit, size = ("km", km) if km >= 1 else ("m", km * 1000)
    part = length / PARTS
    boxes = "".join(
        f'<rect x="{part * index:.2f}" y="3.4" width="{part:.2f}" height="{BAR_MM}"'
        f' fill="{INK if index % 2 == 0 else "#fff"}" stroke="{INK}"'
        ' stroke-width="0.2"/>'
        for index in range(PARTS)
    )
    marks = "".join(
        f'<text x="{length * share:.2f}" y="2.7" text-anchor="middle">{size * share:g}'
        f"{' ' + unit if share == 1 else ''}</text>"
        for share in (0, 0.5, 1)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="scale"'
        f' width="{length + 16:.2f}mm" height="5.4mm"'
        f' viewBox="-3 0 {length + 16:.2f} 5.4"'
        f' font-family="DejaVu Sans" font-size="{TEXT_MM}"'
        f' fill="{INK}">{boxes}{marks}</svg>'
    )
