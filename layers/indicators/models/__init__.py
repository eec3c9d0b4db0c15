"""The catalogue, published figures with their origin, and the layer's view."""

from .catalogue import Direction, Indicator, IndicatorSet, Rollup, SetMember, Subsystem
from .figures import Basis, Fact, Latest, Vintage, Withdrawn
from .loads import Channel, Load
from .map import UnitFigures

__all__ = [
    "Basis",
    "Channel",
    "Direction",
    "Fact",
    "Indicator",
    "IndicatorSet",
    "Latest",
    "Load",
    "Rollup",
    "SetMember",
    "Subsystem",
    "UnitFigures",
    "Vintage",
    "Withdrawn",
]
