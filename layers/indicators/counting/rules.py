"""Rules by which a figure is counted from a layer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from layers.core import params
from layers.core.filters import FilterError
from layers.core.params import Wanted
from layers.core.spec import Layer, registry

# How many fields each measure names.
MEASURES = {"count": 0, "share": 0, "sum": 1, "mean": 1, "ratio": 2}

# rows kept by the filter, all rows, then sum and number of each field
Tally = tuple[float, ...]


class RuleError(ValueError):
    """An indicator cannot be counted so; the text names the rule and the reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one figure is counted."""

    layer: Layer
    facet: str
    measure: str
    fields: tuple[str, ...]
    filter: str

    def value(self, tally: Tally) -> float | None:
        """Of the sums over the rows of a unit; None where nothing is to be told."""
        kept, rows, *sums = tally
        match self.measure:
            case "count":
                return kept
            case "share":
                return 100 * kept / rows if rows else None
            case "sum":
                return sums[0]
            case "mean":
                return sums[0] / sums[1] if sums[1] else None
        return 100 * sums[0] / sums[2] if sums[2] else None


def rules(counted: Any) -> list[Rule]:
    """The rules of an indicator. Raises RuleError."""
    if not counted:
        return []
    listed = counted if isinstance(counted, list) else [counted]
    found = [_rule(entry) for entry in listed]
    facets = [rule.facet for rule in found]
    if len(set(facets)) < len(facets):
        raise RuleError("a part is counted twice")
    return found


def _rule(entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise RuleError(f"no rule: {entry!r:.60}")
    unknown = sorted(entry.keys() - {"layer", "facet", "measure", "filter"})
    if unknown:
        raise RuleError(f"{unknown[0]!r} is no part of a rule")
    layer = registry.get(str(entry.get("layer")))
    if layer is None:
        raise RuleError(f"no layer {entry.get('layer')!r}")
    if layer.scope.kind != "unit":
        raise RuleError(f"rows of {layer.slug} do not belong to one unit each")
    words = re.split(r"[ :]+", str(entry.get("measure", "")).strip())
    measure, fields = words[0], tuple(words[1:])
    if MEASURES.get(measure) != len(fields):
        wanted = ", ".join(MEASURES)
        raise RuleError(f"measure {entry.get('measure')!r}; there are {wanted}")
    _check_fields(layer, fields)
    text = str(entry.get("filter", ""))
    try:
        params.condition(layer, Wanted(filter=text))
    except FilterError as error:
        raise RuleError(f"{layer.slug}: {error}") from None
    return Rule(layer, str(entry.get("facet", "")), measure, fields, text)


def _check_fields(layer: Layer, names: Iterable[str]) -> None:
    known = {
        entry.name
        for entry in layer.fields
        if entry.type in ("integer", "number") and not entry.mask
    }
    for name in names:
        if name not in known:
            there = ", ".join(sorted(known))
            raise RuleError(f"{layer.slug} has no number {name!r}; there are: {there}")
