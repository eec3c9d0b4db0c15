"""Areas that people give: drawn, a circle around a place, or from a file."""

from __future__ import annotations

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
CORNERS = 120
MOST_POINTS = 20_000
MOST_RADIUS_KM = 2_000.0
# Half the earth is no area; a slip of the hand is.
MOST_KM2 = 10_000_000.0


class AreaError(ValueError):
    """The area cannot be used; the text says why."""


def circle(lon: float, lat: float, radius_km: float) -> shapely.MultiPolygon:
    """The places within ``radius_km`` of a centre (degrees), on the ellipsoid.

    Raises AreaError.
    """
    if not (-180 <= lon <= 180 and -80 <= lat <= 80):
        raise AreaError(_("This is no place: degrees, longitude and latitude."))
    if not 0 < radius_km <= MOST_RADIUS_KM:
        raise AreaError(_("The radius is between 0 and 2,000 km."))
    bearings = np.linspace(0, 360, CORNERS, endpoint=False)
    same = np.full(CORNERS, 1.0)
    east, north, _back = GEOD.fwd(
        lon * same, lat * same, bearings, radius_km * 1_000 * same
    )
    return checked(shapely.Polygon(np.column_stack([east, north])))


def checked(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """The valid polygons of a shape in degrees. Raises AreaError when it holds none,
    too many points, or places that are not on the earth."""
    if shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise AreaError(_("The area has more than 20,000 points."))
    parts = _polygons(shape)
    if not parts:
        raise AreaError(_("This is no area: lines and points do not enclose anything."))
    whole = shapely.union_all([shapely.make_valid(part) for part in parts])
    kept = _polygons(whole)
    if not kept:
        raise AreaError(_("This is no area: lines and points do not enclose anything."))
    west, south, east, north = whole.bounds
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise AreaError(_("This is no place: degrees, longitude and latitude."))
    found = shapely.MultiPolygon(kept)
    if area_km2(found) > MOST_KM2:
        raise AreaError(_("The area is larger than 10,000,000 km²."))
    return found


def area_km2(shape: shapely.Geometry) -> float:
    """Square kilometres on the ellipsoid of a shape in degrees."""
    return float(abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6)


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """All polygons within, however deep in collections."""
    parts = [shape]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [p for part in parts for p in getattr(part, "geoms", [part])]
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
