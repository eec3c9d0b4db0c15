"""The zones of a rule as columns: where they are and when they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .geometry import edges
from .search import Bools, Floats, Ints, Objects, Search

# Bits below are the zone, bits above the rule's place among those put together.
SHIFT = 48
ZONE = (1 << SHIFT) - 1


@dataclass(slots=True, kw_only=True)
class Zones:
    """Zones of one rule: columns of length z, ordered by ``id`` and ``starts``.

    An entry is a zone with one span of time in which it holds: from ``starts`` to
    before ``ends``, seconds since 1970 UTC (a season has an entry for each year).
    ``version`` names the exact shape and beginning (a hash), so an edited zone is
    another version. ``area`` are prepared polygons in degrees; of a line, the side
    beyond it, with ``shadow``, where the line says nothing (else None). ``edge`` are
    outlines and lines in web mercator. ``changed`` is when the row was edited,
    ``gone_at`` when the layer was: what is no longer here went then. ``number`` and
    ``legal_basis`` are the version and the law as people know them. ``everywhere``: the
    rule has no zones (which is not the same as zones of which none is in force).
    Zones of several rules put together (see ``uniting``) have the rule's place above
    the bits of their number, and in ``gone_by_rule`` what ``gone_at`` is for each.
    """

    id: Ints
    version: Ints
    title: list[str]
    area: Objects
    starts: Floats = field(default_factory=lambda: np.zeros(0))
    ends: Floats = field(default_factory=lambda: np.zeros(0))
    changed: Floats = field(default_factory=lambda: np.zeros(0))
    number: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    legal_basis: list[str] = field(default_factory=list)
    edge: Objects = field(default_factory=lambda: np.zeros(0, dtype=object))
    shadow: Objects = field(default_factory=lambda: np.zeros(0, dtype=object))
    gone_at: float = np.inf
    gone_by_rule: Floats = field(default_factory=lambda: np.zeros(0))
    everywhere: bool = False
    _memo: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        z = len(self.id)
        for name, blank in (
            ("starts", -np.inf),
            ("ends", np.inf),
            ("changed", np.inf),
            ("number", 0),
            ("shadow", None),
        ):
            if len(getattr(self, name)) != z:
                setattr(self, name, np.full(z, blank))
        if len(self.legal_basis) != z:
            self.legal_basis = [""] * z
        if len(self.edge) != z:
            self.edge = edges(self.area)

    def __len__(self) -> int:
        return len(self.id)

    def keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """``make()``, made once for these zones."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]

    @property
    def search(self) -> Search:
        """An index over the areas."""
        return self.keep("search", lambda: Search(self.area))  # type: ignore[no-any-return]

    def gone(self, zone_id: Ints) -> Floats:
        """When each of these zones went, if it is no longer here."""
        if len(self.gone_by_rule):
            return np.asarray(self.gone_by_rule[zone_id >> SHIFT])
        return np.full(len(zone_id), self.gone_at)

    def entry(self, zone_id: Ints, version: Ints) -> Ints:
        """The entry of each (zone, version), -1 where there is none. Shape (k,)."""
        return self._spot(zone_id, lambda at: self.version[at] == version)

    def entry_at(self, zone_id: Ints, at: Floats) -> Ints:
        """The entry of each zone that holds at ``at``, -1 where none does."""
        return self._spot(
            zone_id, lambda spot: (self.starts[spot] <= at) & (at < self.ends[spot])
        )

    def _spot(self, zone_id: Ints, fits: Callable[[Ints], Bools]) -> Ints:
        found = np.full(len(zone_id), -1, dtype=np.int64)
        if not len(self):
            return found
        first = np.searchsorted(self.id, zone_id)
        _ids, most = np.unique(self.id, return_counts=True)
        for shift in range(int(most.max())):
            spot = np.minimum(first + shift, len(self) - 1)
            hit = (self.id[spot] == zone_id) & (found < 0) & fits(spot)
            found[hit] = spot[hit]
        return found

    def holds(self, entry: Ints, at: Floats) -> Bools:
        """Whether each entry holds at its moment."""
        return (self.starts[entry] <= at) & (at < self.ends[entry])


def no_zones() -> Zones:
    empty = np.zeros(0, dtype=np.int64)
    return Zones(
        id=empty,
        version=empty,
        title=[],
        area=np.zeros(0, dtype=object),
        everywhere=True,
    )
