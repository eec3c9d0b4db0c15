"""Formulas of the catalogue: a small language over codes of indicators.

::

    expression = product {("+" | "-") product}
    product    = factor {("*" | "/") factor}
    factor     = number | "-" factor | figure | function | "(" expression ")"
    figure     = code [":" word | "[" name of a part "]"]
    function   = "per(" expression "," figure ["," number] ")"
               | "share(" expression "," expression ")"
               | "growth(" expression ")" | "before(" expression ")"
               | "sum(" expression {"," expression} ")" | "mean(" … ")"

All figures are of the same unit and period, with two exceptions. ``growth(a)`` is the
change of ``a`` in per cent of the same period a year before, which ``before(a)`` is
the value of. The denominator of ``per(a, denominator, scale)``, which is ``a`` /
denominator × scale, is that of the newest period that ends on or before the last day
of the figure's; where there is none, of the first one after it in the same calendar
year. ``share(a, b)`` is ``a`` in per cent of ``b``. What has a missing input, or is
divided by nought, is missing. A code alone is the whole, not a part.
"""

from .evaluating import evaluate, inputs
from .graph import CatalogueError, Graph
from .parsing import FormulaError, Node, Ref, parse

__all__ = [
    "CatalogueError",
    "FormulaError",
    "Graph",
    "Node",
    "Ref",
    "evaluate",
    "inputs",
    "parse",
]
