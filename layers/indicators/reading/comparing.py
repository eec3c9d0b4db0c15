"""Units beside each other, at one date or two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from layers.core.scope import Grant
from layers.indicators.contract import Compared, Comparison, Figure

from . import facts, maps, scopes
from .facts import AsOf


def compare(
    grant: Grant,
    code: str,
    unit_ids: Iterable[int],
    date_a: date | None = None,
    date_b: date | None = None,
    *,
    facet: str = "",
    known: datetime | None = None,
) -> Comparison:
    """One indicator of some units at ``date_a`` and, if given, at ``date_b``.

    Raises NotFound for an unknown code and for a unit that the caller may not see.
    """
    indicator = facts.indicator_of(code)
    nodes = [scopes.visible(grant, unit) for unit in dict.fromkeys(unit_ids)]

    def at(day: date | None) -> dict[int, Figure]:
        found = maps.figures(indicator, facet, nodes, AsOf(day, known))
        return {unit: scopes.seen(grant, got) for unit, got in found.items()}

    first, second = at(date_a), at(date_b) if date_b else {}
    return Comparison(
        code=code,
        facet=facet,
        date_a=date_a,
        date_b=date_b,
        units=tuple(
            Compared(
                unit_id=node.id,
                code=node.code,
                title=node.title,
                first=first.get(node.id),
                second=second.get(node.id),
                change=difference(first.get(node.id), second.get(node.id)),
                change_pct=growth(first.get(node.id), second.get(node.id)),
            )
            for node in nodes
        ),
    )


def difference(first: Figure | None, second: Figure | None) -> float | None:
    """Second minus first; None across measures."""
    if first is None or second is None or first.measure != second.measure:
        return None
    return second.value - first.value


def growth(first: Figure | None, second: Figure | None) -> float | None:
    """In per cent of the first; None where that is 0 or the measure is a per cent."""
    change = difference(first, second)
    if change is None or first is None or not first.value:
        return None
    return None if first.measure.startswith("%") else change / abs(first.value) * 100
