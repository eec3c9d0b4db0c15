"""What is read of a row, and how it looks in JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from psycopg import sql

from .compiling import fill
from .entities import OBSERVATION, Entity, Property
from .options import Options

_OUT = {
    "geometry": "ST_AsGeoJSON({}, 7)",
    "json": "({})::text",
    "interval": (
        "(SELECT to_char(lower(r) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        " || '/' || to_char(upper(r) AT TIME ZONE 'UTC',"
        ' \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') FROM (SELECT {} AS r) spanned)'
    ),
}
# Of an observation, what its links and the next page need.
KEYS = ("series_id", "station_id", "at")


@dataclass(slots=True)
class Row:
    """``values`` by property; ``key`` of an observation: series, station, time."""

    id: int
    values: dict[str, Any]
    key: tuple[Any, ...] = ()
    expanded: dict[str, Any] = field(default_factory=dict)


def chosen(entity: Entity, options: Options) -> list[Property]:
    """The properties that are answered."""
    listed = list(entity.properties.values())
    if not options.select:
        return listed
    return [entry for entry in listed if entry.name in options.select]


def columns(entity: Entity, options: Options, alias: str) -> list[sql.Composable]:
    """The id, the keys of an observation, then the chosen properties."""
    found = [fill(entity.properties["id"].template, a=alias)]
    if entity is OBSERVATION:
        found += [sql.Identifier(alias, name) for name in KEYS]
    for entry in chosen(entity, options):
        text = fill(entry.template, a=alias)
        found.append(sql.SQL(_OUT.get(entry.kind, "{}")).format(text))  # type: ignore[arg-type]
    return found


def read(entity: Entity, options: Options, record: tuple[Any, ...]) -> Row:
    """A record with the columns of :func:`columns`."""
    number, *rest = record
    key: tuple[Any, ...] = ()
    if entity is OBSERVATION:
        key, rest = tuple(rest[: len(KEYS)]), rest[len(KEYS) :]
    values = {
        entry.name: shown(entry, value)
        for entry, value in zip(chosen(entity, options), rest, strict=True)
    }
    return Row(int(number), values, key)


def shown(entry: Property, value: Any) -> Any:
    """A value of the database as JSON has it."""
    if value is None:
        return None
    if entry.kind in ("json", "geometry"):
        return orjson.Fragment(value)
    if isinstance(value, datetime):
        return moment(value)
    return int(value) if entry.name == "id" else value


def moment(value: datetime) -> str:
    """ISO 8601 with Z; parts of a second only when there are any."""
    return value.isoformat().replace("+00:00", "Z")
