"""What the clock reads: the fleet that owes reports, the duties, the outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core import filters
from layers.core.db import execute
from layers.core.ingest import Bools, Floats, Ints
from layers.core.spec import by_role
from layers.vessels.models.devices import Provider
from layers.vessels.models.duties import Outage, ReportingDuty

from .ladder import NEVER, Fleet, Span

SQL = Path(__file__).parent.parent / "sql"
FRESH_S = 300.0
FLEET = (SQL / "duties_fleet.sql").read_text()


@dataclass(slots=True)
class Ships:
    """The fleet with a counted VMS device: columns of one length, ordered by ``id``.

    ``owes``: a duty applies. ``step``, ``step_since``, ``counted_from``, ``next_step``
    and ``next_at`` are what was written last. Of those accused, ``first`` is the first
    report stored since ``counted_from`` and ``after`` the first since ``step_since``.
    ``fresh``: the newest report was stored within the last ``FRESH_S``; where it is
    old, more are probably on their way (a backlog, a buffer of the provider).
    """

    id: Ints
    title: list[str]
    unit_id: list[int | None]
    lon: Floats
    lat: Floats
    at_sea: Bools
    fleet: Fleet
    every: Floats
    owes: Bools
    step: list[str]
    step_since: Floats
    counted_from: Floats
    next_step: list[str]
    next_at: Floats
    first: Floats
    after: Floats
    fresh: Bools
    providers: list[Provider]

    def __len__(self) -> int:
        return len(self.id)


def ships(now: datetime, only: list[int] | None = None) -> Ships:
    """The fleet as it stands at ``now``, or ``only`` these vessels of it."""
    with connection.cursor() as cursor:
        cursor.execute(FLEET, {"now": now, "ids": only})
        rows = cursor.fetchall()
    providers = list(Provider.objects.order_by("pk"))
    index = {provider.pk: place for place, provider in enumerate(providers)}
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    length = _numbers(rows, 3)
    duty, duties = _duties(now, ids, length)
    at_sea = np.array([row[8] is True for row in rows], dtype=bool)
    since = _numbers(rows, 9)
    return Ships(
        id=ids,
        title=[row[1] for row in rows],
        unit_id=[row[2] for row in rows],
        lon=_numbers(rows, 6),
        lat=_numbers(rows, 7),
        at_sea=at_sea,
        every=_of(duty, [entry.interval_min * 60 for entry in duties]),
        owes=duty >= 0,
        fleet=Fleet(
            heard=np.fmax(_numbers(rows, 5), _numbers(rows, 19)),
            sea=np.where(at_sea, since, np.nan),
            broken=_numbers(rows, 11),
            manual=_numbers(rows, 10),
            provider=np.array([index.get(row[4], -1) for row in rows], dtype=np.int64),
            interval=_of(duty, [(d.interval_min + d.grace_min) * 60 for d in duties]),
            silent=_of(duty, [entry.silent_h * 3_600 for entry in duties]),
            back=_of(duty, [entry.return_days * 86_400 for entry in duties]),
            by_hand=_of(duty, [entry.manual_h * 3_600 for entry in duties]),
        ),
        step=[row[12] for row in rows],
        step_since=_numbers(rows, 13),
        counted_from=_numbers(rows, 14),
        next_step=[row[15] for row in rows],
        next_at=_numbers(rows, 16),
        first=_numbers(rows, 17),
        after=_numbers(rows, 18),
        fresh=_within(_numbers(rows, 20), now.timestamp()),
        providers=providers,
    )


def _within(stored: Floats, now: float) -> Bools:
    return (stored > now - FRESH_S) & (stored <= now)


def _numbers(rows: list[tuple[Any, ...]], column: int) -> Floats:
    return np.array(
        [np.nan if row[column] is None else row[column] for row in rows], dtype=float
    )


def _of(duty: Ints, values: list[int]) -> Floats:
    """The value of each vessel's duty; infinite without one."""
    return np.array([*values, NEVER], dtype=float)[duty]


def _duties(
    now: datetime, ids: Ints, length: Floats
) -> tuple[Ints, list[ReportingDuty]]:
    """The first duty that applies to each vessel (-1: none), and all in force."""
    today = timezone.localdate(now)
    duties = [
        duty
        for duty in ReportingDuty.objects.all()
        if (duty.valid_from is None or duty.valid_from <= today)
        and (duty.valid_to is None or today <= duty.valid_to)
    ]
    chosen = np.full(len(ids), -1, dtype=np.int64)
    for place, duty in enumerate(duties):
        most = NEVER if duty.length_to_m is None else duty.length_to_m
        fits = (chosen < 0) & (length >= duty.length_from_m) & (length < most)
        if duty.only and fits.any():
            fits &= np.isin(ids, _matching(duty.only, ids[fits]))
        chosen[fits] = place
    return chosen, duties


def _matching(text: str, ids: Ints) -> Ints:
    layer = by_role("vessels")
    fragment, values = filters.to_sql(layer, text)
    statement = sql.SQL("SELECT id FROM {} WHERE id = ANY(%s) AND {}").format(
        sql.Identifier(layer.relation), fragment
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [ids.tolist(), *values])
        return np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)


def spans(providers: list[Provider], since: datetime) -> list[Span]:
    """Outages that may matter for silences that began after ``since``."""
    index = {provider.pk: place for place, provider in enumerate(providers)}
    return [
        Span(
            provider=index[outage.provider_id],
            began=outage.began_at.timestamp(),
            ended=outage.ended_at.timestamp() if outage.ended_at else NEVER,
        )
        for outage in Outage.objects.exclude(ended_at__lt=since)
        if outage.provider_id in index
    ]
