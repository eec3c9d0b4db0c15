"""What a layer says about itself. Data only: this module imports no models."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from django.utils.functional import Promise

from .assets import AssetSpec
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
class GridSpec:
    """Grid aggregation: one point per occupied cell where a tile has too many.

    It applies up to ``maxzoom`` to tiles with more than ``threshold`` points in
    their own square, after scope and filter. The square is divided into ``cells``
    by ``cells``; the buffer does not count, so a point is in one tile only. A
    point that is alone in its cell stays as it is, in the vector layer
    ``<slug>``. The others become one point without id, at their mean place, in
    the vector layer ``<slug>_grid``. Its properties are ``count`` and, under the
    names of the two fields: the ``worst`` value, which is the one that comes last
    in ``ranks`` (values that are not listed are passed over), and the value that
    is ``dominant``, which is the most frequent one (of equals the least).
    """

    maxzoom: int = 8
    cells: int = 64
    threshold: int = 5_000
    worst: str = ""
    ranks: tuple[str | int, ...] = ()
    dominant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailSpec:
    """The last ``minutes`` of each feature of a live layer as a line.

    Read at the start from ``relation``, which has the columns ``id bigint``,
    ``at timestamptz`` and ``x``/``y double precision`` (web-mercator metres), and
    advanced by what moves. At most ``points`` places a feature are kept. A line
    is broken where nothing was heard for more than ``gap_minutes``. Drawn from
    ``minzoom`` on, in the vector layer ``<slug>_tail``, in tiles that at most
    ``most`` of them cross.
    """

    relation: str
    minutes: int = 60
    gap_minutes: int = 15
    points: int = 60
    minzoom: int = 9
    most: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpec:
    """How tiles of the layer are made.

    ``live`` is drawn from the arrays in memory, ``table`` by ``ST_AsMVT`` over the
    layer's relation, ``function`` by a PostGIS function ``(z, x, y, json)``.
    ``buffer`` is in tile units of 1/4096. ``bands`` are the zooms that have a
    generalised shape of their own, made on write; lower zooms draw the lowest,
    higher ones the full shape. ``labels`` adds a vector layer ``<slug>_label`` with
    one point per feature, since a polygon that spans tiles would be labelled in
    each of them. The relation has the columns of both (``bands.columns``).
    ``grid`` bounds what a tile of points holds, ``tail`` draws where a live feature
    came from. ``expires_s`` is for a relation that reads the clock: its tiles change
    without a row that changes, so they are made anew that often (0: never). Tiles of
    the lowest zooms, which every change touches, are made anew at most every
    ``overview_s`` seconds.
    """

    kind: SourceKind = "table"
    minzoom: int = 0
    maxzoom: int = 22
    buffer: int = 64
    bands: tuple[int, ...] = ()
    function: str = ""
    labels: bool = False
    grid: GridSpec | None = None
    tail: TailSpec | None = None
    expires_s: float = 0.0
    overview_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Which places of the map change with a row of a table.

    The table is named, or is that of the layer with ``role``. ``shape``: where the
    row's own geometry (3857, a column of the table) was and is. Otherwise the
    features of this layer whose ``feature`` equals the row's ``column``. Neither:
    the whole layer. ``late``: nothing is told, tiles show it when they are made anew
    (``TileSpec.expires_s``); for tables that are written all the time, whose writers
    must not wait for those of this layer.
    """

    table: str = ""
    role: str = ""
    shape: str = ""
    column: str = ""
    feature: str = "id"
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSpec:
    """How a row belongs to administrative units.

    ``unit``: ``column`` holds one unit id; ``units``: an array of unit ids;
    ``open``: everyone who may see the layer sees every row. ``over`` names a column
    of the model that is set once the row is past: it then stays with the unit of its
    time, while others go on with the units that follow.
    """

    kind: Literal["unit", "units", "open"] = "unit"
    column: str = "unit_id"
    over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSpec:
    """How rows serve as zones of rules: columns of the relation, "" where it has none.

    A row holds from the day ``valid_from`` to the day ``valid_to``, both included,
    and within that in the yearly season of the month-day texts ``season_from`` to
    ``season_to`` (:mod:`layers.core.periods`). ``beyond`` says of a line which side
    is the one beyond it, left or right as one goes along it. ``version`` and
    ``legal_basis`` are named as evidence; ``changed`` is when the row was edited.
    """

    valid_from: str = ""
    valid_to: str = ""
    season_from: str = ""
    season_to: str = ""
    beyond: str = ""
    version: str = ""
    legal_basis: str = ""
    changed: str = ""


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
    ``observations``: dotted path of the function that reads stored observations
    (:mod:`layers.core.observations`), for rules that are tried on past days or look
    back. ``category``: what alerts about its features are in CAP (``Transport``,
    ``Env`` …, see :mod:`layers.core.cap.model`).
    ``drawn``: dotted path of the function that makes a row of a shape that somebody
    has drawn elsewhere (:mod:`layers.core.drawn`). ``powers``: further permissions of
    the layer's app, each with the roles that have it.
    ``touched_by`` says what changes with the other tables that the relation reads;
    a table that is not mentioned changes the whole layer. ``zone`` says when rows
    hold, for rules that use them as zones. ``recent``: what is older by ``time_field``
    is shown, listed and counted only when a request names a time (``datetime``,
    ``at``) or ids. ``spellings``: dotted path of ``(text) -> list[str]``, what else
    to look for when somebody searches for the text (a code within it, say).
    ``trusted``: roles that read the masked fields without editing rows. ``personal``:
    permissions on personal data that are no fields of the layer.
    ``alike``: the field in which features agree that stand for each other (the level of
    a school): their drawer then shows the nearest alike and the catchment.
    ``beside``: its pages stand in the menu of further pages, not in the bar, which has
    room for what is opened many times a shift.
    ``drawer_role``: a row has no drawer of its own but opens that of the row with the
    same id of the layer that plays this role. ``assets``: what counts of its features
    when an area is looked at. ``evidence``: dotted path of the function that tells what
    an alert about a feature rests on (:mod:`layers.core.showing`).
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
    recent: timedelta | None = None
    ingest: str = ""
    observations: str = ""
    evidence: str = ""
    category: str = "Other"
    drawn: str = ""
    spellings: str = ""
    touched_by: tuple[Touch, ...] = ()
    zone: ZoneSpec = field(default_factory=ZoneSpec)
    demo_order: int = 100
    visible: bool = True
    readers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    powers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    roles: frozenset[str] = frozenset()
    alike: str = ""
    beside: bool = False
    drawer_role: str = ""
    assets: AssetSpec = field(default_factory=AssetSpec)
    source: Text = ""

    @property
    def label_layer(self) -> str:
        """Name of the vector layer of label points."""
        return f"{self.slug}_label"

    @property
    def grid_layer(self) -> str:
        """Name of the vector layer of aggregated points."""
        return f"{self.slug}_grid"

    @property
    def tail_layer(self) -> str:
        """Name of the vector layer of tails."""
        return f"{self.slug}_tail"

    @property
    def vector_layers(self) -> tuple[str, ...]:
        """Names of all vector layers that tiles of this layer may hold."""
        tile = self.tile
        more = (
            (tile.labels, self.label_layer),
            (tile.grid is not None, self.grid_layer),
            (tile.tail is not None, self.tail_layer),
        )
        return (self.slug, *(name for there, name in more if there))

    @property
    def app_label(self) -> str:
        return self.model.split(".")[0]

    @property
    def permission(self) -> str:
        """The Django permission that lets a user see the layer."""
        app_label, model = self.model.lower().split(".")
        return f"{app_label}.view_{model}"

    @property
    def masks(self) -> frozenset[str]:
        """The permissions on personal data of the layer."""
        return frozenset(entry.mask for entry in self.fields if entry.mask).union(
            self.personal
        )

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
    """The one layer that plays ``role`` (``administrative-units``, ``alarms`` …)."""
    for layer in registry.values():
        if role in layer.roles:
            return layer
    raise LookupError(f"no layer plays the role {role!r}")
