"""Values of a filter in Python: checked here, so that the database need not."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import orjson
import shapely
from psycopg import sql
from shapely.geometry.base import BaseGeometry

from .spec import FieldType


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _integer(value: Any) -> int | float:
    number = _number(value)
    return int(number) if number.is_integer() else number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    text = str(value)
    if "\0" in text:  # PostgreSQL has no such text
        raise ValueError
    return text


def _datetime(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CASTS: dict[FieldType, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": lambda value: date.fromisoformat(value),
}


def plain(node: Any) -> Any:
    """A literal of the filter's tree without the wrapping of its type."""
    if isinstance(node, dict):
        return node.get("timestamp") or node.get("date")
    return node


def pattern(value: Any) -> str:
    """The pattern of LIKE; a lone escape at its end is an error in SQL."""
    text = _text(value)
    if (len(text) - len(text.rstrip("\\"))) % 2:
        raise ValueError
    return text


def shape(node: Any) -> tuple[sql.Composable, list[Any]]:
    """A geometry literal or a bbox in degrees, as SQL and its value.

    Raises ValueError for what is empty, endless, or outside of the world.
    """
    found = _box(node["bbox"]) if "bbox" in node else _geometry(node)
    west, south, east, north = map(float, found.bounds)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError  # NaN does not compare either
    if not shapely.is_valid(found):
        found = shapely.make_valid(found, method="structure", keep_collapsed=False)
    if found.geom_type == "GeometryCollection":
        raise ValueError  # GEOS compares no collections
    return sql.SQL("ST_GeomFromWKB(%s, 4326)"), [shapely.to_wkb(found)]


def _box(bounds: list[float]) -> BaseGeometry:
    west, south, *_middle = bounds
    east, north = bounds[len(bounds) // 2 :][:2]
    if west > east or south > north or not all(map(math.isfinite, bounds)):
        raise ValueError
    return shapely.box(west, south, east, north)


def _geometry(node: dict[str, Any]) -> BaseGeometry:
    try:
        found = shapely.from_geojson(orjson.dumps(node))
    except shapely.GEOSException as error:
        raise ValueError from error
    if found is None or found.is_empty:
        raise ValueError
    return shapely.force_2d(found)
