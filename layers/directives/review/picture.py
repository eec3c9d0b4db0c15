"""The map of the after-action report as SVG: the place, and whom it went to."""

from __future__ import annotations

from math import cos, floor, log10, radians
from typing import Any

import orjson
import shapely
from shapely.geometry import shape

from layers.core import sheet, units
from layers.core.ground import land_in, padded
from layers.core.sheet import Frame
from layers.directives.mapping.links import unit_outlines, unit_places

from .gathering import Review, of_units

WIDTH, HEIGHT = 1050, 800
RED, BLUE, GREY = "#b3001b", "#0b3d91", "#5b6670"
KM_PER_DEG = 111.32
SCALE_SHARE = 0.2


def draw(review: Review) -> str:
    """The map as an ``<svg>`` element, "" for a directive without a place."""
    directive = review.directive
    if directive.geom is None:
        return ""
    outline = orjson.loads(directive.geom.geojson)
    centre = shapely.point_on_surface(shape(outline))
    asked = of_units(review)
    ends = unit_places(asked)
    points = [*ends.values(), *shapely.get_coordinates(shape(outline)).tolist()]
    box = padded(shapely.MultiPoint(points).bounds)
    frame = Frame(*box, WIDTH, HEIGHT)
    here = frame.xy(centre.x, centre.y)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f3f8fb"/>',
        sheet.area(frame, land_in(box, 0.0), "#e9e4d6", "#857b63", 2),
        *(
            sheet.area(frame, unit, "#ffffff55", GREY, 2)
            for unit in unit_outlines(asked)
        ),
        _area(frame, outline),
        *(_link(frame, here, review, unit_id, ends) for unit_id in sorted(ends)),
        f'<circle cx="{here[0]:.1f}" cy="{here[1]:.1f}" r="16" fill="{RED}"'
        ' stroke="#fff" stroke-width="4"/>',
        *(_name(frame, unit_id, place) for unit_id, place in ends.items()),
        _scale(frame),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#111"'
        ' stroke-width="4"/>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH / 10:g}mm" height="{HEIGHT / 10:g}mm"'
        f' font-family="Document, DejaVu Sans" font-size="25">{"".join(parts)}</svg>'
    )


def _area(frame: Frame, outline: dict[str, Any]) -> str:
    if not outline["type"].endswith("Polygon"):
        return ""
    return sheet.area(frame, outline, "#b3001b22", RED, 4)


def _link(
    frame: Frame,
    here: tuple[float, float],
    review: Review,
    unit_id: int,
    ends: dict[int, tuple[float, float]],
) -> str:
    """Lead units by a full line, those who co-operate by a broken one."""
    leads = any(task.unit_id == unit_id for task in review.tasks)
    x, y = frame.xy(*ends[unit_id])
    dash = "" if leads else ' stroke-dasharray="14 10"'
    return (
        f'<path d="M{here[0]:.1f} {here[1]:.1f}L{x:.1f} {y:.1f}" fill="none"'
        f' stroke="{BLUE}" stroke-width="{5 if leads else 3}"{dash}/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{BLUE if leads else "#fff"}"'
        f' stroke="{BLUE}" stroke-width="4"/>'
    )


def _name(frame: Frame, unit_id: int, place: tuple[float, float]) -> str:
    x, y = frame.xy(*place)
    end = x > WIDTH * 0.75
    title = units.tree().title(unit_id)
    anchor = "end" if end else "start"
    return sheet.text(x + (-18 if end else 18), y + 9, title, 28, anchor=anchor)


def _scale(frame: Frame) -> str:
    middle = radians((frame.south + frame.north) / 2)
    across_km = (frame.east - frame.west) * KM_PER_DEG * cos(middle)
    step = across_km * SCALE_SHARE
    power = 10 ** floor(log10(step))
    km = max(n for n in (1, 2, 5) if n * power <= step) * power
    width = km / across_km * WIDTH
    x, y = 40, HEIGHT - 40
    return (
        f'<path d="M{x} {y - 12}V{y}H{x + width:.1f}V{y - 12}" fill="none"'
        ' stroke="#111" stroke-width="4"/>'
    ) + sheet.text(x + width + 16, y, f"{km:g} km", 26)
