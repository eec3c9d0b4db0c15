"""Writing: observations in, the state of stations out, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from layers.core.ingest import Applied, Bools
from layers.core.versions import begin_change
from layers.stations import parameters
from layers.stations.indices.services import recompute, refresh
from layers.stations.layer import LAYER
from layers.stations.models import Series
from layers.stations.quality.judging import judge

from . import rollups, states
from .appending import append
from .fresh import Fresh
from .observing import Times, counting, observed, wide
from .readings import Ints, Readings
from .series import series_ids

CLOCK_AHEAD_S = 300.0


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a delivery added, with the newest times of its stations before and now."""

    fresh: Fresh
    qc: Ints
    averaging: Ints
    before: Times
    newest: Times


def apply(records: Readings, seq: int) -> Applied:
    """Append readings; then quality, roll-ups, indices and states, as far as they
    are touched.

    Called by ``layers.core.ingest.deliver`` inside its transaction. Late,
    repeated and unordered readings are normal; the outcome does not depend on
    their order. Raises KeyError for a parameter outside the catalogue.
    """
    duplicate, stored = _store(records)
    if stored is None:
        return Applied(duplicate=duplicate)
    value = counting(stored.fresh, stored.qc)
    table = wide(stored.fresh, value, stored.averaging)
    # at the newest time even when all came late: an average that ends after late
    # values may have changed
    known = states.at_times({*stored.newest.items(), *table.times_judged()})
    states.move(known, stored.newest)
    return Applied(duplicate=duplicate, observed=observed(table, stored.before, known))


@transaction.atomic
def load(records: Readings) -> None:
    """The same for history that no rule is to look at."""
    _duplicate, stored = _store(records)
    if stored is not None:
        states.move(states.at_times(stored.newest.items()), stored.newest)


def _store(records: Readings) -> tuple[Bools, _Stored | None]:
    """Which readings were known, and the others with all that is worked out of them."""
    duplicate = np.ones(len(records), dtype=np.bool_)
    if not len(records):
        return duplicate, None
    series, qc = series_ids(records), quality(records)
    added = append(records, series, qc)
    duplicate[added] = False
    if not len(added):
        return duplicate, None
    fresh = _fresh(records.take(added), series[added])
    stations = np.unique(fresh.station_id)
    before = states.newest_times(stations)
    changed = judge(fresh)
    rollups.touch(
        np.concatenate([fresh.series_id, changed.series_id]),
        np.concatenate([fresh.at, changed.at]),
    )
    newest = states.newest_times(stations)
    refresh(fresh, newest)
    averaging = records.averaging[added]
    return duplicate, _Stored(fresh, qc[added], averaging, before, newest)


def quality(records: Readings) -> Ints:
    """QARTOD flags: gross range, missing, and clocks that run ahead."""
    flags = parameters.gross_range(records.parameter, records.value)
    flags[records.at > records.received_at + CLOCK_AHEAD_S] = parameters.FAIL
    return flags.astype(np.int64)


def _fresh(records: Readings, series: Ints) -> Fresh:
    return Fresh(
        series_id=series,
        station_id=records.station_id,
        parameter=records.parameter,
        at=records.at,
        value=records.value,
        status=records.status,
        received_at=records.received_at,
    )


@transaction.atomic
def rejudged(series_ids: Iterable[int], since: datetime, until: datetime) -> None:
    """Follow up judgements that changed: newest values, roll-ups, indices, states.

    ``since`` and ``until`` are the first and the last time that was judged. The rules
    are not asked again: what a person decides later raises no alert about the past.
    """
    ids = list(series_ids)
    found = Series.objects.filter(pk__in=ids).values_list("station_id", flat=True)
    stations = sorted(set(found))
    if not stations:
        return
    begin_change(LAYER.slug)
    rollups.touch_span(ids, since.timestamp(), until.timestamp())
    recompute(stations, since, until)
    newest = states.newest_times(np.array(stations, dtype=np.int64))
    states.move(states.at_times(newest.items()), newest)
