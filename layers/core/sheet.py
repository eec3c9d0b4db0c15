"""The sheet of a chart: Mercator, and lines, areas and texts as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import asinh, radians, tan
from typing import Any

import shapely
from shapely.geometry import shape


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the sea on a sheet of ``width`` by ``height``."""

    west: float
    south: float
    east: float
    north: float
    width: float
    height: float

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        low, high = mercator(self.south), mercator(self.north)
        x = (lon - self.west) / (self.east - self.west) * self.width
        return x, (high - mercator(lat)) / (high - low) * self.height

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def mercator(lat: float) -> float:
    return asinh(tan(radians(lat)))


def path(frame: Frame, coordinates: Any, *, close: bool = False) -> str:
    points = [frame.xy(lon, lat) for lon, lat in coordinates]
    text = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return text + ("Z" if close else "")


def area(
    frame: Frame, geometry: dict[str, Any], fill: str, stroke: str, width: float
) -> str:
    rings = []
    for part in shapely.get_parts(shape(geometry)):
        if part.geom_type == "Polygon":
            rings += [part.exterior, *part.interiors]
    if not rings:
        return ""
    data = "".join(path(frame, ring.coords, close=True) for ring in rings)
    return (
        f'<path d="{data}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}"'
        f' stroke-width="{width:g}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#9db4c4"'
        ' stroke-width="1.5" fill="none"/>'
    )


def text(
    x: float,
    y: float,
    text: str,
    size: float,
    fill: str = "#27323b",
    anchor: str = "start",
) -> str:
    """Text on a pale edge, so that it reads over lines."""
    shared = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    words = escape(text)
    return (
        f'<text {shared} fill="none" stroke="#fff" stroke-width="6"'
        f' stroke-linejoin="round">{words}</text>'
        f'<text {shared} fill="{fill}">{words}</text>'
    )
