"""What the rules look at: observations as columns, with names and units beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection
from psycopg import sql

from layers.core import filters
from layers.core.db import execute
from layers.core.ingest import Observed
from layers.core.spec import Layer

from .kinds.base import Batch, Ints


@dataclass(slots=True, kw_only=True)
class Sight:
    """A batch ordered by feature and time; ``title`` and ``unit_id`` row by row.
    ``behind``: features of which something newer was known before."""

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
    """Fresh observations, completed by the live row of features whose newest
    observation is not among them: what comes late must not look like the present."""
    newest = observed.feature_id[observed.newest]
    behind = np.setdiff1d(observed.feature_id, newest)
    wanted = tuple(columns)
    fresh = Sight(
        batch=Batch(
            feature_id=observed.feature_id,
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
    if len(behind) and time_column(layer):
        fresh = _joined(fresh, of_live(layer, wanted, ids=behind.tolist()))
    return replace(_ordered(fresh), behind=frozenset(behind.tolist()))


def time_column(layer: Layer) -> str:
    """The column of the relation with the time of the newest observation."""
    return "at" if layer.tile.kind == "live" else layer.time_field


def of_live(
    layer: Layer,
    columns: Sequence[str] = (),
    *,
    ids: list[int] | None = None,
    since: float | None = None,
) -> Sight:
    """Newest rows of a layer: of some features, or all heard of after ``since``.
    A layer without times has them as they are, at no time (NaN)."""
    wanted = [name for name in columns if name in layer.columns]
    at: sql.Composable = sql.SQL("NULL::timestamptz")
    where: list[sql.Composable] = [sql.SQL("true")]
    values: list[Any] = []
    if time_column(layer):
        at = sql.Identifier(time_column(layer))
        where = [sql.SQL("{} IS NOT NULL").format(at)]
    if ids is not None:
        where.append(sql.SQL("id = ANY(%s)"))
        values.append(ids)
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
        columns=sql.SQL("").join(
            sql.SQL(", {}::double precision").format(sql.Identifier(name))
            for name in wanted
        ),
        relation=sql.Identifier(layer.relation),
        where=sql.SQL(" AND ").join(where),
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    return _from_rows(rows, wanted)


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
    batch = sight.batch
    return replace(
        sight,
        batch=Batch(
            feature_id=batch.feature_id[index],
            at=batch.at[index],
            lon=batch.lon[index],
            lat=batch.lat[index],
            values={name: column[index] for name, column in batch.values.items()},
            now=batch.now,
        ),
        title=[sight.title[place] for place in index],
        unit_id=sight.unit_id[index],
    )


def _joined(first: Sight, second: Sight) -> Sight:
    a, b = first.batch, second.batch
    blank = np.full(len(b), np.nan)
    return Sight(
        batch=Batch(
            feature_id=np.concatenate([a.feature_id, b.feature_id]),
            at=np.concatenate([a.at, b.at]),
            lon=np.concatenate([a.lon, b.lon]),
            lat=np.concatenate([a.lat, b.lat]),
            values={
                name: np.concatenate([column, b.values.get(name, blank)])
                for name, column in a.values.items()
            },
        ),
        title=[*first.title, *second.title],
        unit_id=np.concatenate([first.unit_id, second.unit_id]),
    )


def _ordered(sight: Sight) -> Sight:
    """By feature and time; milliseconds, so that a time is equal to its stored self."""
    batch = sight.batch
    batch.at = np.round(batch.at, 3)
    order = np.lexsort((batch.at, batch.feature_id))
    if (np.diff(order) == 1).all():
        return sight
    return taken(sight, order)


def matching(layer: Layer, text: str, features: Iterable[int]) -> set[int]:
    """Those of ``features`` that pass the CQL2 filter ``text`` (empty: all)."""
    ids = sorted(set(features))
    if not text or not ids:
        return set(ids)
    fragment, values = filters.to_sql(layer, text)
    statement = sql.SQL("SELECT id FROM {} WHERE id = ANY(%s) AND {}").format(
        sql.Identifier(layer.relation), fragment
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [ids, *values])
        return {row[0] for row in cursor.fetchall()}
