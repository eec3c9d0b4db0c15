"""Columns of fixes as this layer keeps them, packed for a ``bytea`` and unpacked.

Kept packed because a vessel of 36 months has a thousand days: PostgreSQL's arrays
take five times as long to become NumPy's. ``sql/tables.sql`` describes the bytes;
the same lines are geometries (``LineStringM``) for SQL and QGIS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.core.ingest import Bools, Floats, Ints

NOT_SAID = -1
# Of one point: tenths of a second since the row's day began (the last fix before the
# day is negative; 32 bits reach back 6.8 years), 1e-7 degrees, tenths of a knot and
# of a degree.
TICKS = 10
LAYOUT = (
    ("at", "<i4"),
    ("lon", "<i4"),
    ("lat", "<i4"),
    ("speed", "<i2"),
    ("course", "<i2"),
)
# What a day of a device needs besides: see Fine.
MORE = (
    ("branch", "<i2"),
    ("segment", "<i2"),
    ("begins", "<i2"),
    ("fixes", "<i2"),
    ("flags", "<i4"),
)
SIZE = sum(np.dtype(kind).itemsize for _name, kind in LAYOUT)
SIZE_FINE = SIZE + sum(np.dtype(kind).itemsize for _name, kind in MORE)


@dataclass(slots=True)
class Points:
    """n points of tracks as columns of shape n: ``at`` epoch seconds, degrees,
    knots and degrees true, NaN where not said."""

    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Ints | Bools | slice) -> Points:
        return Points(*(getattr(self, each.name)[rows] for each in fields(self)))


def empty() -> Points:
    return Points(*(np.zeros(0) for _each in fields(Points)))


def join(parts: Sequence[Points]) -> Points:
    if not parts:
        return empty()
    return Points(
        *(
            np.concatenate([getattr(part, each.name) for part in parts])
            for each in fields(Points)
        )
    )


Packed = list[npt.NDArray[Any]]


def packed(points: Points, day_s: float) -> Packed:
    """The columns of ``LAYOUT``; ``day_s``: the beginning of the rows' day in epoch
    seconds."""
    return list(_columns(points, day_s))


def pack(columns: Packed, rows: Ints | slice) -> bytes:
    """Some rows of packed columns as they are kept."""
    return b"".join([column[rows].tobytes() for column in columns])


def _columns(points: Points, day_s: float) -> Iterable[npt.NDArray[Any]]:
    yield np.rint(np.clip((points.at - day_s) * TICKS, -(2**31), 2**31 - 1)).astype(
        "<i4"
    )
    yield np.rint(points.lon * 1e7).astype("<i4")
    yield np.rint(points.lat * 1e7).astype("<i4")
    yield _tenths(points.speed_kn)
    yield _tenths(points.course_deg)


def _tenths(values: Floats) -> npt.NDArray[np.int16]:
    known = np.nan_to_num(np.rint(values * 10), nan=NOT_SAID)
    return np.clip(known, NOT_SAID, 32_767).astype("<i2")


def unpack(data: bytes | memoryview, day_s: float) -> Points:
    """What :func:`pack` made of :func:`packed`."""
    count = len(data) // SIZE
    return _points(_split(data, count, LAYOUT), day_s)


def unpack_all(rows: Sequence[tuple[bytes | memoryview, float]]) -> tuple[Points, Ints]:
    """Many rows of (data, day_s) as one: the points, and how many each row has."""
    counts = np.array([len(data) // SIZE for data, _day in rows], dtype=np.int64)
    total = int(counts.sum())
    found = {name: np.empty(total, dtype=kind) for name, kind in LAYOUT}
    begin = 0
    for (data, _day), count in zip(rows, counts.tolist(), strict=True):
        for name, column in _split(data, count, LAYOUT).items():
            found[name][begin : begin + count] = column
        begin += count
    days = np.repeat(np.array([day for _data, day in rows], dtype=float), counts)
    return _points(found, days), counts


def _split(
    data: bytes | memoryview, count: int, layout: Iterable[tuple[str, str]]
) -> dict[str, npt.NDArray[Any]]:
    found: dict[str, npt.NDArray[Any]] = {}
    offset = 0
    for name, kind in layout:
        found[name] = np.frombuffer(data, kind, count, offset)
        offset += count * np.dtype(kind).itemsize
    return found


def _points(columns: dict[str, npt.NDArray[Any]], day_s: float | Floats) -> Points:
    return Points(
        at=columns["at"] / TICKS + day_s,
        lon=columns["lon"] / 1e7,
        lat=columns["lat"] / 1e7,
        speed_kn=_said(columns["speed"]),
        course_deg=_said(columns["course"]),
    )


def _said(tenths: npt.NDArray[Any]) -> Floats:
    return np.where(tenths < 0, np.nan, tenths / 10)


@dataclass(slots=True)
class Fine:
    """The fixes of a device that make up its day, thinned to a few metres, and all
    suspect ones; shape n, ordered by branch and time.

    ``segment`` counts within the day and branch; ``begins`` is the
    :class:`~layers.tracks.segments.Break` at the fix where a segment begins, 0
    elsewhere (and at the first fix of a day that goes on from the day before).
    ``fixes`` is how many reported fixes the point stands for, ``flags`` are those of
    the fix (``layers.vessels.flags``). The last fix of an earlier day stands first,
    with a time before the day and no fixes: what the day goes on from.
    """

    points: Points
    branch: Ints
    segment: Ints
    begins: Ints
    fixes: Ints
    flags: Ints

    def __len__(self) -> int:
        return len(self.points)

    def take(self, rows: Ints | Bools) -> Fine:
        return Fine(
            self.points.take(rows),
            self.branch[rows],
            self.segment[rows],
            self.begins[rows],
            self.fixes[rows],
            self.flags[rows],
        )


def no_fine() -> Fine:
    return Fine(empty(), *(np.zeros(0, dtype=np.int64) for _each in MORE))


def packed_fine(fine: Fine, day_s: float) -> Packed:
    """The columns of ``LAYOUT`` and ``MORE``."""
    more = [
        np.clip(getattr(fine, name), *_limits(kind)).astype(kind) for name, kind in MORE
    ]
    return [*_columns(fine.points, day_s), *more]


def _limits(kind: str) -> tuple[int, int]:
    found = np.iinfo(np.dtype(kind))
    return int(found.min), int(found.max)


def join_fine(parts: Sequence[Fine]) -> Fine:
    if not parts:
        return no_fine()
    return Fine(
        join([part.points for part in parts]),
        *(np.concatenate([getattr(part, name) for part in parts]) for name, _k in MORE),
    )


def unpack_fine(data: bytes | memoryview, day_s: float) -> Fine:
    """What :func:`pack` made of :func:`packed_fine`."""
    return _fine(_split(data, len(data) // SIZE_FINE, (*LAYOUT, *MORE)), day_s)


def _fine(columns: dict[str, npt.NDArray[Any]], day_s: float) -> Fine:
    return Fine(
        _points(columns, day_s),
        *(columns[name].astype(np.int64) for name, _kind in MORE),
    )


def as_kept(fine: Fine, day_s: float) -> Fine:
    """The same rounded as it is kept: what follows must not depend on whether it was
    kept in between."""
    names = [name for name, _kind in (*LAYOUT, *MORE)]
    return _fine(dict(zip(names, packed_fine(fine, day_s), strict=True)), day_s)
