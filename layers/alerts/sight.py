"""What the rules look at: observations as columns, with names and units beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from psycopg import sql

from layers.core import filters
from layers.core.db import execute
from layers.core.ingest import Observed
from layers.core.spec import Field, Layer

from . import history, series
from .kinds.base import Batch, Floats, Ints

# Times closer than this are the same.
TOLERANCE_S = 1e-3


@dataclass(slots=True, kw_only=True)
class Sight:
    """A batch ordered by series (see ``series``) and time; ``title`` and ``unit_id``
    row by row. ``behind``: series of which something newer was known before."""

    batch: Batch
    title: list[str]
    unit_id: Ints
    behind: frozenset[int] = frozenset()

    def last_row(self, feature_id: int) -> int:
        """The row of the feature's newest observation."""
        return int(np.searchsorted(self.batch.feature_id, feature_id, "right")) - 1

    def row_of(self, feature_id: int) -> int | None:
        """The same, None when the feature is not in sight."""
        row = self.last_row(feature_id)
        there = row >= 0 and self.batch.feature_id[row] == feature_id
        return row if there else None

    def facts(
        self, row: int | None
    ) -> tuple[str, int | None, float | None, float | None]:
        """Title, unit, longitude and latitude of a row, as far as they are known."""
        if row is None:
            return "", None, None, None
        lon, lat = float(self.batch.lon[row]), float(self.batch.lat[row])
        placed = bool(np.isfinite(lon) and np.isfinite(lat))
        return (
            self.title[row],
            int(self.unit_id[row]) if self.unit_id[row] > 0 else None,
            lon if placed else None,
            lat if placed else None,
        )

    def is_past(self, feature_id: int, at: float) -> bool:
        """Whether ``at`` was already history when this batch came."""
        row = self.row_of(feature_id)
        if row is None or feature_id not in self.behind:
            return False
        return bool(at < self.batch.at[row])


def of_observed(layer: Layer, observed: Observed, columns: Iterable[str]) -> Sight:
    """Fresh observations, completed for features of which something newer was known:
    what comes late must not look like the present. That is what is stored after
    their first row here, or the live row where the layer tells no more."""
    ids = series.numbers(observed.feature_id, observed.part)
    newest = ids[observed.newest]
    behind = np.setdiff1d(ids, newest)
    wanted = tuple(columns)
    fresh = _ordered(
        Sight(
            batch=Batch(
                feature_id=ids,
                at=observed.at,
                lon=observed.lon,
                lat=observed.lat,
                values={
                    name: observed.values[name]
                    for name in wanted
                    if name in observed.values
                },
            ),
            title=observed.title,
            unit_id=observed.unit_id,
        )
    )
    late = np.isin(fresh.batch.feature_id, [*behind, *_interleaved(observed, ids)])
    if not late.any():
        return fresh
    known = history.after(layer, wanted, fresh.batch.take(late))
    whole = behind[behind <= series.FEATURE]  # the live row is of no part
    if len(whole) and time_column(layer):
        known = joined(known, history.as_known(of_live(layer, wanted, ids=whole)))
    return replace(joined(fresh, known), behind=frozenset(behind.tolist()))


def _interleaved(observed: Observed, ids: Ints) -> Ints:
    """Series with rows that moved the live row after others that did not: what is
    stored may lie between them. Where rows name the fix before, it is known."""
    mixed = np.intersect1d(ids[~observed.newest], ids[observed.newest])
    before = observed.values.get("before_at")
    if not len(mixed) or before is None or observed.part is not None:
        return mixed
    order = np.lexsort((observed.at, ids))
    series_, at = ids[order], observed.at[order]
    second = np.flatnonzero(series_[1:] == series_[:-1]) + 1
    between = before[order][second] > at[second - 1] + TOLERANCE_S
    return np.asarray(np.intersect1d(mixed, series_[second[between]]))


def time_column(layer: Layer) -> str:
    """The column of the relation with the time of the newest observation."""
    return "at" if layer.tile.kind == "live" else layer.time_field


