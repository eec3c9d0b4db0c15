"""What the page of a new directive starts from: an alert, a place, a unit, a feature.

Addresses: ``?alert=<id>`` (with ``&area=`` for what it endangers),
``?feature=<layer>/<id>``, ``?unit=<id>`` (with ``&indicator=<code>&period=<text>``
for a figure of it), ``?area=`` numbers in degrees:
``lon,lat`` a place, ``lon,lat,km`` a circle, ``w,s,e,n`` a box, six and more the
corners of a polygon. ``&title=`` gives the first words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from django.utils.translation import gettext as _

from layers.alerts import queries as alerts
from layers.alerts.models import Alert
from layers.core import areas, queries, units
from layers.core.areas import AreaError
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

MOST_TITLE = 200
PART = 60
INDICATORS = "indicators"


class NothingThereError(LookupError):
    """What the address names is not there, or not the caller's to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """``shape`` None: the place is still to be chosen. ``circle``: lon, lat, km, when
    that is what the shape is. ``origin``: layer, id, part."""

    title: str = ""
    severity: str = "medium"
    shape: shapely.Geometry | None = None
    circle: tuple[float, float, float] | None = None
    unit_id: int | None = None
    alert: Alert | None = None
    origin: tuple[str, int | None, str] = ("", None, "")
    origin_title: str = ""


def start_of(asked: dict[str, str], grant: Grant) -> Start:
    """What a request names, or an empty start. Raises NothingThereError, AreaError."""
    title = asked.get("title", "").strip()[:MOST_TITLE]
    if asked.get("alert"):
        return _of_alert(asked, grant)
    if asked.get("feature"):
        return _of_feature(asked["feature"], grant, title)
    if asked.get("unit"):
        return _of_unit(asked, grant, title)
    if asked.get("area"):
        numbers = _numbers(asked["area"])
        circle = (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
        return Start(title=title, shape=parse_area(asked["area"]), circle=circle)
    return Start(title=title)


def _of_alert(asked: dict[str, str], grant: Grant) -> Start:
    text = asked["alert"]
    rows = alerts.visible(grant).select_related("rule")
    alert = rows.filter(pk=text).first() if text.isdecimal() else None
    if alert is None:
        raise NothingThereError(_("There is no such alert."))
    shape = shapely.from_wkb(bytes(alert.geom.wkb)) if alert.geom else None
    if asked.get("area"):
        shape = parse_area(asked["area"])
    return Start(
        title=alert.title[:MOST_TITLE],
        severity=alert.severity,
        shape=shape,
        unit_id=alert.unit_id,
        alert=alert,
        origin=(alert.layer, alert.feature_id, alert.part),
        origin_title=alert.title,
    )


def _of_feature(text: str, grant: Grant, title: str) -> Start:
    slug, _slash, number = text.partition("/")
    layer = registry.get(slug)
    if layer is None or not grant.allows(layer) or not number.isdecimal():
        raise NothingThereError(_("There is no such feature."))
    feature = queries.feature(layer, grant, int(number[:18]))
    if feature is None:
        raise NothingThereError(_("There is no such feature."))
    name = feature["properties"]["title"]
    return Start(
        title=title or name[:MOST_TITLE],
        shape=to_shape(feature["geometry"]),
        origin=(slug, feature["id"], ""),
        origin_title=f"{layer.title}: {name}",
    )


def _of_unit(asked: dict[str, str], grant: Grant, title: str) -> Start:
    text = asked["unit"]
    unit_id = int(text) if text.isdecimal() and len(text) < 19 else -1
    shape = outline(unit_id, grant)
    code, period = asked.get("indicator", ""), asked.get("period", "")
    name = units.tree().title(unit_id)
    figure = " ".join(filter(None, (code, period)))
    layer = by_role(INDICATORS if code else units.ROLE)
    if not grant.allows(layer):
        layer = by_role(units.ROLE)
    return Start(
        title=title or " · ".join(filter(None, (figure, name)))[:MOST_TITLE],
        shape=shape,
        unit_id=unit_id,
        origin=(layer.slug, unit_id, figure[:PART]),
        origin_title=f"{layer.title}: {' · '.join(filter(None, (figure, name)))}",
    )


def outline(unit_id: int, grant: Grant) -> shapely.Geometry:
    """The outline of a unit. Raises NothingThereError."""
    found = queries.feature(by_role(units.ROLE), grant, unit_id)
    if found is None or found["geometry"] is None:
        raise NothingThereError(_("There is no such unit, or it has no outline."))
    return shapely.from_geojson(orjson.dumps(found["geometry"]))


def parse_area(text: str) -> shapely.Geometry:
    """The place of an address. Raises AreaError."""
    numbers = _numbers(text)
    if len(numbers) == 2:
        return place(*numbers)
    if len(numbers) == 3:
        return areas.circle(*numbers)
    if len(numbers) == 4:
        return areas.checked(shapely.box(*numbers))
    if len(numbers) < 6 or len(numbers) % 2:
        raise AreaError(_("A polygon needs three corners or more, each lon,lat."))
    return areas.checked(
        shapely.Polygon(list(zip(numbers[::2], numbers[1::2], strict=True)))
    )


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        reason = _("An area is given by numbers, separated by commas.")
        raise AreaError(reason) from None


def place(lon: float, lat: float) -> shapely.Point:
    """A place of the earth. Raises AreaError."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise AreaError(_("This is no place: degrees, longitude and latitude."))
    return shapely.Point(lon, lat)


def to_shape(geojson: dict[str, Any] | None) -> shapely.Geometry | None:
    """A place or an area as people draw it; lines are no area. Raises AreaError."""
    if geojson is None:
        return None
    try:
        shape = shapely.from_geojson(orjson.dumps(geojson))
    except (shapely.GEOSException, TypeError):
        raise AreaError(_("The area is not a geometry of GeoJSON.")) from None
    if shape.is_empty:
        return None
    if shape.geom_type == "Point":
        return place(shape.x, shape.y)
    if shape.geom_type in ("LineString", "MultiLineString", "MultiPoint"):
        return place(*shape.representative_point().coords[0])
    return areas.checked(shapely.force_2d(shape))
