"""The clock of duties: places first, then outages, then who owes what.

In this order nobody is accused of a provider's failure. A tick may be repeated, left
out or come late: what it tells carries the minute in which it came due, under a key
that is the same whenever it is told.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.core.versions import begin_change, current
from layers.vessels.models.duties import Outage

from . import accusing, placing, reading
from .outages import OutageParams, detect, over
from .reading import Ships

SLUG = "vessels"
LOCK = 0x10C_D071
# Silences longer than this are not looked at again for outages.
MEMORY = timedelta(days=60)


def params() -> OutageParams:
    return OutageParams(**settings.IOC_OUTAGES)


def tick(now: datetime | None = None) -> int:
    """Bring places, outages and ladders up to ``now``; how many vessels changed."""
    now = now or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        seq = begin_change(SLUG)
        changed = placing.update_all(seq)
        ships = reading.ships(now)
        watch_providers(ships, now)
        spans = reading.spans(ships.providers, now - MEMORY)
        changed |= accusing.update(ships, spans, now)
        _show(changed, seq)
    return len(changed)


def heard(ids: list[int], now: datetime) -> None:
    """A report of these vessels was stored: what they owe now.

    Within the transaction that stored it, which holds the layer's lock.
    """
    ships = reading.ships(now, ids)
    spans = reading.spans(ships.providers, now - MEMORY)
    _show(accusing.update(ships, spans, now), current(SLUG)[0])


def _show(changed: set[int], seq: int) -> None:
    """Copies in memory read these vessels again."""
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vessels_live SET seq = %s WHERE vessel_id = ANY(%s)",
            [seq, sorted(changed)],
        )


def watch_providers(ships: Ships, now: datetime) -> None:
    """Find outages that begin and end."""
    at = now.timestamp()
    wanted = params()
    fleet = ships.fleet
    heard = np.fmax(fleet.heard, fleet.sea)
    # who delivers old reports just now does deliver
    heard = np.where(ships.fresh, at, heard)
    owing = ships.owes & ships.at_sea & np.isfinite(heard) & np.isnan(fleet.broken)
    open_now = {o.provider_id: o for o in Outage.objects.filter(ended_at=None)}
    before = dict(
        Outage.objects.exclude(ended_at=None)
        .values_list("provider")
        .annotate(last=Max("ended_at"))
    )
    for place, provider in enumerate(ships.providers):
        mine = owing & (fleet.provider == place)
        outage = open_now.get(provider.pk)
        if outage is None:
            rows = np.flatnonzero(mine)
            last = before.get(provider.pk)
            # all clocks were started anew when the last outage ended
            start = np.fmax(heard[rows], last.timestamp() if last else -np.inf)
            found = len(rows) and detect(at, start, ships.every[rows], wanted)
            if found:
                _begin(
                    Outage(
                        provider=provider,
                        began_at=datetime.fromtimestamp(found.began, UTC),
                        vessels=int(mine.sum()),
                        expected=found.expected,
                        received=found.expected - found.late,
                    )
                )
        elif outage.declared_by_id is None:
            rows = np.flatnonzero(mine)
            began = outage.began_at.timestamp()
            if over(at, began, heard[rows], ships.every[rows], wanted):
                end(outage, now)


def _begin(outage: Outage) -> None:
    outage.save()
    announce(outage)


def announce(outage: Outage) -> None:
    """Tell that an outage began."""
    events.record(
        [
            _happening(
                "vms.outage_began",
                outage,
                outage.began_at,
                vessels=outage.vessels,
                expected=outage.expected,
                received=outage.received,
            )
        ]
    )


def end(outage: Outage, at: datetime) -> None:
    """Close an outage and tell it."""
    outage.ended_at = at
    outage.save(update_fields=["ended_at"])
    events.record([_happening("vms.outage_ended", outage, at, vessels=outage.vessels)])


def _happening(kind: str, outage: Outage, at: datetime, **new: float) -> Happening:
    provider = outage.provider
    return Happening(
        key=f"{kind}:{outage.pk}",
        kind=kind,
        layer=SLUG,
        feature_id=None,
        title=provider.title,
        new={"group": provider.code, "outage": outage.pk, **new},
        happened_at=at,
    )
