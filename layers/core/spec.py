"""What a layer says about itself. Data only: this module imports no models."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from django.utils.functional import Promise

from .registry import Registry

Text = str | Promise
FieldType = Literal["text", "integer", "number", "boolean", "datetime", "date"]
Geometry = Literal["point", "line", "polygon", "mixed"]
SourceKind = Literal["live", "table", "function"]

SLUG = re.compile(r"^[a-z][a-z0-9_]{1,40}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a layer's relation and everything the rest may do with it.

    ``unit`` is shown beside every value (``kn``, ``°``, ``m``). ``mask`` names a
    permission (``app.codename``) without which the value is left out everywhere:
    it is never put into tiles, since tiles are shared between users.
    """

    name: str
    type: FieldType
    title: Text
    unit: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    tile: bool = False
    filter: bool = False
    search: bool = False
    export: bool = True
    drawer: bool = True
    mask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpec:
    """How tiles of the layer are made.

    ``live`` is drawn from the arrays in memory, ``table`` by ``ST_AsMVT`` over the
    layer's relation, ``function`` by a PostGIS function ``(z, x, y, json)``.
    ``buffer`` is in tile units of 1/4096. ``simplify`` maps an upper zoom to a
    tolerance in web-mercator metres. ``labels`` adds a vector layer
    ``<slug>_label`` with one point per feature, since a polygon that spans tiles
    would be labelled in each of them.
    """

    kind: SourceKind = "table"
    minzoom: int = 0
    maxzoom: int = 22
    buffer: int = 64
    simplify: tuple[tuple[int, float], ...] = ()
    function: str = ""
    labels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSpec:
    """How a row belongs to administrative units.

    ``unit``: ``column`` holds one unit id; ``units``: an array of unit ids;
    ``open``: everyone who may see the layer sees every row.
    """

    kind: Literal["unit", "units", "open"] = "unit"
    column: str = "unit_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A kind of map data.

    ``relation`` is a table or view with the columns ``id bigint``,
    ``geom geometry(…, 4326)``, ``shape geometry(…, 3857)``, ``title text``,
    the scope column, and one column per entry of ``fields``. A live layer's
    relation has besides ``seq bigint``, ``x``/``y double precision`` (web-mercator
    metres) and ``at timestamptz``. The layer at a past time comes from ``history``
    (the event table that django-pghistory keeps of the model) or from ``as_of``,
    an SQL function ``(timestamptz)`` returning id, title, geom, the scope column
    and the fields.
    ``ingest`` is the dotted path of the function that writes observations.
    """

    slug: str
    title: Text
    group: Text
    icon: str
    geometry: Geometry
    model: str
    relation: str
    fields: tuple[Field, ...]
    order: int = 100
    tile: TileSpec = field(default_factory=TileSpec)
    scope: ScopeSpec = field(default_factory=ScopeSpec)
    as_of: str = ""
    history: str = ""
    freshness: timedelta | None = None
    time_field: str = ""
    ingest: str = ""
    demo_order: int = 100
    visible: bool = True
    readers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    source: Text = ""

    @property
    def label_layer(self) -> str:
        """Name of the vector layer of label points."""
        return f"{self.slug}_label"

    @property
    def app_label(self) -> str:
        return self.model.split(".")[0]

    @property
    def permission(self) -> str:
        """The Django permission that lets a user see the layer."""
        app_label, model = self.model.lower().split(".")
        return f"{app_label}.view_{model}"

    @property
    def columns(self) -> dict[str, Field]:
        return {entry.name: entry for entry in self.fields}

    @property
    def tile_fields(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields if entry.tile and not entry.mask)

    @property
    def filter_fields(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields if entry.filter)

    @property
    def search_fields(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields if entry.search)


registry: Registry[Layer] = Registry("layer")


def by_role(role: str) -> Layer:
    """The one layer that plays ``role`` (``administrative-units``, ``alerts`` …)."""
    for layer in registry.values():
        if role in layer.roles:
            return layer
    raise LookupError(f"no layer plays the role {role!r}")
