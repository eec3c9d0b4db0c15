"""Writing a settled day: its state, and those of its pieces that changed."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from django.db import connection

from layers.core.ingest import Ints

from . import states
from .batch import Batch, midnight, moment, statement
from .params import DAY_S
from .pieces import Piece, pieces_of
from .points import pack, packed_fine


def make_partitions(days: list[date]) -> int:
    """Partitions for the months of these days; how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracks_make_partitions(%s)", [days])
        (made,) = cursor.fetchone()
    return int(made)


def store(found: Batch) -> int:
    """Write one day of some devices inside the caller's transaction; how many
    pieces changed."""
    day_s = midnight(found.day)
    _store_days(found)
    ids = found.device_id.tolist()
    there = _there(found.day, ids)
    fresh: list[tuple[int | None, int, Piece]] = []
    gone = {entry[0] for entry in there.values()}
    for place, piece in pieces_of(found.fine, found.device, day_s):
        number, digest = there.get((ids[place], *piece.key), (None, None))
        if digest == piece.digest:
            gone.discard(number)
            continue
        fresh.append((number, ids[place], piece))
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM tracks_piece WHERE id = ANY(%s) AND at >= %s AND at < %s",
                [sorted(gone), moment(day_s), moment(day_s + DAY_S)],
            )
    if fresh:
        _insert(fresh)
    return len(gone) + len(fresh)


def _store_days(found: Batch) -> None:
    """The states of the day; where one changed at its end the next day follows."""
    days, ids = found.days, found.device_id.tolist()
    after = [states.dump(each.state_after, numbers=False) for each in days]
    columns = packed_fine(found.fine, midnight(found.day))
    cuts = np.searchsorted(found.device, np.arange(len(days) + 1)).tolist()
    with connection.cursor() as cursor:
        cursor.execute(
            statement("store_day"),
            [
                found.day,
                ids,
                [each.fixes for each in days],
                [each.content for each in days],
                [moment(each.checkpoint) for each in days],
                [each.fixes_before for each in days],
                [each.content_before for each in days],
                [states.dump(each.state_before) for each in days],
                after,
                [pack(columns, slice(*pair)) for pair in pairwise(cuts)],
            ],
        )
        changed = [
            device
            for device, each, text in zip(ids, days, after, strict=True)
            if each.was_after != text
        ]
        if changed:
            cursor.execute(statement("next_day"), [changed, found.day])


Key = tuple[int, int, str, int]


def _there(day: date, devices: list[int]) -> dict[Key, tuple[int, int]]:
    """(id, digest) of the pieces of the day by device, branch, kind and segment."""
    day_s = midnight(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, branch, kind, segment, id, digest FROM tracks_piece"
            " WHERE device_id = ANY(%s) AND at >= %s AND at < %s",
            [devices, moment(day_s), moment(day_s + DAY_S)],
        )
        return {row[:4]: row[4:] for row in cursor.fetchall()}


def _insert(fresh: list[tuple[int | None, int, Piece]]) -> None:
    rows = [
        (
            number, moment(piece.at), moment(piece.started_at), device, piece.digest,
            piece.fixes, piece.distance_m, piece.speed_kn, piece.max_kn,
            piece.reasons, piece.branch, piece.segment, piece.begins, piece.kind,
            *piece.levels, *piece.geometries,
        )
        for number, device, piece in fresh
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            statement("store_pieces"), [list(each) for each in zip(*rows, strict=True)]
        )


def forget_points(before: date) -> int:
    """Drop the fine points of days before ``before``; how many days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracks_day SET points = NULL WHERE day < %s AND points IS NOT NULL",
            [before],
        )
        return int(cursor.rowcount)


def devices_of(ids: Ints) -> dict[int, str]:
    """Kind of each device by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind FROM vessels_device WHERE id = ANY(%s)", [ids.tolist()]
        )
        return dict(cursor.fetchall())
