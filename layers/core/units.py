"""Administrative units as the rest of the system needs them.

Which layer holds them is found by its role; its relation has the columns
``id, parent_id, code, title, kind, valid_from, valid_to, area_km2, population,
geom``. What became of ended units is in the table ``<app>_lineage`` (``old_id,
new_id, share_people, share_area, basis``). What belongs to a unit and must go on
with its successors registers a :class:`Follower`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.db import connection
from django.utils import timezone
from psycopg import sql

from .db import execute
from .registry import Registry
from .spec import by_role
from .versions import cached_by_version

ROLE = "administrative-units"


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit without its geometry. ``valid_to`` is the last day, or None."""

    id: int
    parent_id: int | None
    code: str
    title: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    area_km2: float | None = None
    population: int | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Descent:
    """What part of an old unit became part of a new one: shares from 0 to 1 of the
    old unit's people and area. ``basis`` says how they are known."""

    old_id: int
    new_id: int
    share_people: float
    share_area: float
    basis: str


@dataclass(frozen=True, slots=True)
class Follower:
    """Takes what belongs to units that end over to their successors.

    ``run(day, heirs)`` is called on the change day in the transaction that switches
    the units; ``heirs`` maps each unit that ended the day before to its successors,
    the one with most people first. Called again it must change nothing. It returns
    how many rows it moved.
    """

    slug: str
    order: int
    run: Callable[[date, dict[int, list[Descent]]], int]


