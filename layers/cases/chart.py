"""The map of a case as SVG, drawn from the frozen evidence alone.

Mercator. Credible fixes are filled, suspect ones hollow, silences dashed. All
lengths on the sheet are tenths of a millimetre.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import atan, cos, degrees, floor, log10, radians, sinh
from typing import Any

import shapely
from shapely.geometry import shape

from layers.core import sheet
from layers.core.ground import OVERVIEW
from layers.core.sheet import Frame

from .mapping import shown

WIDTH, HEIGHT = 1700, 1250
EARTH_NM = 60.0  # nautical miles in a degree of latitude
NM_KM = 1.852
STEPS_DEG = (1 / 60, 2 / 60, 5 / 60, 10 / 60, 15 / 60, 30 / 60, 1.0, 2.0, 5.0)
TRACKS = ("#0b3d91", "#7a3e9d", "#00695c", "#8a4b00")
RED = "#b3001b"
GREY = "#5b6670"
MOST_DOTS = 1_500
# Where along a line its name may stand.
NAMED_AT = (0.5, 0.85, 0.15, 0.7, 0.3)


def draw(document: dict[str, Any], words: dict[str, str]) -> str:
    """The map as an ``<svg>`` element; ``words`` are the texts on it."""
    west, south, east, north = document["extent"]
    frame = Frame(west, south, east, north, WIDTH, HEIGHT)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f3f8fb"/>',
        sheet.area(frame, document["land"], "#e9e4d6", "#857b63", 2),
        *_graticule(frame),
        *_zones(frame, document),
        *_ways(frame, document),
        *_dots(frame, document["fixes"]),
        *_ends(frame, document, words),
        *_scale(frame, words),
        _north(words),
        _overview(document),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#111"'
        ' stroke-width="4"/>',
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH / 10:g}mm" height="{HEIGHT / 10:g}mm"'
        ' font-family="Document, DejaVu Sans" font-size="25">'
        f"{body}</svg>"
    )


def _graticule(frame: Frame) -> list[str]:
    """Lines of longitude and latitude with their degrees and minutes."""
    span = min(frame.east - frame.west, frame.north - frame.south)
    step = next((size for size in STEPS_DEG if span / size <= 5), STEPS_DEG[-1])
    parts = []
    for lon in _ticks(frame.west, frame.east, step):
        x, _y = frame.xy(lon, frame.south)
        parts.append(sheet.line(x, 0, x, frame.height))
        parts.append(sheet.text(x + 5, frame.height - 9, _degrees(lon, "E", "W"), 21))
    for lat in _ticks(frame.south, frame.north, step):
        _x, y = frame.xy(frame.west, lat)
        parts.append(sheet.line(0, y, frame.width, y))
        parts.append(sheet.text(8, y - 6, _degrees(lat, "N", "S"), 21))
    return parts


def _ticks(low: float, high: float, step: float) -> list[float]:
    first = floor(low / step) + 1
    count = int((high - low) / step) + 2
    values = [(first + index) * step for index in range(count)]
    margin = (high - low) * 0.02
    return [value for value in values if low + margin < value < high - margin]


def _degrees(value: float, plus: str, minus: str) -> str:
    minutes = round(abs(value) * 60)
    return f"{minutes // 60}°{minutes % 60:02d}'{plus if value >= 0 else minus}"


def _zones(frame: Frame, document: dict[str, Any]) -> list[str]:
    """Outlines and lines of the zones with their names, away from the track."""
    way = [(fix["lon"], fix["lat"]) for fix in shown(document["fixes"])]
    track = shapely.MultiPoint(way)
    window = shapely.box(frame.west, frame.south, frame.east, frame.north)
    parts = []
    for zone in document["zones"]:
        if not zone["geometry"]:
            continue
        found = shape(zone["geometry"])
        if found.geom_type.endswith("Polygon"):
            seen = shapely.intersection(shapely.make_valid(found), window)
            collected = shapely.multipolygons(
                [p for p in shapely.get_parts(seen) if p.geom_type == "Polygon"]
            )
            parts.append(
                sheet.area(frame, collected.__geo_interface__, "#b3001b14", "none", 0)
            )
            found = found.boundary
        edge = shapely.line_merge(shapely.intersection(found, window))
        lines = [p for p in shapely.get_parts(edge) if p.geom_type == "LineString"]
        for line in lines:
            data = sheet.path(frame, line.coords)
            parts.append(
                f'<path d="{data}" fill="none" stroke="{RED}" stroke-width="6"/>'
            )
        if lines:
            longest = max(lines, key=lambda line: line.length)
            places = [longest.interpolate(at, normalized=True) for at in NAMED_AT]
            spot = max(places, key=track.distance) if way else places[0]
            x, y = frame.xy(spot.x, spot.y)
            x = min(max(x, 260), frame.width - 260)
            parts.append(sheet.text(x, y - 16, zone["title"], 26, RED, "middle"))
    return parts


def _ways(frame: Frame, document: dict[str, Any]) -> list[str]:
    """The track of each device: solid while it reported, dashed over silences."""
    silent = {(gap["from"], gap["to"]) for gap in document["gaps"]}
    parts = []
    for order, track in enumerate(tracks(document["fixes"])):
        colour = TRACKS[order % len(TRACKS)]
        for one, two in pairwise(track):
            dash = ""
            if (one["no"], two["no"]) in silent:
                dash = ' stroke-dasharray="20 14"'
            places = [(fix["lon"], fix["lat"]) for fix in (one, two)]
            parts.append(
                f'<path d="{sheet.path(frame, places)}" fill="none" stroke="{colour}"'
                f' stroke-width="5"{dash}/>'
            )
    return parts


def tracks(fixes: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Credible fixes of each device and branch, in order of their first one."""
    found: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for fix in fixes:
        if not fix["suspect"]:
            found[fix["device_id"], fix["branch"]].append(fix)
    return list(found.values())


