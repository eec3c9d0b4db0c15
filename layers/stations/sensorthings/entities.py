"""The eight kinds of things of the standard: properties, links, where they come from.

Templates are SQL in which ``{a}`` is the row itself; in links ``{s}`` is the row that
is left and ``{t}`` the one that is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from psycopg import sql

from layers.core.scope import Grant, condition
from layers.stations.layer import LAYER

from . import vocabulary

SQL = Path(__file__).resolve().parent / "sql"


@dataclass(frozen=True, slots=True)
class Property:
    """``kind``: number, text, time, interval, json or geometry. ``inner``: what can be
    named inside of a JSON value faster than by looking into it."""

    name: str
    kind: str
    template: str
    inner: dict[str, Property] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """``many``: it leads to a collection."""

    name: str
    target: str
    many: bool
    template: str

    @property
    def entity(self) -> Entity:
        return BY_NAME[self.target]


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    plural: str
    relation: str
    properties: dict[str, Property]
    links: dict[str, Link]


@cache
def _text(name: str) -> sql.SQL:
    return sql.SQL((SQL / f"{name}.sql").read_text(encoding="utf-8"))  # type: ignore[arg-type]


def relation(name: str, visible: sql.Composable) -> sql.Composable:
    """``sql/<name>.sql`` in brackets, over the stations in sight."""
    composed = _text(name).format(
        visible=visible,
        units=vocabulary.units(),
        parameters=vocabulary.parameters(),
        kinds=vocabulary.kinds(),
        unnamed=sql.Literal(_("Instrument not named")),
    )
    return sql.SQL("({})").format(composed)


def visible(grant: Grant, bind: Binder) -> sql.Composable:
    """The stations that the caller may see, as a table."""
    where, values = condition(LAYER, grant, "v")
    text = where.as_string(None).replace("%s", "{}")
    bound = sql.SQL(text).format(*[bind(value) for value in values])  # type: ignore[arg-type]
    return sql.SQL("(SELECT v.* FROM stations_station v WHERE v.active AND {})").format(
        bound
    )


class Binder:
    """Values of a statement, each under a name of its own."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def __call__(self, value: object) -> sql.Composable:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)


def _entity(
    name: str, plural: str, relation: str, properties: list[Property], links: list[Link]
) -> Entity:
    return Entity(
        name,
        plural,
        relation,
        {entry.name: entry for entry in properties},
        {entry.name: entry for entry in links},
    )


def _plain(name: str, kind: str = "text", column: str = "") -> Property:
    return Property(name, kind, "{a}." + (column or name))


def _inner(name: str, kind: str, template: str) -> dict[str, Property]:
    return {name: Property(name, kind, template)}


def _constant(name: str, value: str) -> Property:
    return Property(name, "text", f"'{value}'::text")


ID = _plain("id", "number")
NAME, DESCRIPTION = _plain("name"), _plain("description")
PROPERTIES = _plain("properties", "json")
GEOJSON = _constant("encodingType", "application/geo+json")
OBSERVATION_ID = (
    "({a}.series_id * 4294967296 + floor(extract(epoch FROM {a}.at))::bigint)"
)
QUALITY = (
    "jsonb_build_object('nameOfMeasure', 'QARTOD', 'result', {a}.flag,"
    " 'tests', coalesce({a}.tests, '{{}}'::jsonb))"
)
PARAMETERS = (
    "jsonb_strip_nulls(jsonb_build_object('status', {a}.status, 'version', {a}.version,"
    " 'valid', {a}.valid, 'rawValue', {a}.raw_value, 'reviewed',"
    " CASE WHEN {a}.review_id IS NOT NULL THEN true END))"
)
# The first value is looked up only for rows that are answered.
SPAN = (
    "(SELECT tstzrange((SELECT min(f.at) FROM stations_observation f"
    " WHERE f.series_id = {a}.id), l.at, '[]') FROM stations_latest l"
    " WHERE l.series_id = {a}.id)"
)
OM_MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"

