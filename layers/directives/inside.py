"""What is inside an area, and who could come: units and who answers for them, what
every layer has there, people.

Nothing here knows a layer: what is a state, what is summed up and what can be sent
is declared by the layers (:mod:`layers.core.assets`). A caller is told of what they
may see, and nothing of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from layers.core import params, queries, units
from layers.core.areas import area_km2
from layers.core.db import execute
from layers.core.params import Wanted
from layers.core.scope import Grant, condition
from layers.core.spec import Layer, by_role
from layers.core.units import Contact

# So many features of a layer are named, so many people of a unit.
NAMED = 40
PEOPLE = 2
# A sliver of a unit is not enough to make it a lead: of the unit, or of the area.
LEAST_SHARE = 0.01
# With more units than this the order goes to those above them.
MOST_LEADS = 20
_SQL = Path(__file__).parent / "sql"
_UNITS = (_SQL / "inside_units.sql").read_text()
_ASSETS = (_SQL / "inside_assets.sql").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInside:
    """A commune that the area touches. ``share``: part of the unit that lies in the
    area, 0 to 1; ``of_area``: part of the area that is the unit's; ``people``: its
    population by that share, an estimate. ``near``: not touched, but the nearest.
    ``whole``: the place has no extent, and people are those of all the unit."""

    unit_id: int
    title: str
    share: float
    of_area: float
    people: int | None
    contacts: tuple[Contact, ...]
    near: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One feature inside; ``state`` in words."""

    id: int
    title: str
    state: str
    stale: bool
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """What a layer has inside: ``states`` (title, how many), most first; ``sums``
    (title, unit, sum); the first ``items`` by name."""

    layer: Layer
    count: int
    stale: int
    states: tuple[tuple[str, int], ...]
    sums: tuple[tuple[str, str, float], ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """``people``: of all units by share of area, None when no unit says how many it
    has. ``leads``: units that the order would go to."""

    units: tuple[UnitInside, ...]
    assets: tuple[Assets, ...]
    people: int | None
    area_km2: float
    leads: tuple[int, ...]


def content(grant: Grant, geom: Any, at: datetime | None = None) -> Content:
    """What the caller may see inside ``geom`` (GEOS or shapely, degrees), now or as it
    stood at ``at``. Layers that keep no history are left out of a past moment."""
    shape = shapely.from_wkb(bytes(getattr(geom, "wkb", geom)))
    found = _units(grant, shape, at)
    known = [unit.people for unit in found if unit.people is not None]
    return Content(
        units=tuple(found),
        assets=tuple(_assets(grant, shape.wkb, at)),
        people=sum(known) if known else None,
        area_km2=round(area_km2(shape), 3),
        leads=leads_of(found),
    )


def leads_of(found: list[UnitInside]) -> tuple[int, ...]:
    """The units that an order about the area goes to: those with more than a sliver
    of it; of very many, those above them."""
    chosen = [
        unit.unit_id
        for unit in found
        if max(unit.share, unit.of_area) >= LEAST_SHARE or unit.near
    ]
    if len(chosen) <= MOST_LEADS:
        return tuple(chosen)
    return tuple(dict.fromkeys(map(_above, chosen)))


def _above(unit_id: int) -> int:
    """The unit above that is in force today: ended ones stay as groups only."""
    today = timezone.localdate()
    above = units.tree().ancestors(unit_id)[1:]
    return next((node.id for node in above if node.valid_on(today)), unit_id)


def _units(
    grant: Grant, shape: shapely.Geometry, at: datetime | None
) -> list[UnitInside]:
    layer = by_role(units.ROLE)
    source, values = queries.relation(layer, at)
    where, scoped = condition(layer, grant, "u")
    statement = sql.SQL(_UNITS).format(units=source, scope=where)
    with connection.cursor() as cursor:
        execute(cursor, statement, [shape.wkb, *values, *scoped])
        rows = cursor.fetchall()
    near = not rows and grant.allows(layer)
    if near:
        place = shape.representative_point()
        nearest = units.nearest(place.x, place.y, at)
        rows = [] if nearest is None else [(nearest, 0.0, 0.0)]
    people = units.answering([row[0] for row in rows], at)
    whole = not near and not shape.area
    return [
        replace(_unit(grant, *row, contacts=people[row[0]], near=near), whole=whole)
        for row in rows
    ]


def _unit(
    grant: Grant,
    unit_id: int,
    share: float,
    of_area: float,
    *,
    contacts: list[Contact],
    near: bool,
) -> UnitInside:
    node = units.tree().nodes[unit_id]
    population = node.population
    return UnitInside(
        unit_id=unit_id,
        title=node.title,
        share=share,
        of_area=of_area,
        people=None if population is None else round(population * share),
        contacts=tuple(c.shown(grant.masks) for c in contacts[:PEOPLE]),
        near=near,
    )


def _assets(grant: Grant, wkb: bytes, at: datetime | None) -> list[Assets]:
    """Layers of points, in the order of the menu; those with nothing there too, since
    that nothing is there is an answer."""
    found = []
    for layer in grant.visible_layers:
        if layer.geometry == "point":
            try:
                found.append(_of_layer(layer, grant, wkb, at))
            except queries.NoHistory:
                continue
    return found


def _of_layer(layer: Layer, grant: Grant, wkb: bytes, at: datetime | None) -> Assets:
    where, scoped = condition(layer, grant)
    recent, bound = params.condition(layer, Wanted(at=at))
    source, values = queries.relation(layer, at)
    summed = [layer.columns[name] for name in layer.assets.sums]
    stale, since = _stale(layer, at)
    # the spatial index of what moves is over the mercator place; history has none
    column, srid = ("shape", 3857) if at is None else ("geom", 4326)
    statement = sql.SQL(_ASSETS).format(
        relation=source,
        state=_state(layer),
        stale=stale,
        summed=sql.SQL("").join(
            sql.SQL(", f.{}").format(sql.Identifier(e.name)) for e in summed
        ),
        sums=sql.SQL("").join(
            sql.SQL(", coalesce(sum({}), 0)").format(sql.Identifier(e.name))
            for e in summed
        ),
        scope=where,
        recent=recent,
        shape=sql.Identifier(column),
        srid=sql.Literal(srid),
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [*since, *values, wkb, *scoped, *bound, NAMED])
        (count, old, *sums), states, items = cursor.fetchone()
    names = _state_names(layer)
    return Assets(
        layer=layer,
        count=count,
        stale=old,
        states=_counted(layer, states or {}, names),
        sums=tuple(
            (str(entry.title), str(entry.unit), float(value))
            for entry, value in zip(summed, sums, strict=True)
        ),
        items=tuple(
            Item(id_, title, names.get(state or "", state or ""), bool(is_old), x, y)
            for id_, title, state, is_old, x, y in items or ()
        ),
    )


def _state(layer: Layer) -> sql.Composable:
    if not layer.assets.state:
        return sql.SQL("NULL::text")
    return sql.SQL("f.{}::text").format(sql.Identifier(layer.assets.state))


def _stale(layer: Layer, at: datetime | None) -> tuple[sql.Composable, list[Any]]:
    """Not heard of for longer than the layer's freshness."""
    if layer.freshness is None:
        return sql.SQL("false"), []
    limit = (at or timezone.now()) - layer.freshness
    column = sql.Identifier(layer.time_field)
    return sql.SQL("coalesce(f.{} < %s, true)").format(column), [limit]


def _state_names(layer: Layer) -> dict[str, str]:
    entry = layer.columns.get(layer.assets.state)
    return {value: str(title) for value, title in entry.choices} if entry else {}


def _counted(
    layer: Layer, states: dict[str, int], names: dict[str, str]
) -> tuple[tuple[str, int], ...]:
    if not layer.assets.state:
        return ()
    ordered = sorted(states.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        (names.get(value, value) or _("not known"), count) for value, count in ordered
    )
