"""What is wrong with an entry of the catalogue, before it is saved."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from . import bandtext, counting
from .formulas.graph import problems

if TYPE_CHECKING:
    from .models import Indicator


def wrong(entry: Indicator) -> dict[str, list[str]]:
    """Reasons by field: bands that cannot be read, a formula that cannot stand among
    the others, a rule that nothing can be counted by."""
    found: dict[str, list[str]] = defaultdict(list)
    anchor = None
    for name in ("green", "amber", "red"):
        try:
            band = bandtext.parse(getattr(entry, name), anchor)
        except bandtext.BandError as error:
            found[name].append(str(error))
        else:
            anchor = band if name == "green" else anchor
    if entry.formula:
        others = type(entry).objects.exclude(pk=entry.pk)
        found["formula"] += [
            reason
            for reason in problems([entry, *others])
            if reason.startswith(f"{entry.code}:") or "from itself" in reason
        ]
    try:
        counting.rules(entry.counted)
    except counting.RuleError as error:
        found["counted"].append(str(error))
    return {name: reasons for name, reasons in found.items() if reasons}
