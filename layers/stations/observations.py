"""Stored values as the rules saw them: one row per station and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from psycopg import sql

from layers.core.copyout import columns as copied
from layers.core.ingest import Bools, Floats, Ints, Observed

from .exceedances import for_rules, needed
from .ingest import states
from .ingest.observing import judged
from .ingest.states import MEASURES
from .models import Station
from .parameters import CATALOGUE, column
from .statements import statement

KINDS = {
    "station_id": "i8", "parameter": "i4", "minutes": "i4", "at": "f8",
    "value": "f8", "received_at": "f8",
}  # fmt: skip
SYMBOLS = {column(symbol): symbol for symbol in CATALOGUE}
# What is computed takes a third of a millisecond a row, what is stored a microsecond.
SPAN_S, COMPUTED_SPAN_S = 86_400.0, 7_200.0


def stored(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None = None
) -> Iterator[Observed]:
    """The reader of :mod:`layers.core.observations`. Values, indices, levels and ratios
    are those that count today, after tests and reviews; rows that were old when they
    came have values alone. ``received_at`` is among the columns."""
    columns = needed(columns)
    facts = {
        pk: (title, unit_id or 0, (geom.x, geom.y) if geom else (np.nan, np.nan))
        for pk, title, unit_id, geom in Station.objects.values_list(
            "pk", "title", "unit_id", "geom"
        )
    }
    span = COMPUTED_SPAN_S if set(columns) & set(MEASURES) else SPAN_S
    start = since
    while start < until:
        end = min(start + span, until)
        batch = _batch(columns, start, end, ids)
        if len(batch[1]):
            yield _observed(columns, *batch, facts)
        start = end


def _batch(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None
) -> tuple[Ints, Floats, dict[str, Floats]]:
    """Station, time and values of the rows of a span, ordered."""
    asked = [name for name in columns if name in SYMBOLS]
    # which rows there are does not depend on what is asked of them when none is stored
    names = asked if asked and not set(columns) & set(MEASURES) else list(SYMBOLS)
    values = {
        "since": since, "until": until, "ids": ids,
        "parameters": [SYMBOLS[name] for name in names],
    }  # fmt: skip
    rows = copied(sql.SQL(statement("observed")), values, KINDS)
    keys = np.rec.fromarrays([rows["station_id"], rows["at"]])
    found, row = np.unique(keys, return_inverse=True)
    received = np.full(len(found), -np.inf)
    np.maximum.at(received, row, rows["received_at"])
    wide: dict[str, Floats] = {"received_at": received}
    shortest_last = np.argsort(-rows["minutes"], kind="stable")
    for number, name in enumerate(names, 1):
        mine = shortest_last[rows["parameter"][shortest_last] == number]
        wide[name] = np.full(len(found), np.nan)
        wide[name][row[mine]] = rows["value"][mine]
    return found["f0"].astype(np.int64), found["f1"].astype(float), wide


def _observed(
    columns: Sequence[str],
    station_id: Ints,
    at: Floats,
    wide: dict[str, Floats],
    facts: dict[int, tuple[str, int, tuple[float, float]]],
) -> Observed:
    mine = [facts[pk] for pk in station_id.tolist()]
    measures = [name for name in columns if name in MEASURES]
    values = {name: wide[name] for name in columns if name in wide}
    if measures:
        news = judged(at, wide["received_at"])
        values |= _computed(measures, station_id, at, news)
    seen = Observed(
        feature_id=station_id,
        at=at,
        lon=np.array([place[0] for _title, _unit, place in mine]),
        lat=np.array([place[1] for _title, _unit, place in mine]),
        unit_id=np.array([unit for _title, unit, _place in mine], dtype=np.int64),
        title=[title for title, _unit, _place in mine],
        newest=np.ones(len(mine), dtype=bool),
        values=values,
    )
    return for_rules(seen)


def _computed(
    names: Sequence[str], station_id: Ints, at: Floats, news: Bools
) -> dict[str, Floats]:
    """Index, ratio, level … of each row that was news when it came, as the rules saw
    them."""
    ids, times = station_id[news].tolist(), at[news].tolist()
    known = states.at_times(zip(ids, times, strict=True)) if ids else {}
    found = {name: np.full(len(at), np.nan) for name in names}
    for name, said in states.measures(known, ids, times).items():
        if name in found:
            found[name][news] = said
    return found
