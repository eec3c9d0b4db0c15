"""Figures that feeds bring: each message one origin, each figure told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
from django.db import connection

from layers.core.ingest import Applied

from . import services
from .entries import Entry
from .models import Channel, Fact, Load

_KNOWN = (Path(__file__).parent / "sql" / "known.sql").read_text()

# indicator, unit, part, first and last day, vintage
Key = tuple[int, int, str, object, object, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A figure out of a message: ``batch_id`` and ``line`` say where it stands,
    ``publisher`` who answers for it, ``source`` who sent it."""

    entry: Entry
    feed: str
    batch_id: int
    line: int
    cell: str
    source: str
    publisher: str
    title: str
    received_at: datetime

    @property
    def key(self) -> Key:
        e = self.entry
        return e.indicator_id, e.unit_id, e.facet, e.start, e.end, int(e.vintage)

    @property
    def published_at(self) -> datetime:
        """When the source says; else when it came."""
        return self.entry.published_at or self.received_at


def apply(records: Sequence[Reported], seq: int) -> Applied:
    """Publish what is new.

    A source that repeats the value which stands already, as one that is asked every
    hour does, tells nothing new: that is a duplicate. One that says another value
    under a date of publication that it has used has corrected it when it came.
    """
    known = _versions(records)
    loads: dict[tuple[str, int, str], Load] = {}
    duplicate = np.ones(len(records), dtype=bool)
    facts = []
    for index, record in enumerate(records):
        versions = known.setdefault(record.key, {})
        value, moment = record.entry.value, record.published_at
        stands = versions[max(versions)] if versions else None
        if value == stands or versions.get(moment) == value:
            continue
        if moment in versions:
            moment = record.received_at
        versions[moment] = value
        duplicate[index] = False
        facts.append(_fact(record, moment, _load(record, loads)))
    services.publish(facts)
    return Applied(duplicate=duplicate)


def _versions(records: Sequence[Reported]) -> dict[Key, dict[datetime, Decimal]]:
    """Of each period and vintage, every value by the time of its publication."""
    keys = sorted({record.key for record in records}, key=str)
    found: dict[Key, dict[datetime, Decimal]] = {}
    if keys:
        columns = [list(column) for column in zip(*keys, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, columns)
            for *key, value, moment in cursor.fetchall():
                found.setdefault(tuple(key), {})[moment] = value  # type: ignore[arg-type]
    return found


def _load(record: Reported, loads: dict[tuple[str, int, str], Load]) -> Load:
    name = (record.feed, record.batch_id, record.publisher[:200])
    if name not in loads:
        loads[name], _created = Load.objects.get_or_create(
            feed=name[0],
            batch_id=name[1],
            source=name[2],
            defaults={"channel": Channel.FEED, "title": record.title[:200]},
        )
    return loads[name]


def _fact(record: Reported, moment: datetime, load: Load) -> Fact:
    entry = record.entry
    return Fact(
        indicator_id=entry.indicator_id,
        unit_id=entry.unit_id,
        facet=entry.facet,
        period_start=entry.start,
        period_end=entry.end,
        value=entry.value,
        vintage=entry.vintage,
        published_at=moment,
        load=load,
        row=record.line,
        cell=record.cell[:60],
        note=entry.note,
    )
