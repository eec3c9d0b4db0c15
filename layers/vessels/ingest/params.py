"""Parameters of judging, with Global Fishing Watch's figures where it has any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings

KNOT = 1852 / 3600  # metres a second


@dataclass(frozen=True, slots=True)
class Params:
    """Overridden by the entries of the setting ``IOC_SEGMENT``.

    ``gap_s``: a silence that ends a segment. ``max_knots``: how fast the difference
    between the reckoned and the reported place may grow; ``slack_s``: its start, for
    clocks that disagree. ``hard_knots``, ``fishing_knots``, ``aircraft_knots``:
    speed between two fixes that nothing excuses, over at least ``floor_s``.
    ``reckon_s``: how long a course is held. ``spread_knots``: usual error of
    reckoning, to choose between tracks; ``other_kind`` the cost of a change between
    class A and class B, ``doubt`` how much likelier a track must be without its last
    fixes than with them to lose them, both natural logarithms. ``open_fixes`` within
    at least ``open_s``: what makes strays a track. ``max_open``: tracks under one
    identity. ``memory``: fixes of a track that may still be doubted; ``strays``: fixes
    that are believed after all when they make a track. ``tail_s``, ``tail_fixes``: how
    far fixes may arrive out of order. ``frozen_fixes`` at one place while the speed
    claimed would lead ``frozen_m`` away are FROZEN. ``land_m``: how far inland a ship
    can be. ``distress_s``: silence after which a call for help is a new one.
    """

    gap_s: float = 8 * 3600.0
    max_knots: float = 25.0
    slack_s: float = 60.0
    hard_knots: float = 50.0
    fishing_knots: float = 30.0
    aircraft_knots: float = 600.0
    floor_s: float = 60.0
    reckon_s: float = 3600.0
    spread_knots: float = 5.0
    other_kind: float = 2.3
    doubt: float = 3.0
    open_fixes: int = 4
    open_s: float = 60.0
    max_open: int = 20
    memory: int = 4
    strays: int = 32
    tail_s: float = 20.0
    tail_fixes: int = 24
    frozen_m: float = 500.0
    frozen_fixes: int = 3
    land_m: float = 500.0
    distress_s: float = 1800.0


@cache
def params() -> Params:
    """The parameters of this installation."""
    return replace(Params(), **settings.IOC_SEGMENT)
