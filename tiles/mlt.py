"""MapLibre tiles (MLT): vector tiles in columns, smaller than MVT.

The encoder ``maplibre-tiles`` (MapLibre's own, in Rust) is used when it is
installed. It is not required: its releases have no wheels, and its source asks for
a Rust compiler newer than any distribution has (docs/tiles.md).
"""

from __future__ import annotations

import asyncio
import importlib

MLT = "application/vnd.maplibre-tile"
ETAG_ENDING = "+mlt"

try:
    _encoder = importlib.import_module("maplibre_tiles")
except ImportError:
    _encoder = None  # type: ignore[assignment]


def available() -> bool:
    return _encoder is not None


def encode(tile: bytes) -> bytes:
    """An MVT tile as MLT. Features keep their order, which is the drawing order."""
    if _encoder is None:
        raise RuntimeError("maplibre-tiles is not installed")
    return bytes(_encoder.encode_mvt(tile))


async def encoded(tile: bytes) -> bytes:
    """As :func:`encode`, out of the event loop; of nothing nothing is made."""
    return await asyncio.to_thread(encode, tile) if tile else b""


def etag(mvt: str) -> str:
    """The validator of the MLT form of a tile whose MVT has the tag ``mvt``."""
    return f'{mvt[:-1]}{ETAG_ENDING}"'
