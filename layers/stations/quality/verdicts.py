"""What the tests and the reviewers say about the values of some spans of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import orjson
from django.db import connection
from psycopg import sql

from layers.core.copyin import int_array, moment_array
from layers.core.copyout import columns as copied
from layers.core.shown import Params
from layers.stations.kinds import Status
from layers.stations.parameters import FAIL, MISSING, SUSPECT
from layers.stations.statements import statement

from .params import AtMost
from .running import PAIRS, RUNS, Column, too_high, zeroed
from .settings import Subject
from .single import Flags, Floats, worst

Ints = npt.NDArray[np.int64]
VALUES = {
    "n": "i4", "series_id": "i8", "at": "f8", "version": "i4", "value": "f8",
    "status": "i4", "qc": "i4", "received": "f8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of series: what is judged (``since`` to ``until``), what is read for it."""

    series_id: Ints
    since: Floats
    until: Floats
    read_since: Floats
    read_until: Floats

    @property
    def judged(self) -> dict[str, str]:
        return {
            "series": int_array(self.series_id),
            "since": moment_array(self.since),
            "until": moment_array(self.until),
        }

    @property
    def read(self) -> dict[str, str]:
        return {
            "series": int_array(self.series_id),
            "since": moment_array(self.read_since),
            "until": moment_array(self.read_until),
        }


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Values that did not pass or that a person judged. ``value`` NaN: as measured;
    ``tests``: JSON of the flags that are not good; ``review`` 0: nobody."""

    series_id: Ints
    at: Floats
    flag: Ints
    value: Floats
    tests: list[str]
    review: Ints


@dataclass(slots=True)
class _Table:
    """Newest versions, ordered by series and time, and what is said about them."""

    series_id: Ints
    at: Floats
    value: Floats
    status: Ints
    qc: Ints
    received: Floats
    target: npt.NDArray[np.bool_]
    counts: Floats
    flags: dict[str, Flags]

    def rows(self, series_id: int) -> Ints:
        start = np.searchsorted(self.series_id, series_id, "left")
        return np.arange(start, np.searchsorted(self.series_id, series_id, "right"))


def verdicts(
    spans: Spans, known: dict[int, Subject], chosen: dict[int, dict[str, Params]]
) -> Verdicts:
    """Read the values, run the tests that are ``chosen`` for each series, ask the
    reviews. The result is ordered by series and time."""
    table = _read(spans)
    measured = (table.status == Status.MEASURING) & ~np.isnan(table.value)
    for test in [name for name, run in RUNS.items() if run.alone]:
        _run(test, table, measured, known, chosen)
    failed = np.zeros(len(table.at), bool)
    for flags in table.flags.values():
        failed |= flags == FAIL
    usable = measured & ~failed
    for test in [name for name, run in RUNS.items() if not run.alone]:
        _run(test, table, usable, known, chosen)
    for test in PAIRS:
        _pair(test, table, usable, known, chosen)
    return _reviewed(table, measured, spans)


def _read(spans: Spans) -> _Table:
    rows = copied(sql.SQL(statement("quality_values")), spans.read, VALUES)
    order = np.lexsort((rows["version"], rows["at"], rows["series_id"]))
    series, at = rows["series_id"][order], rows["at"][order]
    newest = np.ones(len(order), bool)
    newest[:-1] = (series[1:] != series[:-1]) | (at[1:] != at[:-1])
    order = order[newest]
    n, at = rows["n"][order], rows["at"][order]
    # times are held in millionths of a second
    target = (at >= spans.since[n] - 1e-6) & (at <= spans.until[n] + 1e-6)
    value = rows["value"][order]
    return _Table(
        rows["series_id"][order].astype(np.int64), at, value,
        rows["status"][order].astype(np.int64), rows["qc"][order].astype(np.int64),
        rows["received"][order], target, value.copy(), {},
    )  # fmt: skip


def _run(
    test: str,
    table: _Table,
    usable: npt.NDArray[np.bool_],
    known: dict[int, Subject],
    chosen: dict[int, dict[str, Params]],
) -> None:
    """One test, once for all series that share a setting."""
    groups: dict[tuple[Params, float], list[int]] = {}
    for pk in np.unique(table.series_id).tolist():
        if test in chosen[pk]:
            key = (chosen[pk][test], known[pk].slowness)
            groups.setdefault(key, []).append(pk)
    found = np.ones(len(table.at), np.int8)
    for (params, slow), members in groups.items():
        rows = np.concatenate([table.rows(pk) for pk in members])
        rows = rows[usable[rows]]
        if not len(rows):
            continue
        column = Column(
            table.series_id[rows],
            table.at[rows],
            table.value[rows],
            table.received[rows],
            slow,
        )
        found[rows] = RUNS[test].flags(column, params)
        if test == "gross_range":
            table.counts[rows[zeroed(column.value, params)]] = 0.0
    table.flags[test] = found


def _pair(
    test: str,
    table: _Table,
    usable: npt.NDArray[np.bool_],
    known: dict[int, Subject],
    chosen: dict[int, dict[str, Params]],
) -> None:
    """Values of one parameter against those of another, station by station."""
    one, other, both = PAIRS[test]
    found = np.ones(len(table.at), np.int8)
    table.flags[test] = found
    there = np.unique(table.series_id).tolist()
    places = {
        (known[pk].station_id, known[pk].averaging_minutes): pk
        for pk in there
        if known[pk].parameter == other
    }
    for pk in there:
        entry = known[pk]
        partner = places.get((entry.station_id, entry.averaging_minutes))
        if entry.parameter != one or partner is None or test not in chosen[pk]:
            continue
        if test != "do_saturation" and entry.unit != known[partner].unit:
            continue
        mine, theirs = table.rows(pk), table.rows(partner)
        mine, theirs = mine[usable[mine]], theirs[usable[theirs]]
        _at, left, right = np.intersect1d(
            table.at[mine], table.at[theirs], assume_unique=True, return_indices=True
        )
        percent = cast(AtMost, chosen[pk][test]).percent
        flags = too_high(
            test, table.value[mine[left]], table.value[theirs[right]], percent
        )
        found[mine[left]] = flags
        if both:
            found[theirs[right]] = flags


def _reviewed(table: _Table, measured: npt.NDArray[np.bool_], spans: Spans) -> Verdicts:
    names = list(table.flags)
    all_flags = np.stack([table.flags[name] for name in names])
    # tests say nothing about what was not measured; its status does
    flag = np.where(measured, worst(*all_flags), table.qc).astype(np.int64)
    not_passed = measured & ((all_flags == SUSPECT) | (all_flags == FAIL)).any(axis=0)
    value = np.where(table.counts != table.value, table.counts, np.nan)
    review = np.zeros(len(table.at), np.int64)
    with connection.cursor() as cursor:
        cursor.execute(statement("quality_reviews"), spans.judged)
        for pk, series_id, since, until, said, corrected in cursor.fetchall():
            # one time is exact to the millionth of a second
            rows = table.rows(series_id)
            at = table.at[rows]
            rows = rows[(at >= since - 1e-6) & (at <= until + 1e-6)]
            flag[rows], value[rows], review[rows] = said, corrected, pk
    kept = table.target & (not_passed | (review > 0) | (measured & (flag != table.qc)))
    flag[np.isnan(table.value) & (review == 0)] = MISSING
    rows = np.flatnonzero(kept)
    return Verdicts(
        table.series_id[rows],
        table.at[rows],
        flag[rows],
        value[rows],
        _texts(names, np.where(not_passed[rows], all_flags[:, rows], 1)),
        review[rows],
    )


def _texts(names: list[str], flags: Flags) -> list[str]:
    """Flags of the tests of each row, of those not passed, as JSON."""
    digits = 10 ** np.arange(len(names), dtype=np.int64)
    codes = (flags.astype(np.int64) * digits[:, None]).sum(axis=0)
    _kinds, first, row = np.unique(codes, return_index=True, return_inverse=True)
    texts = [
        orjson.dumps(
            {
                name: int(flag)
                for name, flag in zip(names, flags[:, place], strict=True)
                if flag in (SUSPECT, FAIL)
            },
            option=orjson.OPT_SORT_KEYS,
        ).decode()
        for place in first.tolist()
    ]
    return [texts[place] for place in row.tolist()]
