"""The field of a form in which a shape is drawn on a map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.gdal import GDALException
from leaflet.forms.fields import GeometryField
from leaflet.forms.widgets import LeafletWidget


class DrawnWidget(LeafletWidget):
    """Reads JSON that is no shape as nothing: Django lets GDAL's error through, both
    when the field is cleaned and when it is shown again."""

    def deserialize(self, value: Any) -> Any:
        try:
            return super().deserialize(value)
        except GDALException:
            return None


class DrawnField(GeometryField):
    """A shape; what is none is refused with the form, and the page comes back."""

    widget = DrawnWidget