followers: Registry[Follower] = Registry("follower of units")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who answers for a unit. ``role``: leader, field or duty; ``on_duty``:
    by the roster, at the time asked for. ``phones`` and ``email`` are personal: they
    are for those who hold ``mask``."""

    unit_id: int
    person: str
    position: str
    role: str
    field: str
    on_duty: bool
    user_id: int | None
    phones: tuple[str, ...]
    email: str
    mask: str

    def shown(self, masks: frozenset[str]) -> Contact:
        """As those see it who hold these permissions."""
        return self if self.mask in masks else replace(self, phones=(), email="")


@dataclass(frozen=True, slots=True)
class Roster:
    """Knows who answers for units: ``run(unit ids, at)``, of each unit whoever is on
    duty first."""

    slug: str
    order: int
    run: Callable[[Collection[int], datetime], list[Contact]]


rosters: Registry[Roster] = Registry("roster of units")


def responsible(unit_id: int, at: datetime | None = None) -> list[Contact]:
    """Who answers for a unit at a time (now), whoever is on duty first, then duty
    contacts, leaders and those for a field. A unit of which nothing is known is
    answered for by the one above."""
    return answering([unit_id], at)[unit_id]


def answering(
    unit_ids: Collection[int], at: datetime | None = None
) -> dict[int, list[Contact]]:
    """:func:`responsible` of many units, asked for at once."""
    at = at or timezone.now()
    chains = {unit: [n.id for n in tree().ancestors(unit)] for unit in unit_ids}
    named = {node_id for chain in chains.values() for node_id in chain}
    known: dict[int, list[Contact]] = defaultdict(list)
    for entry in rosters.values():
        for contact in entry.run(named, at):
            known[contact.unit_id].append(contact)
    return {
        unit: next((known[node_id] for node_id in chain if node_id in known), [])
        for unit, chain in chains.items()
    }


class UnitTree:
    """All units that ever were, with their parents."""

    def __init__(self, nodes: Iterable[UnitNode]) -> None:
        self.nodes = {node.id: node for node in nodes}

    @cached_property
    def children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for node in self.nodes.values():
            if node.parent_id is not None:
                found[node.parent_id].append(node.id)
        return found

    def expand(self, roots: Iterable[int]) -> frozenset[int]:
        """The ids of ``roots`` and of everything below them."""
        found: set[int] = set()
        pending = [root for root in roots if root in self.nodes]
        while pending:
            unit_id = pending.pop()
            if unit_id not in found:
                found.add(unit_id)
                pending += self.children.get(unit_id, [])
        return frozenset(found)

    def ancestors(self, unit_id: int | None) -> list[UnitNode]:
        """The unit itself first, the province last."""
        chain: list[UnitNode] = []
        while unit_id is not None and unit_id in self.nodes and len(chain) < 9:
            node = self.nodes[unit_id]
            chain.append(node)
            unit_id = node.parent_id
        return chain

    def codes(self, kind: str, day: date | None = None) -> dict[str, int]:
        """Code -> id of the units of a kind valid on ``day`` (today).

        A code without a date names nothing: codes have been used again.
        """
        day = day or timezone.localdate()
        return {
            node.code: node.id
            for node in self.nodes.values()
            if node.kind == kind and node.valid_on(day)
        }

    def title(self, unit_id: int | None) -> str:
        node = self.nodes.get(unit_id) if unit_id is not None else None
        return node.title if node else ""


@cached_by_version(ROLE)
def tree() -> UnitTree:
    """The unit tree, read again whenever the units layer has changed."""
    relation = sql.Identifier(by_role(ROLE).relation)
    query = sql.SQL(
        "SELECT id, parent_id, code, title, kind, valid_from, valid_to, area_km2,"
        " population FROM {}"
    ).format(relation)
    with connection.cursor() as cursor:
        execute(cursor, query)
        return UnitTree(UnitNode(*row) for row in cursor.fetchall())


@cached_by_version(ROLE)
def lineage() -> list[Descent]:
    """Every line of descent, read again whenever the units layer has changed."""
    table = sql.Identifier(f"{by_role(ROLE).app_label}_lineage")
    query = sql.SQL(
        "SELECT old_id, new_id, share_people, share_area, basis FROM {}"
        " ORDER BY old_id, share_people DESC, new_id"
    ).format(table)
    with connection.cursor() as cursor:
        execute(cursor, query)
        return [Descent(*row) for row in cursor.fetchall()]


def choices(day: date | None = None) -> list[tuple[int, str]]:
    """(id, title) of the units valid on ``day`` (today), for forms."""
    day = day or timezone.localdate()
    units = tree()
    valid = [node for node in units.nodes.values() if node.valid_on(day)]
    return sorted(
        (
            (
                node.id,
                " · ".join(part.title for part in units.ancestors(node.id)[:2]),
            )
            for node in valid
        ),
        key=lambda choice: choice[1],
    )


def containing(lon: float, lat: float, at: datetime | None = None) -> int | None:
    """The smallest unit valid at ``at`` (now) whose polygon holds the point."""
    day = timezone.localdate(at) if at else timezone.localdate()
    query = sql.SQL(
        "SELECT id FROM {} WHERE ST_Intersects(geom, ST_Point(%s, %s, 4326))"
        " AND coalesce(valid_from, '-infinity') <= %s"
        " AND coalesce(valid_to, 'infinity') >= %s"
        " ORDER BY ST_Area(geom) LIMIT 1"
    ).format(sql.Identifier(by_role(ROLE).relation))
    with connection.cursor() as cursor:
        execute(cursor, query, [lon, lat, day, day])
        row = cursor.fetchone()
    return row[0] if row else None


def nearest(lon: float, lat: float, at: datetime | None = None) -> int | None:
    """The containing unit, or for a point at sea the nearest valid commune."""
    found = containing(lon, lat, at)
    if found is not None:
        return found
    day = timezone.localdate(at) if at else timezone.localdate()
    query = sql.SQL(
        "SELECT id FROM {} WHERE kind = 'commune' AND geom IS NOT NULL"
        " AND coalesce(valid_from, '-infinity') <= %s"
        " AND coalesce(valid_to, 'infinity') >= %s"
        " ORDER BY geom <-> ST_Point(%s, %s, 4326) LIMIT 1"
    ).format(sql.Identifier(by_role(ROLE).relation))
    with connection.cursor() as cursor:
        execute(cursor, query, [day, day, lon, lat])
        row = cursor.fetchone()
    return row[0] if row else None
