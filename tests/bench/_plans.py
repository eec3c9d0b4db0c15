"""Query plans of the reads of figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from layers.indicators.reading import facts, past
from tests.bench._facts import CODES


def plans(communes: list[int], then: dict[str, Any]) -> None:
    """Print how PostgreSQL answers the reads that carry everything; ``then`` is a past
    day and the time as of which it is known."""
    indicators = [i.pk for i in facts.catalogue().by_id.values() if i.code[:2] == CODES]
    of_unit = [(pk, communes[0], "") for pk in indicators]
    of_map = [(indicators[0], unit, "") for unit in communes]
    month = (date(2025, 11, 1), date(2025, 11, 30))
    level = {"peers": communes, "indicators": indicators}
    asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("130 newest figures of a unit, a past day", "newest", facts.columns(of_unit)),
        ("newest figures of 166 units, a past day", "newest", facts.columns(of_map)),
        (
            "13 months before each of 130 figures of a unit",
            "history",
            past.question(dict.fromkeys(of_unit, month), None),
        ),
        ("130 indicators of 166 units, for mean and rank", "level_now", level),
    )
    for title, name, values in asked:
        text = "EXPLAIN (ANALYZE, BUFFERS) " + facts.statement(name)
        print(f"-- {title}")
        for (line,) in facts.fetch(text, {**then, **values}):
            print(f"   {line}")