def _dots(frame: Frame, fixes: list[dict[str, Any]]) -> list[str]:
    """Fixes: filled, or hollow where they are not believed."""
    colours = {
        (track[0]["device_id"], track[0]["branch"]): TRACKS[order % len(TRACKS)]
        for order, track in enumerate(tracks(fixes))
    }
    every = -(-len(fixes) // MOST_DOTS)
    parts = []
    for fix in fixes:
        if not fix["suspect"] and fix["no"] % every:
            continue
        if not frame.holds(fix["lon"], fix["lat"]):
            continue
        x, y = frame.xy(fix["lon"], fix["lat"])
        colour = colours.get((fix["device_id"], fix["branch"]), GREY)
        look = f'r="8" fill="{colour}" stroke="#fff" stroke-width="1.5"'
        if fix["suspect"]:
            look = f'r="10" fill="#fff" stroke="{RED}" stroke-width="4"'
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" {look}/>')
    return parts


def _ends(frame: Frame, document: dict[str, Any], words: dict[str, str]) -> list[str]:
    """Names of the first and last credible fix, and of the two of each crossing."""
    credible = shown(document["fixes"])
    marks: list[tuple[float, float, str, str]] = []
    for entry in document["crossings"]:
        for name, label in (("from", "t1"), ("to", "t2")):
            if entry.get(name):
                marks.append((entry[name]["lon"], entry[name]["lat"], label, RED))
    if credible:
        first, last = credible[0], credible[-1]
        marks.append((first["lon"], first["lat"], words["first"], "#111"))
        if last is not first:
            marks.append((last["lon"], last["lat"], words["last"], "#111"))
    parts, taken = [], []  # type: ignore[var-annotated]
    for lon, lat, label, colour in marks:
        if not frame.holds(lon, lat):
            continue
        x, y = frame.xy(lon, lat)
        up = 42.0 if colour == RED else -22.0
        while any(abs(x - a) < 250 and abs(y + up - b) < 30 for a, b in taken):
            up += 34 if up > 0 else -34
        if colour != RED:
            taken.append((x, y + up))
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="15" fill="none" stroke="{colour}"'
            ' stroke-width="4"/>'
        )
        left = label == "t1" or x > frame.width - 330
        anchor, dx = ("end", -12) if left else ("start", 12)
        parts.append(sheet.text(x + dx, y + up, label, 27, colour, anchor))
    return parts


def _scale(frame: Frame, words: dict[str, str]) -> list[str]:
    """A bar in nautical miles, and its length in kilometres, at the middle latitude."""
    low, high = sheet.mercator(frame.south), sheet.mercator(frame.north)
    middle = degrees(atan(sinh((low + high) / 2)))
    miles = (frame.east - frame.west) * EARTH_NM * cos(radians(middle))
    unit = _round(miles / 5)
    length = unit / miles * frame.width
    x, y = frame.width - length - 60, frame.height - 70
    text = f"{unit:g} {words['nm']} ({unit * NM_KM:.3g} km)"
    return [
        f'<rect x="{x:.1f}" y="{y}" width="{length / 2:.1f}" height="12" fill="#111"/>',
        f'<rect x="{x + length / 2:.1f}" y="{y}" width="{length / 2:.1f}" height="12"'
        ' fill="#fff" stroke="#111" stroke-width="2"/>',
        sheet.text(x + length, y - 12, text, 24, "#111", "end"),
    ]


def _round(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not more."""
    power: float = 10.0 ** floor(log10(value))
    return max(size * power for size in (1, 2, 5) if size * power <= value)


def _north(words: dict[str, str]) -> str:
    x, y = WIDTH - 70, 50
    return (
        f'<path d="M{x} {y}L{x + 22} {y + 70}L{x} {y + 54}L{x - 22} {y + 70}Z"'
        f' fill="#111"/>{sheet.text(x, y + 104, words["north"], 30, "#111", "middle")}'
    )


def _overview(document: dict[str, Any]) -> str:
    """Where the map lies: a small chart of the gulf with its frame."""
    size = 250.0
    frame = Frame(*OVERVIEW, size, size * 0.94)
    west, south, east, north = document["extent"]
    if east - west > 4:
        return ""
    x1, y1 = frame.xy(west, north)
    x2, y2 = frame.xy(east, south)
    grown = max(0.0, (12 - (x2 - x1)) / 2)
    box = (
        f'<rect x="{x1 - grown:.1f}" y="{y1 - grown:.1f}"'
        f' width="{x2 - x1 + 2 * grown:.1f}" height="{y2 - y1 + 2 * grown:.1f}"'
        f' fill="none" stroke="{RED}" stroke-width="4"/>'
    )
    land = sheet.area(frame, document["overview"], "#e9e4d6", "#857b63", 1)
    return (
        f'<g transform="translate(24 24)"><rect width="{size:g}"'
        f' height="{frame.height:g}" fill="#f3f8fb"/>{land}{box}'
        f'<rect width="{size:g}" height="{frame.height:g}" fill="none" stroke="#111"'
        ' stroke-width="3"/></g>'
    )
