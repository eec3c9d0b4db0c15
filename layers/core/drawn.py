"""Shapes that somebody draws on another layer's page, kept as rows of a layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import shapely
from django.utils.module_loading import import_string

from .spec import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A shape with a name. ``shape``: lon/lat in degrees, an area or a line;
    ``source`` names the part of the system that it was drawn for."""

    title: str
    shape: shapely.Geometry
    source: str
    legal_basis: str = ""


class DrawingError(ValueError):
    """The shape cannot be a row of the layer; the text says why."""


Maker = Callable[[Drawing], int]


def make(layer: Layer, drawing: Drawing) -> int:
    """Keep the drawing as a row of the layer; its id comes back.

    Raises LookupError for a layer that takes none, DrawingError for a bad shape.
    """
    if not layer.drawn:
        raise LookupError(f"layer {layer.slug} takes no drawings")
    return _maker(layer.drawn)(drawing)


@cache
def _maker(path: str) -> Maker:
    found: Maker = import_string(path)
    return found
