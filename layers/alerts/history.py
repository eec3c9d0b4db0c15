"""Stored observations beside fresh ones: what lies behind them, and what came after
those that are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from layers.core.ingest import Observed
from layers.core.observations import stored
from layers.core.spec import Layer

from . import series
from .kinds.base import Batch, Floats, Ints

if TYPE_CHECKING:
    from .sight import Sight

# What is behind by more is put in order with the newest row alone: a delivery of old
# data must not read days of every feature while others wait.
AFTER_S = 86_400.0
# Features whose first rows are farther apart than this are read apart.
SPREAD_S = 3_600.0
# Clocks may run ahead by so much.
AHEAD_S = 600.0


def after(layer: Layer, columns: Sequence[str], late: Batch) -> Sight:
    """What is stored of the series of ``late`` from their first row there on."""
    if not layer.observations or not len(late):
        return _nothing()
    ids, first = _first(late)
    begin, newest = late.at[first], _newest(layer, ids)
    begin = np.where(begin >= newest - AFTER_S, begin, newest)
    return _read(layer, columns, ids, begin, np.inf)


def before(
    layer: Layer, columns: Sequence[str], batch: Batch, ids: Ints, seconds: float
) -> Sight:
    """What is stored of the series ``ids`` from ``seconds`` before their first row of
    ``batch`` up to their newest there."""
    if not layer.observations or not len(ids):
        return _nothing()
    known, first = _first(batch)
    mine = np.isin(known, ids)
    begin = batch.at[first[mine]] - seconds
    return _read(layer, columns, known[mine], begin, float(batch.at.max()) + 1.0)


def _first(batch: Batch) -> tuple[Ints, Ints]:
    ids, first = np.unique(batch.feature_id, return_index=True)
    return ids, first


def _read(
    layer: Layer, columns: Sequence[str], ids: Ints, begin: Floats, until: float
) -> Sight:
    """Rows of each series from its own ``begin`` on, read in few goes."""
    from .sight import joined

    found = _nothing()
    order = np.argsort(begin)
    while len(order):
        near = begin[order] <= begin[order[0]] + SPREAD_S
        now, order = order[near], order[~near]
        wanted, since = ids[now], begin[now]
        end = until if np.isfinite(until) else _end(layer, wanted)
        features = np.unique(series.features(wanted)).tolist()
        for observed in stored(layer, columns, float(since.min()), end, features):
            found = joined(found, _only(_seen(observed), wanted, since))
    return found


def _newest(layer: Layer, ids: Ints) -> Floats:
    """The time of the newest row of each series' feature; -inf: there is none."""
    from .sight import of_live

    live = of_live(layer, ids=ids).batch
    spot = np.minimum(np.searchsorted(live.feature_id, ids), max(len(live) - 1, 0))
    found = np.full(len(ids), -np.inf)
    if len(live):
        mine = live.feature_id[spot] == ids
        found[mine] = live.at[spot[mine]]
    return found


def _end(layer: Layer, ids: Ints) -> float:
    """After the newest row of the features."""
    from .sight import of_live

    live = of_live(layer, ids=np.unique(series.features(ids))).batch
    return float(live.at.max()) + 1.0 if len(live) else -np.inf


def _seen(observed: Observed) -> Sight:
    from .sight import Sight

    return as_known(
        Sight(
            batch=Batch(
                feature_id=series.numbers(observed.feature_id, observed.part),
                at=np.round(observed.at, 3),
                lon=observed.lon,
                lat=observed.lat,
                values=observed.values,
            ),
            title=observed.title,
            unit_id=observed.unit_id,
        )
    )


def as_known(sight: Sight) -> Sight:
    """The same, as rows that were stored before."""
    known = np.ones(len(sight.batch), dtype=bool)
    return replace(sight, batch=replace(sight.batch, known=known))


def _only(sight: Sight, ids: Ints, since: Floats) -> Sight:
    """The rows of these series from their own beginning on."""
    from .sight import taken

    order = np.argsort(ids)
    ids, since = ids[order], since[order]
    spot = np.minimum(np.searchsorted(ids, sight.batch.feature_id), len(ids) - 1)
    mine = ids[spot] == sight.batch.feature_id
    mine &= sight.batch.at >= since[spot] - 5e-4
    return taken(sight, np.flatnonzero(mine))


def _nothing() -> Sight:
    from .sight import Sight

    empty = np.zeros(0, dtype=np.int64)
    blank = np.zeros(0)
    batch = Batch(feature_id=empty, at=blank, lon=blank, lat=blank)
    return Sight(batch=batch, title=[], unit_id=empty)
