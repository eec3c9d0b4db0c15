"""Plans and where each should be today.

:mod:`.curves` says what part of a year's plan is due on a day, :mod:`.assessing`
judges a value by it, :mod:`.reader` does both for units and indicators.
"""

from .assessing import Outcome, Pace, assess
from .curves import LINEAR, Curve, curve, due
from .reader import PlanLine, curves_of, of

__all__ = [
    "LINEAR",
    "Curve",
    "Outcome",
    "Pace",
    "PlanLine",
    "assess",
    "curve",
    "curves_of",
    "due",
    "of",
]