THING = _entity(
    "Thing", "Things", "things",
    [ID, NAME, DESCRIPTION, PROPERTIES],
    [
        Link("Locations", "Location", True,
             "{t}.station_id = {s}.id AND {t}.until = 'infinity'"),
        Link("HistoricalLocations", "HistoricalLocation", True,
             "{t}.station_id = {s}.id"),
        Link("Datastreams", "Datastream", True, "{t}.station_id = {s}.id"),
    ],
)  # fmt: skip
LOCATION = _entity(
    "Location", "Locations", "places",
    [ID, NAME, DESCRIPTION, GEOJSON, _plain("location", "geometry", "geom")],
    [
        Link("Things", "Thing", True,
             "{t}.id = {s}.station_id AND {s}.until = 'infinity'"),
        Link("HistoricalLocations", "HistoricalLocation", True, "{t}.id = {s}.id"),
    ],
)  # fmt: skip
HISTORICAL = _entity(
    "HistoricalLocation", "HistoricalLocations", "places",
    [ID, _plain("time", "time", "since")],
    [
        Link("Thing", "Thing", False, "{t}.id = {s}.station_id"),
        Link("Locations", "Location", True, "{t}.id = {s}.id"),
    ],
)  # fmt: skip
DATASTREAM = _entity(
    "Datastream", "Datastreams", "datastreams",
    [
        ID, NAME, DESCRIPTION,
        _constant("observationType", OM_MEASUREMENT),
        _plain("unitOfMeasurement", "json", "unit"),
        _plain("observedArea", "geometry", "geom"),
        Property("phenomenonTime", "interval", SPAN),
        PROPERTIES,
    ],
    [
        Link("Thing", "Thing", False, "{t}.id = {s}.station_id"),
        Link("Sensor", "Sensor", False, "{t}.id = {s}.sensor_id"),
        Link("ObservedProperty", "ObservedProperty", False,
             "{t}.id = {s}.property_id"),
        Link("Observations", "Observation", True, "{t}.series_id = {s}.id"),
    ],
)  # fmt: skip
SENSOR = _entity(
    "Sensor", "Sensors", "sensors",
    [
        ID, NAME, DESCRIPTION, _constant("encodingType", "text/html"),
        _plain("metadata"), PROPERTIES,
    ],
    [Link("Datastreams", "Datastream", True, "{t}.sensor_id = {s}.id")],
)  # fmt: skip
PROPERTY = _entity(
    "ObservedProperty", "ObservedProperties", "properties",
    [
        ID, NAME, _plain("definition"), Property("description", "text", "{a}.symbol"),
        PROPERTIES,
    ],
    [Link("Datastreams", "Datastream", True, "{t}.property_id = {s}.id")],
)  # fmt: skip
OBSERVATION = _entity(
    "Observation", "Observations", "observations",
    [
        Property("id", "number", OBSERVATION_ID),
        _plain("phenomenonTime", "time", "at"),
        _plain("resultTime", "time", "received_at"),
        _plain("result", "number", "value"),
        Property("resultQuality", "json", QUALITY,
                 _inner("result", "number", "{a}.flag")),
        Property("parameters", "json", PARAMETERS,
                 _inner("status", "number", "{a}.status")
                 | _inner("version", "number", "{a}.version")
                 | _inner("valid", "boolean", "{a}.valid")
                 | _inner("rawValue", "number", "{a}.raw_value")),
    ],
    [
        Link("Datastream", "Datastream", False, "{t}.id = {s}.series_id"),
        Link("FeatureOfInterest", "FeatureOfInterest", False,
             "{t}.station_id = {s}.station_id AND {s}.at >= {t}.begins"
             " AND {s}.at < {t}.until"),
    ],
)  # fmt: skip
FEATURE = _entity(
    "FeatureOfInterest", "FeaturesOfInterest", "places",
    [ID, NAME, DESCRIPTION, GEOJSON, _plain("feature", "geometry", "geom")],
    [
        Link("Observations", "Observation", True,
             "{t}.station_id = {s}.station_id AND {t}.at >= {s}.begins"
             " AND {t}.at < {s}.until"),
    ],
)  # fmt: skip

ALL = (
    THING, LOCATION, HISTORICAL, DATASTREAM, SENSOR, PROPERTY, OBSERVATION, FEATURE,
)  # fmt: skip
BY_NAME = {entity.name: entity for entity in ALL}
BY_PLURAL = {entity.plural: entity for entity in ALL}
