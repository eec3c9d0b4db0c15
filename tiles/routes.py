"""The paths of the tile service, as Martin has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from layers.core.mercator import in_grid

MAX_IDS = 128
MAX_DIGITS = 9

Kind = Literal["root", "health", "catalog", "tilejson", "tile", "redirect"]


class HttpError(Exception):
    """An answer other than the one asked for: status and text for the client."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Route:
    """What a path asks for. ``target`` is where a redirect leads, without prefix."""

    kind: Kind
    ids: tuple[str, ...] = ()
    z: int = 0
    x: int = 0
    y: int = 0
    target: str = ""


_FIXED: dict[str, Kind] = {"": "root", "health": "health", "catalog": "catalog"}


@lru_cache(maxsize=16_384)
def parse(path: str) -> Route:
    """The route of a path below the prefix. Raises HttpError (400, 404).

    ``/{ids}/{z}/{x}/{y}.{ext}`` and ``/tiles/…`` lead to the canonical path.
    """
    parts = path.strip("/").split("/")
    if len(parts) == 1 and parts[0] in _FIXED:
        return Route(_FIXED[parts[0]])
    moved = False
    if parts[0] == "tiles" and len(parts) in (2, 5):
        parts, moved = parts[1:], True
    if len(parts) == 4 and "." in parts[3]:
        parts, moved = [*parts[:3], parts[3].split(".")[0]], True
    if moved:
        return Route("redirect", target="/" + "/".join(parts))
    if len(parts) not in (1, 4):
        raise HttpError(404, "Nothing is here; see catalog for what is")
    ids = tuple(parts[0].split(","))
    if len(ids) > MAX_IDS:
        raise HttpError(400, f"Too many sources: {len(ids)}, at most {MAX_IDS}")
    if len(parts) == 1:
        return Route("tilejson", ids)
    return Route("tile", ids, *_numbers(parts[1:]))


def _numbers(parts: list[str]) -> tuple[int, int, int]:
    if not all(p.isascii() and p.isdigit() and len(p) <= MAX_DIGITS for p in parts):
        raise HttpError(404, "Tile coordinates must be whole numbers: {z}/{x}/{y}")
    z, x, y = map(int, parts)
    if not in_grid(z, x, y):
        raise HttpError(400, f"There is no tile {z}/{x}/{y}")
    return z, x, y
