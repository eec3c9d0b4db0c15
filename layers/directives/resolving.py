"""Who is meant: the addressees of a step at a place.

No layer is named here: playbooks name them, by role or slug. The system looks, so
that an order reaches whoever it must; what a reader may see of it is decided where
it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import singledispatch
from typing import Any

import shapely
from django.utils import timezone

from layers.core import nearby, units
from layers.core.areas import circle
from layers.core.scope import everything
from layers.core.spec import Layer, by_role
from layers.core.units import Contact

from .addressing import (
    ContainingUnit,
    Inside,
    Nearest,
    Role,
    To,
    UnitAbove,
    UnitOfFeature,
    UnitsInside,
)
from .checking import layer_named
from .playbooks import Step
from .within import owners, within

Feature = tuple[str, int | None, str]
NO_FEATURE: Feature = ("", None, "")
# Communes that one area may touch before it is no area for a single order.
MOST_UNITS = 200
# So many features of a unit are named in its task.
NAMED = 8


class AddressError(ValueError):
    """A playbook names what is not there; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is: a point (degrees) and perhaps an area around it (degrees),
    the feature it is about and that feature's unit."""

    lon: float | None = None
    lat: float | None = None
    area: shapely.Geometry | None = None
    feature: Feature = NO_FEATURE
    feature_unit: int | None = None

    @classmethod
    def of(
        cls,
        geom: Any,
        *,
        around_km: float | None = None,
        feature: Feature = NO_FEATURE,
        feature_unit: int | None = None,
    ) -> Place:
        """Of a geometry (GEOS or shapely, degrees): a point, or each of several, may
        get a circle of ``around_km``; an area is taken as it is."""
        if geom is None:
            return cls(feature=feature, feature_unit=feature_unit)
        shape = shapely.from_wkb(bytes(geom.wkb))
        point = shape.representative_point()
        area = shape if shape.area > 0 else None
        if area is None and around_km:
            points = shapely.get_coordinates(shape)
            area = shapely.union_all([circle(x, y, around_km) for x, y in points])
        return cls(
            lon=point.x,
            lat=point.y,
            area=area,
            feature=feature,
            feature_unit=feature_unit,
        )

    def unit(self, at: datetime | None = None) -> int | None:
        """The unit around the place, at sea the nearest; without a place that of
        the feature."""
        if self.lon is None or self.lat is None:
            return self.feature_unit
        return units.nearest(self.lon, self.lat, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A unit with its task. ``feature``: layer, id and title of what is addressed
    through the unit; ``agency``: name of an agency at the centre; ``contact``: who
    answers for the unit; ``distance_m``: of the feature from the place."""

    unit_id: int
    co_units: tuple[int, ...] = ()
    feature: Feature = NO_FEATURE
    agency: str = ""
    contact: Contact | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    place: Place
    at: datetime
    contacts: dict[int, list[Contact]] = field(default_factory=dict)


def addressees(step: Step, place: Place, at: datetime | None = None) -> list[Addressee]:
    """Whom a step addresses, each unit and feature once; empty: nobody.

    Raises AddressError for a layer that is not there, FilterError for a filter.
    """
    asked = _Asked(place, at or timezone.now())
    leads = list(dict.fromkeys(found(step.to, asked)))
    if getattr(step.to, "per", "feature") == "unit":
        leads = _by_unit(leads)
    if getattr(step.to, "lead", "each") == "first" and leads:
        rest = dict.fromkeys(lead.unit_id for lead in leads[1:])
        leads = [replace(leads[0], co_units=tuple(rest))]
    helpers = [entry.unit_id for to in step.co for entry in found(to, asked)]
    named = units.answering({lead.unit_id for lead in leads}, asked.at)
    return [
        replace(
            lead,
            co_units=tuple(
                unit
                for unit in dict.fromkeys([*lead.co_units, *helpers])
                if unit != lead.unit_id
            ),
            contact=_contact(named[lead.unit_id], step.to.contact_field or lead.agency),
        )
        for lead in leads
    ]


def _by_unit(leads: list[Addressee]) -> list[Addressee]:
    """One for each unit: its features by name, the distance of the nearest."""
    mine: dict[int, list[Addressee]] = {}
    for lead in leads:
        mine.setdefault(lead.unit_id, []).append(lead)
    return [_joined(same) for same in mine.values()]


def _joined(same: list[Addressee]) -> Addressee:
    titles = [entry.feature[2] for entry in same]
    more = f" (+{len(titles) - NAMED})" if len(titles) > NAMED else ""
    layer = same[0].feature[0]
    return replace(same[0], feature=(layer, None, ", ".join(titles[:NAMED]) + more))


def _contact(known: list[Contact], wanted: str) -> Contact | None:
    """The officer for a field or an agency, else whoever comes first (on duty)."""
    of_field = [entry for entry in known if wanted and wanted in entry.field]
    return next(iter(of_field or known), None)


def layer_of(name: str) -> Layer:
    """A layer by its role or its slug. Raises AddressError."""
    layer = layer_named(name)
    if layer is None:
        raise AddressError(f"there is no layer {name!r}")
    return layer


@singledispatch
def found(to: To, asked: _Asked) -> list[Addressee]:
    """Those that one resolver finds, in order."""
    raise AddressError(f"nobody knows whom {to!r} means")


def _units(unit_id: int | None, **more: Any) -> list[Addressee]:
    return [] if unit_id is None else [Addressee(unit_id=unit_id, **more)]


@found.register
def _(to: ContainingUnit, asked: _Asked) -> list[Addressee]:
    return _units(asked.place.unit(asked.at))


@found.register
def _(to: UnitOfFeature, asked: _Asked) -> list[Addressee]:
    return _units(asked.place.feature_unit)


@found.register
def _(to: UnitAbove, asked: _Asked) -> list[Addressee]:
    place = asked.place
    own = place.feature_unit if to.of == "feature" else place.unit(asked.at)
    chain = units.tree().ancestors(own)
    return _units(chain[min(to.levels, len(chain) - 1)].id if chain else None)


@found.register
def _(to: Role, asked: _Asked) -> list[Addressee]:
    """Agencies are no units: the province answers for them."""
    place = asked.place
    own = place.unit(asked.at) or place.feature_unit
    chain = units.tree().ancestors(own)
    root = chain[-1].id if chain else _province(asked.at)
    return _units(root, agency=to.agency)


def _province(at: datetime) -> int | None:
    day = timezone.localdate(at)
    roots = (
        node.id
        for node in units.tree().nodes.values()
        if node.parent_id is None and node.valid_on(day)
    )
    return next(roots, None)


@found.register
def _(to: Nearest, asked: _Asked) -> list[Addressee]:
    layer, place = layer_of(to.layer), asked.place
    if place.lon is None or place.lat is None:
        return []
    near = nearby.nearest(
        layer,
        everything(),
        place.lon,
        place.lat,
        # the feature itself is not the help that it needs
        count=to.count + (layer.slug == place.feature[0]),
        within_m=to.within_km * 1_000,
        filter=to.filter,
    )
    own = place.feature[:2]
    rows = [entry for entry in near if (layer.slug, entry.feature["id"]) != own]
    whose = owners(layer, [entry.feature["id"] for entry in rows])
    return [
        lead
        for entry in rows[: to.count]
        for lead in _of_feature(
            layer,
            (entry.feature["id"], entry.feature["properties"]["title"]),
            whose.get(entry.feature["id"]),
            tuple(entry.feature["geometry"]["coordinates"]),
            entry.distance_m,
            asked.at,
        )
    ]


@found.register
def _(to: Inside, asked: _Asked) -> list[Addressee]:
    layer = layer_of(to.layer)
    return [
        lead
        for id_, title, unit, lon, lat, metres in within(
            layer, asked.place.area, to.filter, to.most
        )
        if (layer.slug, id_) != asked.place.feature[:2]
        for lead in _of_feature(layer, (id_, title), unit, (lon, lat), metres, asked.at)
    ]


@found.register
def _(to: UnitsInside, asked: _Asked) -> list[Addressee]:
    """Without an area, or with one at sea, the unit of the place."""
    layer = by_role(units.ROLE)
    rows = within(
        layer, asked.place.area, "kind = 'commune' AND current = true", MOST_UNITS
    )
    if not rows:
        return _units(asked.place.unit(asked.at))
    return [Addressee(unit_id=row[0]) for row in rows]


def _of_feature(
    layer: Layer,
    feature: tuple[int, str],
    unit: int | None,
    point: tuple[float, ...],
    metres: float,
    at: datetime,
) -> list[Addressee]:
    unit = unit or units.nearest(point[0], point[1], at)
    return _units(unit, feature=(layer.slug, *feature), distance_m=round(metres))