def of_live(
    layer: Layer,
    columns: Sequence[str] = (),
    *,
    ids: Ints | None = None,
    since: float | None = None,
) -> Sight:
    """Newest rows of a layer: of some series (each has the row of its feature), or all
    heard of after ``since``. A layer without times has them as they are, at no time
    (NaN)."""
    wanted = [name for name in columns if name in layer.columns]
    at: sql.Composable = sql.SQL("NULL::timestamptz")
    where: list[sql.Composable] = [sql.SQL("true")]
    values: list[Any] = []
    if time_column(layer):
        at = sql.Identifier(time_column(layer))
        where = [sql.SQL("{} IS NOT NULL").format(at)]
    if ids is not None:
        where.append(sql.SQL("id = ANY(%s)"))
        values.append(np.unique(series.features(ids)).tolist())
    if since is not None:
        where.append(sql.SQL("{} >= to_timestamp(%s)").format(at))
        values.append(since)
    statement = sql.SQL(
        "SELECT id, extract(epoch FROM {at})::double precision,"
        " ST_X(p), ST_Y(p), title, unit_id{columns}"
        " FROM {relation}, LATERAL ST_PointOnSurface(geom) AS p"
        " WHERE {where} ORDER BY id"
    ).format(
        at=at,
        columns=sql.SQL("").join(_number(layer.columns[name]) for name in wanted),
        relation=sql.Identifier(layer.relation),
        where=sql.SQL(" AND ").join(where),
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    found = _from_rows(rows, wanted)
    return found if ids is None else _each_series(found, ids)


def _number(entry: Field) -> sql.Composable:
    """A column as a number: a time as seconds since 1970 UTC, of a day its end here."""
    name = sql.Identifier(entry.name)
    if entry.type == "datetime":
        return sql.SQL(", extract(epoch FROM {})::double precision").format(name)
    if entry.type == "date":
        return sql.SQL(
            ", extract(epoch FROM ({} + 1)::timestamp AT TIME ZONE {})"
            "::double precision"
        ).format(name, sql.Literal(settings.TIME_ZONE))
    return sql.SQL(", {}::double precision").format(name)


def _each_series(sight: Sight, ids: Ints) -> Sight:
    """The row of its feature for every series that has one."""
    ids = np.unique(ids)
    if not len(sight.batch) or np.array_equal(ids, sight.batch.feature_id):
        return sight
    feature = series.features(ids)
    row = np.searchsorted(sight.batch.feature_id, feature)
    row = np.minimum(row, len(sight.batch) - 1)
    there = sight.batch.feature_id[row] == feature
    found = taken(sight, row[there])
    found.batch.feature_id = ids[there]
    return found


def _from_rows(rows: list[tuple[Any, ...]], names: list[str]) -> Sight:
    def numbers(column: int) -> np.ndarray:
        return np.array(
            [np.nan if row[column] is None else row[column] for row in rows],
            dtype=float,
        )

    return _ordered(
        Sight(
            batch=Batch(
                feature_id=np.array([row[0] for row in rows], dtype=np.int64),
                at=numbers(1),
                lon=numbers(2),
                lat=numbers(3),
                values={name: numbers(6 + place) for place, name in enumerate(names)},
            ),
            title=[row[4] or "" for row in rows],
            unit_id=np.array([row[5] or 0 for row in rows], dtype=np.int64),
        )
    )


def taken(sight: Sight, index: Ints) -> Sight:
    """The rows at ``index``, in that order."""
    return replace(
        sight,
        batch=sight.batch.take(index),
        title=[sight.title[place] for place in index.tolist()],
        unit_id=sight.unit_id[index],
    )


def joined(first: Sight, second: Sight) -> Sight:
    """Both in order; of two rows of one series and moment that of ``first``. The
    columns are those of either."""
    a, b = first.batch, second.batch
    if not len(b):
        return first

    def column(name: str) -> Floats:
        return np.concatenate([a.column(name), b.column(name)])

    both = Sight(
        batch=Batch(
            feature_id=np.concatenate([a.feature_id, b.feature_id]),
            at=np.concatenate([a.at, b.at]),
            lon=np.concatenate([a.lon, b.lon]),
            lat=np.concatenate([a.lat, b.lat]),
            values={name: column(name) for name in {**a.values, **b.values}},
            known=np.concatenate([a.known, b.known]),
            now=a.now,
        ),
        title=[*first.title, *second.title],
        unit_id=np.concatenate([first.unit_id, second.unit_id]),
        behind=first.behind,
    )
    both = _ordered(both)  # stable: the rows of ``first`` stay before their like
    found = both.batch
    again = np.zeros(len(found), dtype=bool)
    again[1:] = (np.diff(found.feature_id) == 0) & (np.diff(found.at) == 0)
    return taken(both, np.flatnonzero(~again)) if again.any() else both


def _ordered(sight: Sight) -> Sight:
    """By feature and time; milliseconds, so that a time is equal to its stored self."""
    batch = sight.batch
    batch.at = np.round(batch.at, 3)
    order = np.lexsort((batch.at, batch.feature_id))
    return sight if (np.diff(order) == 1).all() else taken(sight, order)


def matching(layer: Layer, text: str, wanted: Iterable[int]) -> set[int]:
    """Those of the series ``wanted`` whose feature passes the CQL2 filter ``text``
    (empty: all)."""
    ids = set(wanted)
    if not text or not ids:
        return ids
    fragment, values = filters.to_sql(layer, text)
    statement = sql.SQL("SELECT id FROM {} WHERE id = ANY(%s) AND {}").format(
        sql.Identifier(layer.relation), fragment
    )
    features = sorted({number & series.FEATURE for number in ids})
    with connection.cursor() as cursor:
        execute(cursor, statement, [features, *values])
        found = {row[0] for row in cursor.fetchall()}
    return {number for number in ids if number & series.FEATURE in found}
