"""Shapes drawn on another layer's page become watched areas."""

from __future__ import annotations

import secrets

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from layers.core.drawn import Drawing, DrawingError
from layers.core.versions import begin_change

from .layer import LAYER
from .models import Kind, Zone

MOST_POINTS = 20_000


@transaction.atomic
def make(drawing: Drawing) -> int:
    """A new zone of the kind "watched area"; its id. Raises DrawingError."""
    shape = _area(drawing.shape)
    zone = Zone(
        title=drawing.title,
        code=f"{drawing.source}-{secrets.token_hex(4)}"[:40],
        kind=Kind.WATCHED,
        source=drawing.source,
        legal_basis=drawing.legal_basis,
        geom=GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326),
    )
    zone.external_id = zone.code
    try:
        zone.full_clean()
    except ValidationError as error:
        raise DrawingError("; ".join(error.messages)) from error
    begin_change(LAYER.slug)
    zone.save()
    return int(zone.pk)


def _area(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of the shape, valid and flat."""
    if shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise DrawingError(_("The area has more than 20,000 points."))
    whole = shapely.make_valid(shapely.force_2d(shape))
    parts = [
        part
        for outer in shapely.get_parts(whole)
        for part in shapely.get_parts(outer)
        if shapely.get_dimensions(part) == 2
    ]
    if not parts:
        raise DrawingError(_("Lines and points do not enclose an area."))
    west, south, east, north = shapely.bounds(whole)
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise DrawingError(_("This is no place on the earth."))
    return shapely.union_all(parts)
