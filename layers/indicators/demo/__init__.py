"""The indicator catalogue, published figures with their sources, made-up series.

Figures of the province are published ones with their source, or marked as made up.
Series of districts and communes are synthetic and say so in their origin and note.
The tables in ``fixtures/facts`` hold all of it; ``fixtures/MANIFEST.toml`` says
where each comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.indicators import services

from . import catalogue, population, published, series

if TYPE_CHECKING:
    from fixtures import Demo


def load(demo: Demo) -> int:
    """Catalogue, sets, plans and facts; the number of facts comes back."""
    known = catalogue.load(demo)
    return services.publish(
        [
            *published.figures(demo, known),
            *published.plans(demo, known),
            *population.facts(demo, known),
            *series.facts(demo, known),
        ]
    )
