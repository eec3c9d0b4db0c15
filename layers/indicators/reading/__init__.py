"""Reading figures: every page, file and answer of this layer is made of these.

The caller's grant comes first everywhere: nobody reads a figure outside their scope.
"""

from .comparing import compare
from .facts import AsOf, NotFound
from .lines import profile
from .maps import choropleth
from .passports import passport, series

__all__ = [
    "AsOf",
    "NotFound",
    "choropleth",
    "compare",
    "passport",
    "profile",
    "series",
]
