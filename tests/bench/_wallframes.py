"""What it costs the server to tell a panel of 100,000 moved points."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import orjson

from gis_ioc.live import binary
from gis_ioc.live.views import columns, table
from layers.core.live import Snapshot
from layers.core.mercator import HALF_M
from layers.core.scope import Grant
from tests.bench import Row
from tests.bench._ground import Ground
from tests.bench._live import best, snapshot

WORLD = (-HALF_M, -HALF_M, HALF_M, HALF_M)


def moved(held: Snapshot) -> Snapshot:
    """The same rows a second later, each 15 m away."""
    return replace(
        held,
        seq=held.seq + 1,
        seqs=np.full(len(held), held.seq + 1),
        x=held.x + 15,
        at=held.at + 1,
        _memo={},
    )


def rows(ground: Ground) -> Iterator[Row]:
    layer = ground.layer
    before, _seconds = asyncio.run(snapshot(layer))
    after = moved(before)
    grant = Grant(user_id=1, layers=frozenset({layer.slug}), units=None)
    names = binary.column_names(before)
    everything = np.arange(len(before))

    def first() -> binary.Frame:
        before._memo.clear()
        return binary.frame(before, grant, WORLD, names, None)

    held = first()

    def then() -> binary.Frame:
        after._memo.clear()
        return binary.frame(after, grant, WORLD, names, held.held)

    def text() -> bytes:
        said = {"columns": columns(after), "rows": table(after, everything)}
        return orjson.dumps(said)

    delta, size, json_size = then(), len(held.content or b""), len(text())
    whole, change, plain = best(first, then, text)
    count = len(before)
    yield Row(f"all of {count:,} rows, {len(names)} columns", whole, "ms",
              note=f"{size / count:.1f} bytes a row")  # fmt: skip
    moved_size = len(delta.content or b"") / count
    yield Row(f"{count:,} rows that have moved", change, "ms", "< 50", change < 50,
              note=f"{moved_size:.1f} bytes a row")  # fmt: skip
    yield Row(
        "the same as JSON", plain, "ms", note=f"{json_size / count:.1f} bytes a row"
    )
    yield Row("smaller than JSON", json_size / count / moved_size, "x", ">= 4",
              json_size / count / moved_size >= 4)  # fmt: skip
