"""Shapes made on write for tiles: one per low zoom, and the point of the label.

``TileSpec.bands`` and ``TileSpec.labels`` say which columns a relation has; the
model gets its fields from there (:func:`banded`), a view passes them on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib.gis.db import models as gis
from django.contrib.gis.db.models.functions import Transform
from django.db import models
from django.db.models import Func, Value

from .spec import TileSpec

ANCHOR = "anchor"

M = TypeVar("M", bound=type[models.Model])


def column(zoom: int) -> str:
    """The column that holds what is drawn at ``zoom``."""
    return f"shape_z{zoom}"


def columns(tile: TileSpec) -> list[str]:
    """Every column that the relation needs besides ``shape``."""
    return [*map(column, tile.bands), *([ANCHOR] if tile.labels else [])]


def drawn(tile: TileSpec, z: int) -> tuple[str, bool]:
    """The column to draw at ``z``, and whether it was made for this very zoom.

    Below the lowest band that band is drawn, above the highest the shape itself.
    """
    for zoom in sorted(tile.bands):
        if z <= zoom:
            return column(zoom), z == zoom
    return "shape", False


def generated(expression: Func) -> models.GeneratedField:
    return models.GeneratedField(
        expression=expression,
        output_field=expression.output_field,
        db_persist=True,
    )


def band_field(zoom: int) -> models.GeneratedField:
    """The shape at one zoom, kept by the database (``sql/band.sql``)."""
    kind = gis.GeometryField(srid=3857, null=True)
    mercator = Transform("geom", 3857)
    return generated(
        Func(mercator, Value(zoom), function="ioc_band", output_field=kind)
    )


def anchor_field() -> models.GeneratedField:
    """A point within the shape, for its label."""
    kind = gis.PointField(srid=3857, null=True)
    mercator = Transform("geom", 3857)
    return generated(Func(mercator, function="ST_PointOnSurface", output_field=kind))


def banded(tile: TileSpec) -> Callable[[M], M]:
    """Class decorator: the model gets the generated fields of ``tile``.

    It stands above ``pghistory.track``: history keeps the geometry only.
    """

    def add(model: M) -> M:
        for zoom in tile.bands:
            band_field(zoom).contribute_to_class(model, column(zoom))
        if tile.labels:
            anchor_field().contribute_to_class(model, ANCHOR)
        return model

    return add
