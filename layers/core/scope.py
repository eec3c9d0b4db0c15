"""Who may see which rows: one rule for tiles, API, search, export, live and pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from psycopg import sql

from .spec import Layer, registry

Beyond = Literal["nothing", "shared", "everything"]


@dataclass(frozen=True)
class Grant:
    """What one caller may see. ``units`` None: every row, those of no unit too.

    ``units`` holds the ids granted and all units below them. ``masks`` are the
    permissions for personal fields that the caller holds. ``beyond`` is about what
    is no layer (tables and files that an administrator published): nothing for
    credentials that name their layers, what is shared with everyone signed in, or
    everything for whoever sees the whole province.
    """

    user_id: int | None = None
    layers: frozenset[str] = frozenset()
    units: frozenset[int] | None = frozenset()
    masks: frozenset[str] = field(default_factory=frozenset)
    beyond: Beyond = "shared"

    def allows(self, layer: Layer) -> bool:
        return layer.slug in self.layers

    @property
    def visible_layers(self) -> list[Layer]:
        return [layer for layer in registry.values() if layer.slug in self.layers]

    @cached_property
    def units_key(self) -> str:
        """Short name of the set of units: equal sets share cached tiles."""
        if self.units is None:
            return "all"
        listed = ",".join(map(str, sorted(self.units)))
        return hashlib.blake2b(listed.encode(), digest_size=8).hexdigest()

    def cache_key(self, layer: Layer) -> str:
        return "open" if layer.scope.kind == "open" else self.units_key

    def sees_unit(self, unit_id: int | None) -> bool:
        return self.units is None or unit_id in self.units


NOBODY = Grant(beyond="nothing")


def everything() -> Grant:
    """The grant of the system itself: commands, rules, hand-over export."""
    return Grant(layers=frozenset(registry), units=None, beyond="everything")


def condition(
    layer: Layer, grant: Grant, alias: str = ""
) -> tuple[sql.Composable, list[object]]:
    """SQL condition and its parameters that keep to the grant's rows."""
    if not grant.allows(layer):
        return sql.SQL("false"), []
    if layer.scope.kind == "open" or grant.units is None:
        return sql.SQL("true"), []
    name = (alias, layer.scope.column) if alias else (layer.scope.column,)
    operator = "= ANY" if layer.scope.kind == "unit" else "&& "
    return (
        sql.SQL("{} " + operator + "(%s::bigint[])").format(sql.Identifier(*name)),
        [sorted(grant.units)],
    )


def readable(layer: Layer, grant: Grant) -> list[str]:
    """Names of the fields that the caller may read."""
    return [
        entry.name
        for entry in layer.fields
        if not entry.mask or entry.mask in grant.masks
    ]


def layers_named(slugs: Iterable[str]) -> frozenset[str]:
    return frozenset(slugs) & frozenset(registry)
