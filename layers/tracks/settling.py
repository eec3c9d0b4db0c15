"""Settling: stored positions become tracks, whatever order they came in.

Whoever stores positions marks them in ``vessels_dirty``. Here the marks become
device-days to do (``claim``), and each of these is made anew from what is stored
(``settle_some``): a pure function of the day's fixes and of the state at the end of
the day before. Where that state changes, the next day follows. Any number of
workers may do this at once; a device is worked on by one of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from layers.core.ingest import Floats, Ints
from layers.core.registry import Registry
from layers.vessels.retention import cutoff

from . import batch, storing
from .batch import Batch, Settled, midnight, moment, statement
from .fittings import Fittings
from .params import MAX_DEVICES, MAX_FIXES

LOCK = 0x7472_6163  # the first key of our advisory locks; the second is the device
CLAIMED = 5_000
AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Analyser:
    """Something that draws conclusions from settled tracks, in their transaction.

    It sees the whole day of every device of which something changed and may see a
    day again at any time: what it writes must not depend on that.
    """

    slug: str
    order: int
    run: Callable[[Settled], None]


analysers: Registry[Analyser] = Registry("track analyser")


def settle_all(limit_s: float = 60.0, pause_s: float | None = None) -> int:
    """Settle what is marked, until nothing is left or the time is up; how many
    device-days were settled."""
    wait = settings.IOC_TRACK_PAUSE_S if pause_s is None else pause_s
    started = time.monotonic()
    done = 0
    while True:
        claimed = claim(wait)
        before = done
        for day in waiting_days():
            done += settle_some(day)
            if time.monotonic() - started > limit_s:
                return done
        if not claimed and done == before:
            return done


def claim(pause_s: float) -> int:
    """Turn marks into device-days to do; how many devices were marked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("claim"), [pause_s, CLAIMED])
        marked = int(cursor.rowcount)
    # apart, since it may take long and whoever stores positions waits for marks
    look_later()
    return marked


def look_later() -> None:
    """Add the days after those that were marked whose positions are not as settled."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, device_id, day FROM tracks_work WHERE later"
            " FOR UPDATE SKIP LOCKED"
        )
        rows = cursor.fetchall()
        if not rows:
            return
        for since, devices in _alike([row[1:] for row in rows]):
            after = moment(midnight(since + timedelta(days=1)))
            cursor.execute(statement("claim_later"), [devices, after])
        cursor.execute(
            "UPDATE tracks_work SET later = false WHERE id = ANY(%s)",
            [[row[0] for row in rows]],
        )
        # what claims to be of another age is kept as a position and nothing more
        now = timezone.now()
        cursor.execute(
            "DELETE FROM tracks_work WHERE NOT later AND (day < %s OR day > %s)",
            [cutoff(now).date(), now.date() + AHEAD],
        )


def _alike(rows: list[tuple[int, date]]) -> list[tuple[date, list[int]]]:
    """Devices by the day from which on they are marked."""
    found: dict[date, list[int]] = {}
    for device, day in rows:
        found.setdefault(day, []).append(device)
    return sorted(found.items())


def waiting_days() -> list[date]:
    """The earliest day of every device that waits, each once, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT day FROM tracks_waiting ORDER BY day DESC")
        return [day for (day,) in cursor.fetchall()]


def settle_some(day: date) -> int:
    """Settle this day of some devices that wait for it; how many."""
    storing.make_partitions([day])
    with transaction.atomic():
        devices, since, work = take(day)
        if not len(devices):
            return 0
        # one that is not there any more (tests) has nothing to settle
        kinds = storing.devices_of(devices)
        before = batch.known(day, devices, since)
        begin = np.array([each.checkpoint for each in before])
        chosen = _bounded(day, devices, begin)
        devices, since = devices[chosen], since[chosen]
        before = [before[place] for place in chosen.tolist()]
        names = [kinds.get(device, "ais") for device in devices.tolist()]
        fixes = batch.load(day, devices, begin[chosen])
        fittings = Fittings.of(devices)
        found = batch.settle(day, devices, names, before, fixes, fittings)
        storing.store(found)
        analyse(found, names, since, fittings)
        done = [number for device in devices.tolist() for number in work[device]]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tracks_work WHERE id = ANY(%s)", [done])
    return len(devices)


def take(day: date) -> tuple[Ints, Floats, dict[int, list[int]]]:
    """Devices that wait for this day first, locked until the end of the transaction:
    their ids, from when on something is new, and the rows of work by device."""
    with connection.cursor() as cursor:
        cursor.execute(statement("take"), [day, LOCK, MAX_DEVICES])
        locked = [device for (device,) in cursor.fetchall()]
        # read after locking: what another worker has just done is gone
        cursor.execute(
            "SELECT device_id, min(extract(epoch FROM since))::float8, array_agg(id)"
            " FROM tracks_work WHERE device_id = ANY(%s) AND day = %s AND NOT later"
            " GROUP BY device_id ORDER BY device_id",
            [locked, day],
        )
        rows = cursor.fetchall()
    return (
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=float),
        {row[0]: row[2] for row in rows},
    )


def _bounded(day: date, devices: Ints, begin: Floats) -> Ints:
    """Places of as many devices as are read at once, at least one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.device_id, count(*) FROM unnest(%s::bigint[], %s::timestamptz[])"
            " AS w (device_id, since) JOIN vessels_position p"
            " ON p.device_id = w.device_id AND p.at >= w.since"
            " WHERE p.at >= %s AND p.at < %s GROUP BY 1",
            [
                devices.tolist(),
                [moment(at) for at in begin.tolist()],
                moment(midnight(day)),
                moment(midnight(day + timedelta(days=1))),
            ],
        )
        counts = dict(cursor.fetchall())
    total = np.cumsum([counts.get(device, 0) for device in devices.tolist()])
    return np.arange(max(1, int(np.searchsorted(total, MAX_FIXES, side="right"))))


def analyse(found: Batch, kinds: list[str], since: Floats, fittings: Fittings) -> None:
    """Hand the day to everybody who draws conclusions from it, in their order."""
    if not analysers:
        return
    settled = Settled(
        day=found.day,
        device_id=found.device_id,
        kind=kinds,
        since=since,
        fine=found.fine,
        device=found.device,
        vessel_id=fittings.vessels(
            found.device, found.fine.branch, found.fine.points.at
        ),
    )
    for analyser in sorted(analysers.values(), key=lambda each: each.order):
        analyser.run(settled)
