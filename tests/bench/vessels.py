"""Vessels: what the budgets promise, part by part.

``IOC_BENCH_PARTS`` names those to run (sentences, wire, zones, tracks, memory; all).
``IOC_BENCH_POSITIONS`` is how many positions are generated for the track queries
(100_000_000 takes half an hour and 25 GB). Outlines of communes and Tile38 are used
where they are: ``IOC_SHARED_DATA``, ``IOC_BENCH_TILE38``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management import call_command

from tests.bench import Row, _memory, _sentences, _tracks, _wire, _zones

ROOT = Path(__file__).resolve().parent.parent.parent


def zones() -> Iterator[Row]:
    """Real outlines, if they are here."""
    shared = os.environ.get("IOC_SHARED_DATA", ROOT.parent / "shared" / "data")
    outlines = Path(shared) / _zones.COMMUNES
    if outlines.is_file():
        yield from _zones.rows(outlines)


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "sentences": _sentences.rows,
    "wire": _wire.rows,
    "zones": zones,
    "tracks": _tracks.rows,
    "memory": _memory.rows,
}


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    wanted = os.environ.get("IOC_BENCH_PARTS", "").split()
    for name, part in PARTS.items():
        if not wanted or name in wanted:
            yield from part()
