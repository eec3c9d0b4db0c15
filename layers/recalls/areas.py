"""Danger areas from a file; drawn ones and circles are :mod:`layers.core.areas`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from layers.core.areas import AreaError, checked, circle
from layers.core.geofiles import GeoFileError, read_frame

__all__ = ["AreaError", "checked", "circle", "from_upload"]

ENDINGS = (".geojson", ".json", ".kml")
MOST_BYTES = 5_000_000


def from_upload(upload: Any) -> shapely.MultiPolygon:
    """The polygons of a GeoJSON or KML file, together. Raises AreaError."""
    ending = Path(upload.name or "").suffix.lower()
    if ending not in ENDINGS:
        raise AreaError(_("A file in GeoJSON or KML is needed."))
    if upload.size > MOST_BYTES:
        raise AreaError(_("The file is larger than 5 MB."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"area{ending}"
        path.write_bytes(upload.read())
        try:
            shapes = read_frame(path)["geometry"]
        except GeoFileError as error:
            raise AreaError(str(error).replace(path.name, upload.name)) from error
    flat = [shapely.force_2d(shape) for shape in shapes if shape is not None]
    return checked(shapely.geometrycollections(flat))
