"""Observations in: one transaction from the inbox to live rows, rules and alerts.

The feed side calls :func:`deliver` inside its own transaction, so that the
inbox row is marked done with the results it led to, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.module_loading import import_string

from . import versions
from .registry import Registry
from .spec import Layer, registry

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(slots=True, kw_only=True)
class Observed:
    """What was appended, as columns of one length n, ordered by feature and time.

    ``at`` is seconds since 1970 UTC; ``lon``/``lat`` degrees; ``values`` further
    columns by field name. ``newest`` marks rows that moved the live row. ``part``
    names row by row which series of the feature was observed (a parameter, an
    indicator); None: features have one series each.
    """

    feature_id: Ints
    at: Floats
    lon: Floats
    lat: Floats
    unit_id: Ints
    title: list[str]
    newest: Bools
    values: dict[str, Floats] = field(default_factory=dict)
    part: list[str] | None = None

    def __len__(self) -> int:
        return len(self.feature_id)

    @classmethod
    def of_rows(
        cls, rows: Sequence[Any], at: Sequence[datetime], **values: Sequence[float]
    ) -> Observed:
        """Freshly written features, one observation each; NaN without a place."""
        place = [(row.geom.x, row.geom.y) if row.geom else (nan, nan) for row in rows]
        return cls(
            feature_id=np.array([row.pk for row in rows], dtype=np.int64),
            at=np.array([moment.timestamp() for moment in at], dtype=np.float64),
            lon=np.array([x for x, _y in place], dtype=np.float64),
            lat=np.array([y for _x, y in place], dtype=np.float64),
            unit_id=np.array([row.unit_id or 0 for row in rows], dtype=np.int64),
            title=[row.title for row in rows],
            newest=np.ones(len(rows), dtype=bool),
            values={k: np.array(v, dtype=np.float64) for k, v in values.items()},
        )


@dataclass(slots=True, kw_only=True)
class Applied:
    """Outcome of one delivery. ``duplicate`` marks, record by record, what was
    known before (shape: number of records delivered)."""

    duplicate: Bools
    observed: Observed | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Something that looks at fresh observations inside the ingest transaction."""

    slug: str
    order: int
    run: Callable[[Layer, Observed], None]


stages: Registry[Stage] = Registry("ingest stage")


@cache
def _writer(path: str) -> Callable[[Any, int], Applied]:
    return import_string(path)


def deliver(slug: str, records: Any) -> Applied:
    """Hand records to the layer that declared ``ingest``; run the stages.

    Must be called inside a transaction. The layer's writer gets
    ``(records, seq)`` and stamps ``seq`` on every live row that it moves.
    """
    layer = registry[slug]
    if not layer.ingest:
        raise LookupError(f"layer {slug} takes no observations")
    seq = versions.begin_change(slug)
    applied = _writer(layer.ingest)(records, seq)
    if applied.observed is not None and len(applied.observed):
        for stage in stages.values():
            stage.run(layer, applied.observed)
    return applied
