"""Values of a formula from those of its inputs, for many units and periods at once.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .parsing import Node, Ref

Floats = NDArray[np.float64]
Lookup = Callable[[Ref], Floats]


def inputs(node: Node) -> tuple[Ref, ...]:
    """Every figure that the formula reads, each once, in the order of the text."""
    found: dict[Ref, None] = {}
    _walk(node, found, before=False, newest=False)
    return tuple(found)


def denominators(node: Node) -> frozenset[str]:
    """Codes that ``per`` divides by."""
    own = {node.args[1].ref.code} if node.kind == "per" else set()
    return frozenset(own).union(*(denominators(arg) for arg in node.args))


def _walk(node: Node, found: dict[Ref, None], *, before: bool, newest: bool) -> None:
    if node.kind == "ref":
        found[replace(node.ref, before=before, newest=newest)] = None
    for n, arg in enumerate(node.args):
        if node.kind == "growth":
            _walk(arg, found, before=before, newest=newest)
        _walk(
            arg,
            found,
            before=before or node.kind in ("growth", "before"),
            newest=newest or (node.kind == "per" and n == 1),
        )


def evaluate(node: Node, lookup: Lookup) -> Floats:
    """Values, NaN where they are missing. ``lookup`` gives those of an input, all of
    one shape."""
    with np.errstate(all="ignore"):
        values = _value(node, lookup, before=False, newest=False)
        return np.where(np.isfinite(values), values, np.nan)


def _value(node: Node, lookup: Lookup, *, before: bool, newest: bool) -> Floats:
    def of(n: int, **changed: bool) -> Floats:
        state = {"before": before, "newest": newest, **changed}
        return _value(node.args[n], lookup, **state)

    match node.kind:
        case "number":
            return np.asarray(node.number)
        case "ref":
            return lookup(replace(node.ref, before=before, newest=newest))
        case "per":
            scale = node.args[2].number if len(node.args) > 2 else 1.0
            return of(0) / of(1, newest=True) * scale
        case "growth":
            base = of(0, before=True)
            # from below nought, growth has no meaning
            return np.where(base > 0, 100 * (of(0) / base - 1), np.nan)
        case "before":
            return of(0, before=True)
    return _PLAIN[node.kind](*(of(n) for n in range(len(node.args))))


_PLAIN: dict[str, Callable[..., Floats]] = {
    "neg": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "share": lambda part, whole: 100 * part / whole,
    "sum": lambda *rows: np.sum(np.broadcast_arrays(*rows), axis=0),
    "mean": lambda *rows: np.mean(np.broadcast_arrays(*rows), axis=0),
}
