"""A recorded way of a map across the province, as the tiles that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from layers.core.mercator import HALF_M, from_lonlat, tile_size_m

Tile = tuple[int, int, int]

# A shift at the console: the whole coast, into a port, along the shore, a district,
# back out. Longitude, latitude, zoom; between two stops the map glides.
STOPS = (
    (105.6, 19.9, 7.0),
    (105.9, 19.75, 9.0),
    (105.93, 19.74, 12.0),
    (105.96, 19.60, 12.0),
    (105.82, 19.38, 12.0),
    (105.80, 19.33, 14.0),
    (105.90, 19.55, 10.0),
    (105.3, 20.0, 9.0),
    (104.9, 20.3, 11.0),
    (105.6, 19.9, 6.0),
)
STEPS = 12
SCREEN = (1920, 1080)
TILE_PIXELS = 512


def camera() -> Iterator[tuple[float, float, float]]:
    """Centre and zoom of every picture of the way."""
    for start, end in pairwise(STOPS):
        for step in range(STEPS):
            part = step / STEPS
            lon, lat, zoom = (
                a + (b - a) * part for a, b in zip(start, end, strict=True)
            )
            yield lon, lat, zoom


def view(lon: float, lat: float, zoom: float) -> Iterator[Tile]:
    """The tiles on a screen of 1920 × 1080."""
    z = int(zoom)
    size, last = tile_size_m(z), 2**z - 1
    x, y = (float(v) for v in from_lonlat(lon, lat))
    metres = size / TILE_PIXELS / 2 ** (zoom - z)
    half_w, half_h = SCREEN[0] / 2 * metres, SCREEN[1] / 2 * metres
    west = max(0, int((x - half_w + HALF_M) // size))
    east = min(last, int((x + half_w + HALF_M) // size))
    north = max(0, int((HALF_M - y - half_h) // size))
    south = min(last, int((HALF_M - y + half_h) // size))
    for column in range(west, east + 1):
        for row in range(north, south + 1):
            yield z, column, row


def requests() -> list[Tile]:
    """What one user asks for: tiles that come into view, in order.

    A browser keeps what it has seen lately, so a tile is asked for again only when
    it has been out of view for some time.
    """
    found: list[Tile] = []
    held: dict[Tile, int] = {}
    for number, place in enumerate(camera()):
        for tile in view(*place):
            if number - held.get(tile, -100) > STEPS:
                found.append(tile)
            held[tile] = number
    return found
