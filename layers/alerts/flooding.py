"""Alarm floods, recorded as events: when alerts come faster than people can take in.

A flood begins above ten calls per operator in ten minutes and is over below five
(EEMUA 191, ISA-18.2). What a call is and who is on the desk: ``desk/account.py``,
``desk/flood.py``, which also tells what lasts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.core.scope import everything
from layers.core.versions import begin_change

from .desk import account, flood, load
from .records import SLUG

BEGINS, ENDS = load.FLOOD, load.FLOOD / 2
STEP = timedelta(minutes=1)
# How far back is made up for when nobody looked.
BACK = timedelta(hours=1)
# One process at a time; any number that no other part of the system uses.
LOCK = 0x10C_F100D
Turn = tuple[datetime, str, float]


def turns(history: Sequence[tuple[datetime, float]], *, lasting: bool) -> list[Turn]:
    """Where floods begin and end in a history of calls per operator in the ten minutes
    before each moment, oldest first; ``lasting``: one lasted before it."""
    found: list[Turn] = []
    for at, per_operator in history:
        if not lasting and per_operator > BEGINS:
            lasting = True
            found.append((at, flood.BEGAN, per_operator))
        elif lasting and per_operator < ENDS:
            lasting = False
            found.append((at, flood.ENDED, per_operator))
    return found


def watch(now: datetime | None = None) -> int:
    """Record what began or ended since the last turn; how many turns. A second look
    finds nothing new."""
    now = now or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        newest = flood.newest()
        since = now - BACK
        if newest is not None:
            since = max(since, newest.happened_at)
        lasting = newest is not None and newest.kind == flood.BEGAN
        found = turns(_history(since, now, lasting=lasting), lasting=lasting)
        if found:
            begin_change(SLUG)
        return len(events.record(_happening(turn) for turn in found))


def _history(
    since: datetime, until: datetime, *, lasting: bool
) -> list[tuple[datetime, float]]:
    """Calls per operator at every full minute of the span. Who was on the desk is
    asked only where it matters: one at least is."""
    calls = [
        row["at"]
        for row in account.ask(
            account.CALLS,
            everything(),
            since=since - load.WINDOW,
            until=until + timedelta(seconds=1),
        )
    ]
    found = []
    at = since.replace(second=0, microsecond=0) + STEP
    while at <= until:
        first, last = bisect_left(calls, at - load.WINDOW), bisect_left(calls, at)
        count = float(last - first)
        if lasting or count > BEGINS:
            count /= flood.operators(at)
        found.append((at, count))
        at += STEP
    return found


def _happening(turn: Turn) -> Happening:
    at, kind, per_operator = turn
    return Happening(
        key=f"{kind}:{at.astimezone(UTC):%Y-%m-%dT%H:%M}",
        kind=kind,
        layer=SLUG,
        feature_id=None,
        new={
            "per_operator": round(per_operator, 1),
            "minutes": int(load.WINDOW.total_seconds() / 60),
            "begins_above": BEGINS,
            "ends_below": ENDS,
        },
        happened_at=at,
    )
