"""Counting figures from the layers of the map.

``Indicator.counted`` is one rule or a list of them, one for each part::

    {"layer": "schools", "facet": "pupils", "measure": "sum:pupils",
     "filter": "level = 'primary'"}

``measure`` is ``count``; ``sum:a``, ``mean:a``; ``share`` (rows that the CQL2
``filter`` keeps, in per cent of all); or ``ratio:a:b`` (sum of a in per cent of the
sum of b). A row counts for its own unit and for all above it. What a layer holds now
is a figure of the day. An indicator that adds up over the year counts the rows whose
time lies in the last whole day (where it is measured by the day or oftener) or month.
"""

from .publishing import Counted, count
from .rules import Rule, RuleError, rules

__all__ = ["Counted", "Rule", "RuleError", "count", "rules"]
