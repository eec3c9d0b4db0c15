"""Days worth going to: when units changed, and when periods with figures end."""

from __future__ import annotations

from datetime import date, timedelta

from layers.core import units
from layers.core.versions import cached_by_version

from . import facts

_DAYS = facts.statement("days")


def changes() -> list[date]:
    """First days of units, and the days after their last, in order."""
    found: set[date] = set()
    for node in units.tree().nodes.values():
        if node.valid_from is not None:
            found.add(node.valid_from)
        if node.valid_to is not None:
            found.add(node.valid_to + timedelta(days=1))
    return sorted(found)


def figures(code: str | None = None) -> list[date]:
    """Last days of periods with figures of an indicator, or of any. These are facts
    about the calendar, not about a unit. Raises NotFound."""
    if code is None:
        return _all()
    return _of(facts.indicator_of(code).pk)


@cached_by_version("indicators")
def _all() -> list[date]:
    return _of(None)


def _of(indicator_id: int | None) -> list[date]:
    return [row[0] for row in facts.fetch(_DAYS, {"indicator": indicator_id})]
