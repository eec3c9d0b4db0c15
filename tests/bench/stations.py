"""Stations: what the budgets promise, part by part.

``IOC_BENCH_PARTS`` names those to run (all); ``IOC_BENCH_OBSERVATIONS`` is how many
values are made for the part ``observations``, ``IOC_BENCH_FILES`` how many files for
``backlog``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from django.core.management import call_command

from tests.bench import Row, _observations, _stations_backlog, _stations_sta


def _values() -> Iterator[Row]:
    """The same values asked by the product itself and by SensorThings."""
    with _observations.observations() as filled:
        yield from _stations_sta.measured(filled)
        yield from _observations.measured(filled)


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "observations": _values,
    "backlog": _stations_backlog.rows,
}


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    wanted = os.environ.get("IOC_BENCH_PARTS", "").split()
    for name, part in PARTS.items():
        if not wanted or name in wanted:
            yield from part()
