"""What part of an old unit became part of which new one. Pure: no database.

Shares are of the old unit's people and area and sum to 1 for every old unit, so that
casting keeps totals. Areas are compared on Lambert's cylindrical equal-area
projection of the sphere, which a few kilometres do not tell from the ellipsoid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import shapely

from layers.core.shares import apportion

Polygon = Any  # a shapely Polygon or MultiPolygon, lon/lat
Basis = Literal["whole", "census", "area", "estimate", "table"]
A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)

# Outlines of two sources never agree on a common border: a part of less than this
# share of the old unit's area is taken for that, not for a piece that changed hands.
LEAST = 0.03


@dataclass(frozen=True, slots=True)
class Share:
    """``people`` and ``area``: what part of ``old`` went to ``new``, 0 to 1."""

    old: Any
    new: Any
    people: float
    area: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Place:
    """People counted in a place finer than the units: a polygon or a point."""

    shape: Any
    people: float


def shares(
    old: Mapping[A, Polygon],
    new: Mapping[B, Polygon],
    people: Sequence[Place] | None = None,
    *,
    least: float = LEAST,
) -> list[Share]:
    """The descent that outlines tell, by old then new in the order given.

    An old unit that lies in one new unit went over whole. Of others, the area is
    that of the intersections, the people those of the ``people`` places in each
    (a place that is cut is divided by area); without any counted there, people are
    taken to be spread evenly. An old unit that touches no new one is left out.
    """
    pieces = _pieces(old, new, least)
    counted = _count([piece for _key, piece in pieces], people or ())
    by_old: dict[A, list[tuple[B, float, float]]] = defaultdict(list)
    for ((one, other), piece), number in zip(pieces, counted, strict=True):
        by_old[one].append((other, number, shapely.area(piece)))
    found: list[Share] = []
    for one in old:
        found += _of_one(one, by_old.get(one, []))
    return found


def _of_one(one: A, parts: Sequence[tuple[B, float, float]]) -> list[Share]:
    if len(parts) == 1:
        return [Share(one, parts[0][0], 1.0, 1.0, "whole")]
    people = sum(number for _new, number, _area in parts)
    area = sum(area for _new, _number, area in parts)
    return [
        Share(
            one,
            other,
            number / people if people else size / area,
            size / area,
            "census" if people else "area",
        )
        for other, number, size in parts
    ]


def of_parts(
    people: Mapping[A, Mapping[B, float]],
    area: Mapping[A, Mapping[B, float]],
    basis: Basis,
) -> list[Share]:
    """The descent that known parts tell: what each old unit gave to which new one, in
    any measure. What went to one new unit only went over whole, whatever ``basis``."""
    return [
        Share(
            one,
            other,
            people[one][other] / sum(people[one].values()),
            part / sum(parts.values()),
            basis if len(parts) > 1 else "whole",
        )
        for one, parts in area.items()
        for other, part in parts.items()
    ]


def _flat(shapes: Sequence[Any]) -> Any:
    """Lon/lat shapes on the equal-area plane, in radians."""

    def project(points: Any) -> Any:
        radians = np.radians(points)
        return np.column_stack([radians[:, 0], np.sin(radians[:, 1])])

    return shapely.transform(np.asarray(shapes, dtype=object), project)


def _pieces(
    old: Mapping[A, Polygon], new: Mapping[B, Polygon], least: float
) -> list[tuple[tuple[A, B], Any]]:
    """Intersections worth the name, on the plane, by old then new."""
    olds, news = _flat(list(old.values())), _flat(list(new.values()))
    tree = shapely.STRtree(news)
    first, second = tree.query(olds, predicate="intersects")
    common = shapely.intersection(olds[first], news[second])
    size = shapely.area(common)
    largest = np.zeros(len(olds))
    np.maximum.at(largest, first, size)
    # the largest part stays, however little of the old unit the new ones cover
    keep = (size >= least * shapely.area(olds)[first]) | (size == largest[first])
    keep &= size > 0
    names, others = list(old), list(new)
    chosen = sorted(zip(first[keep], second[keep], common[keep], strict=True))
    return [((names[i], others[j]), piece) for i, j, piece in chosen]


def _count(pieces: Sequence[Any], people: Sequence[Place]) -> list[float]:
    """The people of the places in each piece."""
    totals = np.zeros(len(pieces))
    if not people or not pieces:
        return list(totals)
    places = _flat([place.shape for place in people])
    numbers = np.array([place.people for place in people], dtype=float)
    at, within = shapely.STRtree(pieces).query(places, predicate="intersects")
    common = shapely.area(shapely.intersection(places[at], np.asarray(pieces)[within]))
    areas = shapely.area(places)[at]
    # a point lies in one piece wholly; on a border the first has it
    point = areas == 0
    first = np.zeros(len(at), bool)
    first[np.unique(at, return_index=True)[1]] = True
    part = np.where(point, first, common / np.where(point, 1.0, areas))
    np.add.at(totals, within, part * numbers[at])
    return [float(total) for total in totals]


def cast(
    values: Mapping[A, int], weights: Mapping[A, Mapping[B, float]]
) -> dict[A, dict[B, int]]:
    """Whole parts of whole values: those of one key sum to its value, to the person.

    Raises KeyError for a value without weights (0 needs none).
    """
    parts: dict[A, dict[B, int]] = {}
    for key, value in values.items():
        if value or key in weights:
            names = list(weights[key])
            whole = apportion([value], list(weights[key].values()))[0]
            parts[key] = dict(zip(names, map(int, whole), strict=True))
    return parts


def collect(parts: Mapping[A, Mapping[B, int]]) -> dict[B, int]:
    """The sums of the parts by the other key."""
    sums: dict[B, int] = defaultdict(int)
    for of_one in parts.values():
        for name, part in of_one.items():
            sums[name] += part
    return dict(sums)


def turned(parts: Mapping[A, Mapping[B, float]]) -> dict[B, dict[A, float]]:
    """The way back: what each of the others got from whom."""
    back: dict[B, dict[A, float]] = defaultdict(dict)
    for one, of_one in parts.items():
        for other, part in of_one.items():
            back[other][one] = part
    return dict(back)
