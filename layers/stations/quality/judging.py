"""Tests of values that have just been stored, and of their neighbours in time.

What is said about a value is worked out from the values within reach of its tests, the
settings and the reviews: the order of deliveries, their repetition or late values
lead to the same judgements. One row is written of every value that did not pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from layers.core.copyin import int_array, moment_array
from layers.core.shown import Params
from layers.stations.ingest.fresh import Fresh
from layers.stations.statements import statement

from .running import PAIRS, RUNS, reach
from .settings import Settings, Subject, subjects
from .single import Floats
from .verdicts import Ints, Spans, Verdicts, verdicts


@dataclass(frozen=True, slots=True)
class Changed:
    """Values about which something else is said now than before; of one length."""

    series_id: Ints
    at: Floats


def judge(fresh: Fresh) -> Changed:
    """Write the judgements of fresh values and of those beside them."""
    return _judge(fresh.series_id, fresh.at, fresh.at)


def judge_spans(series_ids: Iterable[int], since: float, until: float) -> Changed:
    """The same for all values of series from ``since`` to ``until`` (epoch s)."""
    ids = np.unique(np.fromiter(series_ids, np.int64))
    return _judge(ids, np.full(len(ids), since), np.full(len(ids), until))


def _judge(series_id: Ints, since: Floats, until: Floats) -> Changed:
    if not len(series_id):
        return Changed(np.zeros(0, np.int64), np.zeros(0))
    known = {
        entry.series_id: entry for entry in subjects(np.unique(series_id).tolist())
    }
    settings = Settings()
    chosen = {
        pk: {
            test: params
            for test in (*RUNS, *PAIRS)
            if (params := settings.of(test, subject)) is not None
        }
        for pk, subject in known.items()
    }
    partners = _partners(known, chosen)
    touched = _with_partners(series_id, since, until, partners)
    spans = _spans(*touched, _reaches(known, chosen, partners))
    return _write(spans, verdicts(spans, known, chosen))


def _partners(
    known: dict[int, Subject], chosen: dict[int, dict[str, Params]]
) -> dict[int, list[int]]:
    """Of each series those that it is held against, and those held against it."""
    places = {
        (entry.station_id, entry.averaging_minutes, entry.parameter): pk
        for pk, entry in known.items()
    }
    found: dict[int, list[int]] = {}
    for pk, entry in known.items():
        for test, (one, other, _both) in PAIRS.items():
            if entry.parameter != one or test not in chosen[pk]:
                continue
            partner = places.get((entry.station_id, entry.averaging_minutes, other))
            if partner is not None:
                found.setdefault(pk, []).append(partner)
                found.setdefault(partner, []).append(pk)
    return found


def _with_partners(
    series_id: Ints, since: Floats, until: Floats, partners: dict[int, list[int]]
) -> tuple[Ints, Floats, Floats]:
    """Spans of series, and the same of their partners."""
    parts = [(series_id, since, until)]
    for pk in np.unique(series_id).tolist():
        mine = series_id == pk
        for partner in partners.get(pk, ()):
            parts.append((np.full(mine.sum(), partner), since[mine], until[mine]))
    series, starts, ends = zip(*parts, strict=True)
    return np.concatenate(series), np.concatenate(starts), np.concatenate(ends)


def _reaches(
    known: dict[int, Subject],
    chosen: dict[int, dict[str, Params]],
    partners: dict[int, list[int]],
) -> dict[int, tuple[float, float]]:
    """Seconds back and ahead; partners look as far, so that wherever one is judged
    the other is read."""
    own = {pk: reach(_running(chosen[pk]), entry) for pk, entry in known.items()}
    found = {}
    for pk in own:
        group = [own[pk], *(own[partner] for partner in partners.get(pk, ()))]
        found[pk] = (max(one for one, _ in group), max(two for _, two in group))
    return found


def _spans(
    series_id: Ints,
    since: Floats,
    until: Floats,
    far: dict[int, tuple[float, float]],
) -> Spans:
    """What has to be judged anew, joined where one reads what the other does."""
    ids, row = np.unique(series_id, return_inverse=True)
    reaches = np.array([far[pk] for pk in ids.tolist()])
    back, ahead = reaches[row, 0], reaches[row, 1]
    first, last = since - ahead, until + back
    order = np.lexsort((first, series_id))
    series, first, last = series_id[order], first[order], last[order]
    both = (back + ahead)[order]
    # the furthest end so far; within a series the starts only grow
    code = row[order].astype(float) * 1e12
    ends = np.maximum.accumulate(last + code) - code
    begins = np.ones(len(series), bool)
    begins[1:] = (series[1:] != series[:-1]) | (
        first[1:] - both[1:] > ends[:-1] + both[1:]
    )
    starts = np.flatnonzero(begins)
    stops = np.append(starts[1:], len(series)) - 1
    wide = both[starts]
    return Spans(
        series[starts],
        first[starts],
        ends[stops],
        first[starts] - wide,
        ends[stops] + wide,
    )


def _running(chosen: dict[str, Params]) -> dict[str, Params]:
    return {test: params for test, params in chosen.items() if test in RUNS}


def _write(spans: Spans, found: Verdicts) -> Changed:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("quality_write"),
            {
                "series": int_array(spans.series_id),
                "since": moment_array(spans.since),
                "until": moment_array(spans.until),
                "of": int_array(found.series_id),
                "at": moment_array(found.at),
                "flag": int_array(found.flag),
                "value": found.value.tolist(),
                "tests": found.tests,
                "review": int_array(found.review),
            },
        )
        rows = cursor.fetchall()
    changed: npt.NDArray[np.float64] = np.array(rows, dtype=float).reshape(-1, 2)
    return Changed(changed[:, 0].astype(np.int64), changed[:, 1])
