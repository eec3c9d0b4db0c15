"""The paths of the tile service, as Martin has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .kept import Kept

MAX_IDS = 128
MAX_ZOOM = 30
MAX_DIGITS = 9
# A path of 128 ids with names of usual length fits.
MAX_PATH = 8_192

Kind = Literal[
    "root",
    "health",
    "catalog",
    "metrics",
    "tilejson",
    "tile",
    "redirect",
    "sprite",
    "font",
    "style",
    "picture",
]
# How Martin's metrics call them.
PATTERNS: dict[str, str] = {
    "root": "/",
    "health": "/health",
    "catalog": "/catalog",
    "metrics": "/_/metrics",
    "tilejson": "/{source_ids}",
    "tile": "/{source_ids}/{z}/{x}/{y}",
    "redirect": "/tiles/{source_ids}/{z}/{x}/{y}",
    "sprite": "/sprite/{source_ids}.{ext}",
    "font": "/font/{fontstack}/{start}-{end}",
    "style": "/style/{style_id}",
    "picture": "/style/{style_id}/{z}/{x}/{y}.{ext}",
}
UNKNOWN = "UNKNOWN"

Header = tuple[bytes, bytes]


class HttpError(Exception):
    """An answer other than the one asked for: status and text for the client."""

    def __init__(self, status: int, text: str, *headers: Header) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Route:
    """What a path asks for. ``target`` is where a redirect leads, without prefix.

    ``x`` and ``y`` of a font are the first and last code point; ``form`` of a
    sprite is ``json`` or ``png``.
    """

    kind: Kind
    ids: tuple[str, ...] = ()
    z: int = 0
    x: int = 0
    y: int = 0
    target: str = ""
    form: str = ""
    sdf: bool = False
    ratio: int = 1


def parse(path: str) -> Route:
    """The route of a path below the prefix. Raises HttpError (400, 404, 414).

    ``/{ids}/{z}/{x}/{y}.{ext}``, ``/tiles/…`` and plural words lead to the
    canonical path.
    """
    if len(path) > MAX_PATH:
        raise HttpError(414, f"The path is longer than {MAX_PATH} characters")
    parts = path.strip("/").split("/")
    fixed = _FIXED.get("/".join(parts[:2])) if len(parts) < 3 else None
    if fixed:
        return Route(fixed)
    assets = _ASSETS.get(parts[0])
    found = assets(parts) if assets else None
    return found or _tiles(parts)


# A thousand long paths would fill the memory: those are read each time.
ROUTES: Kept[str, Route] = Kept(parse, size=16_384, longest=512)

_FIXED: dict[str, Kind] = {
    "": "root",
    "health": "health",
    "catalog": "catalog",
    "_/metrics": "metrics",
}


def _tiles(parts: list[str]) -> Route:
    moved = False
    if parts[0] == "tiles" and len(parts) in (2, 5):
        parts, moved = parts[1:], True
    if len(parts) == 4 and "." in parts[3]:
        parts, moved = [*parts[:3], parts[3].split(".")[0]], True
    if len(parts) not in (1, 4):
        raise HttpError(404, "Nothing is here; see catalog for what is")
    place = _numbers(parts[1:]) if len(parts) == 4 else (0, 0, 0)
    if moved:
        return Route("redirect", target="/" + "/".join(parts))
    ids = split_ids(parts[0], "source")
    if len(parts) == 1:
        return Route("tilejson", ids)
    _check_grid(*place)
    return Route("tile", ids, *place)


def _sprite(parts: list[str]) -> Route | None:
    """``/sprite/{ids}[@2x].{json,png}``, ``/sdf_sprite/…`` and their plurals."""
    if len(parts) != 2:
        return None
    name, _dot, form = parts[1].rpartition(".")
    if form not in ("json", "png"):
        return None
    if parts[0] in ("sprites", "sdf_sprites"):
        return Route("redirect", target=f"/{parts[0][:-1]}/{parts[1]}")
    plain = name.removesuffix("@2x")
    return Route(
        "sprite",
        split_ids(plain, "sprite"),
        form=form,
        sdf=parts[0] == "sdf_sprite",
        ratio=1 if plain == name else 2,
    )


def _font(parts: list[str]) -> Route | None:
    """``/font/{names}/{start}-{end}``; with an extension or plural moved."""
    if len(parts) != 3:
        return None
    reach, dot, _ext = parts[2].partition(".")
    numbers = reach.split("-")
    if len(numbers) != 2 or not all(map(_is_number, numbers)):
        return None
    if dot or parts[0] == "fonts":
        return Route("redirect", target=f"/font/{parts[1]}/{reach}")
    start, end = map(int, numbers)
    return Route("font", split_ids(parts[1], "font"), x=start, y=end)


def _style(parts: list[str]) -> Route | None:
    """``/style/{id}[.json]``; pictures of a style are not drawn here."""
    if len(parts) == 2:
        if parts[0] == "styles":
            return Route("redirect", target=f"/style/{parts[1]}")
        return Route("style", (parts[1],))
    if parts[0] == "style" and (len(parts) == 5 or parts[2:3] == ["static"]):
        return Route("picture", (parts[1],))
    return None


_ASSETS: dict[str, Callable[[list[str]], Route | None]] = {
    "sprite": _sprite,
    "sprites": _sprite,
    "sdf_sprite": _sprite,
    "sdf_sprites": _sprite,
    "font": _font,
    "fonts": _font,
    "style": _style,
    "styles": _style,
}


def split_ids(text: str, what: str) -> tuple[str, ...]:
    ids = tuple(text.split(","))
    if len(ids) > MAX_IDS:
        raise HttpError(
            400,
            f"Requested {len(ids)} {what} ids, but at most {MAX_IDS} are allowed"
            " per request",
        )
    return ids


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def _numbers(parts: list[str]) -> tuple[int, int, int]:
    if not all(map(_is_number, parts)):
        raise HttpError(404, "Tile coordinates must be whole numbers: {z}/{x}/{y}")
    z, x, y = map(int, parts)
    if z > MAX_ZOOM:
        raise HttpError(404, f"Zoom {z} is outside the supported range: 0-{MAX_ZOOM}")
    return z, x, y


def _check_grid(z: int, x: int, y: int) -> None:
    if x >> z or y >> z:
        raise HttpError(400, f"There is no tile {z}/{x}/{y}")
