"""Every vessel's track over a span, small enough to be played back in a browser.

Columns over all tracks at once; places and times as differences of whole numbers,
which compress well. A span that holds too much comes in pages by time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from psycopg import sql

from layers.core import params
from layers.core.db import execute
from layers.core.ingest import Bools, Floats, Ints
from layers.core.mercator import from_lonlat
from layers.core.params import Wanted
from layers.core.scope import Grant, condition

from . import points as packing
from .points import Points
from .queries import day_start, own_layer
from .segments import Break

# A page of so many points is about 3 MB on the wire and draws at 60 frames a second.
MOST_POINTS = 400_000
MOST_PIECES = 100_000
DEGREE = 100_000  # places are whole numbers of 1e-5 degrees, about a metre
# level of 50, 250 or 1000 m by the length of the span in hours
LEVELS = ((2.0, 50), (72.0, 250))

_PIECES = """
SELECT vessel_id, title, vessel_class, device_kind, device_id, branch, begins, at,
    {column}
FROM tracks_map AS f
WHERE at >= %s AND at < %s AND started_at <= %s AND kind = 'track'
    AND {scope} AND {filter} AND {more}
ORDER BY device_id, branch, started_at
LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to play back: ``ids`` of vessels, ``bbox`` west, south, east, north in
    degrees, ``wanted`` the filter of the layer."""

    since: datetime
    until: datetime
    ids: tuple[int, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    wanted: Wanted = params.EVERYTHING
    level_m: int = 0


class TooMuch(ValueError):
    """The span holds more pieces than are read at once."""


def level_of(wish: Wish) -> int:
    if wish.level_m:
        return wish.level_m
    hours = (wish.until - wish.since).total_seconds() / 3600
    return next((level for most, level in LEVELS if hours <= most), 1_000)


def page(grant: Grant, wish: Wish) -> dict[str, Any]:
    """One page from ``since`` on, as far as it goes; ``next`` is where the next one
    begins. Arrays are NumPy, for the caller to write.

    Raises TooMuch.
    """
    level = level_of(wish)
    rows = _rows(grant, wish, level)
    points, counts = packing.unpack_all([(row[8], day_start(row[7])) for row in rows])
    run = _runs(rows, counts)
    since, until = wish.since.timestamp(), wish.until.timestamp()
    until, shown = _cut(points.at, run, since, until)
    kept = np.flatnonzero(shown)
    return {
        "from": wish.since,
        "to": datetime.fromtimestamp(until, UTC),
        "next": None
        if until >= wish.until.timestamp()
        else datetime.fromtimestamp(until, UTC),
        "level_m": level,
        "degree": DEGREE,
        **_columns(rows, counts, points.take(kept), run[kept], since),
    }


def _rows(grant: Grant, wish: Wish, level: int) -> list[tuple[Any, ...]]:
    layer = own_layer()
    scope, scope_values = condition(layer, grant, "f")
    # a span is named, so nothing recent is added
    narrow, narrow_values = params.condition(
        layer,
        Wanted(wish.wanted.filter, wish.wanted.language, named=True),
        grant.masks,
    )
    more: list[sql.Composable] = [sql.SQL("true")]
    more_values: list[object] = []
    if wish.ids:
        more.append(sql.SQL("vessel_id = ANY(%s)"))
        more_values.append(list(wish.ids))
    if wish.bbox is not None:
        west, south, east, north = wish.bbox
        more.append(sql.SQL("shape && ST_MakeEnvelope(%s, %s, %s, %s, 3857)"))
        for corner in ((west, south), (east, north)):
            more_values += [float(value) for value in from_lonlat(*corner)]
    statement = sql.SQL(_PIECES).format(
        column=sql.Identifier(f"points_{level}"),
        scope=scope,
        filter=narrow,
        more=sql.SQL(" AND ").join(more),
    )
    span = [wish.since, wish.until + timedelta(days=1), wish.until]
    values = [*span, *scope_values, *narrow_values, *more_values, MOST_PIECES + 1]
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    if len(rows) > MOST_PIECES:
        raise TooMuch(
            f"the span holds more than {MOST_PIECES:,} pieces of tracks; ask for a"
            " shorter one, for some vessels, or for a box"
        )
    return rows


def _runs(rows: list[tuple[Any, ...]], counts: Ints) -> Ints:
    """Per point the number of its run without a break, shape n."""
    starts = [
        not i or row[4:6] != rows[i - 1][4:6] or row[6] != Break.NONE
        or row[0] != rows[i - 1][0]
        for i, row in enumerate(rows)
    ]  # fmt: skip
    return np.repeat(np.cumsum(np.array(starts, dtype=np.int64)), counts)


def _cut(at: Floats, run: Ints, since: float, until: float) -> tuple[float, Bools]:
    """Until when the page goes, and its points: those within it and of each run the
    one before and after, to draw what is between."""
    inside = at[(at >= since) & (at <= until)]
    if len(inside) > MOST_POINTS:
        until = float(np.partition(inside, MOST_POINTS)[MOST_POINTS])
        until = max(until, since + 1.0)
    shown = np.zeros(len(at), dtype=bool)
    if len(at) > 1:
        # a leg is shown when it overlaps the page
        leg = (run[1:] == run[:-1]) & (at[:-1] <= until) & (at[1:] >= since)
        shown[1:] |= leg
        shown[:-1] |= leg
    return until, shown | ((at >= since) & (at <= until))


def _columns(
    rows: list[tuple[Any, ...]], counts: Ints, points: Points, run: Ints, since: float
) -> dict[str, Any]:
    whole = np.column_stack(
        [
            np.rint(points.at - since).astype(np.int64),
            np.rint(points.lon * DEGREE).astype(np.int64),
            np.rint(points.lat * DEGREE).astype(np.int64),
        ]
    )
    # the fix before a day stands in both days: once is enough
    again = np.zeros(len(run), dtype=bool)
    again[1:] = (run[1:] == run[:-1]) & (whole[1:, 0] <= whole[:-1, 0])
    whole, run = whole[~again], run[~again]
    first = np.ones(len(run), dtype=bool)
    first[1:] = run[1:] != run[:-1]
    steps = whole.copy()
    steps[1:] -= whole[:-1]
    steps[first] = whole[first]
    begins = np.flatnonzero(first)
    # of each run the first of its pieces
    numbers = _runs(rows, np.ones(len(rows), dtype=np.int64))
    leads = [rows[i] for i in np.searchsorted(numbers, run[begins]).tolist()]
    named = _named(leads)
    named["tracks"]["count"] = np.diff(np.r_[begins, len(run)])
    names = ("at", "lon", "lat")
    named["points"] = {
        name: steps[:, i].astype("<i4").copy() for i, name in enumerate(names)
    }
    return named


def _named(leads: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Vessels, each once, and of every run its vessel and kind of device."""
    place: dict[int, int] = {}
    of = [place.setdefault(row[0], len(place)) for row in leads]
    named = {row[0]: row for row in leads}
    return {
        "vessels": {
            "id": list(place),
            "title": [named[key][1] for key in place],
            "vessel_class": [named[key][2] for key in place],
        },
        "tracks": {"vessel": of, "kind": [row[3] for row in leads]},
    }
