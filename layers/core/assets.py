"""What a layer says of its features when an area is looked at for an order.

Data only, part of a layer's declaration (``Layer.assets``): which of its fields are a
state, which are summed up, and which of its features can be sent or can see.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

KMH_PER_KN = 1.852


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """Features that come to a place, or see it, found nearest first.

    ``filter`` is CQL2 over the layer's filter fields. ``cruise_kmh``: how fast they
    come if they do not move faster now (``speed`` names the field, knots); 0: they do
    not move. ``detour``: how much longer the way is than the straight line. ``reach``
    names the field that says how many metres one sees or serves from where it is.
    ``fresh``: only those heard of within the layer's freshness.
    """

    slug: str
    title: str | Promise
    icon: str
    filter: str = ""
    cruise_kmh: float = 0.0
    speed: str = ""
    detour: float = 1.0
    reach: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSpec:
    """``state``: the field by whose values features in an area are counted (of a
    camera, a ship). ``sums``: fields that are added up (pupils, beds)."""

    state: str = ""
    sums: tuple[str, ...] = ()
    forces: tuple[Force, ...] = ()
