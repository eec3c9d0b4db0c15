"""Writing displays: those that a wall has, heartbeats, and who fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import nan
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from layers.core import events
from layers.core.ingest import Applied, Observed
from layers.core.versions import begin_change

from .choices import State
from .models import Display

SLUG, SOURCE = "displays", "wall"
# Heartbeats come every five seconds, and are handed on at most every ten.
SILENT_AFTER = timedelta(seconds=40)
PLACE = ("title", "unit_id", "wall", "column", "row")
FIGURES = (
    "offset_ms",
    "rtt_ms",
    "frame_p50_ms",
    "frame_p95_ms",
    "fps",
    "heap_mb",
    "data_age_s",
)
TOLD = ("scene", "seq", "release", "address")

Record = Mapping[str, Any]


def apply(records: Sequence[Record], seq: int) -> Applied:
    """Take heartbeats and bare displays (``at`` None), in any order.

    A record has ``external_id``, the names of ``PLACE``, ``lon``, ``lat``, ``at``, and
    any of ``FIGURES`` and ``TOLD``. One that is not newer than what is known and
    changes no place is marked as a duplicate.
    """
    rows = _rows(records)
    duplicate = np.ones(len(records), dtype=bool)
    happened: list[events.Happening] = []
    beats: dict[int, Display] = {}
    touched: dict[int, Display] = {}
    order = sorted(range(len(records)), key=lambda i: _moment(records[i]))
    for index in order:
        record = records[index]
        row = rows[record["external_id"]]
        moved, newer = _placed(row, record), _newer(row, record)
        if newer:
            happened += _beat(row, record)
            beats[row.pk] = row
        if moved or newer:
            duplicate[index] = False
            touched[row.pk] = row
    for row in touched.values():
        row.save()
    events.record(happened)
    return Applied(duplicate=duplicate, observed=_observed(list(beats.values())))


def _moment(record: Record) -> float:
    return record["at"].timestamp() if record["at"] else 0.0


def _rows(records: Sequence[Record]) -> dict[str, Display]:
    """The rows, locked; those that there were not are made."""
    named = {record["external_id"]: record for record in records}
    new = (
        Display(source=SOURCE, external_id=name, **{k: record[k] for k in PLACE})
        for name, record in sorted(named.items())
    )
    Display.objects.bulk_create(new, ignore_conflicts=True)
    found = Display.objects.select_for_update().filter(
        source=SOURCE, external_id__in=named
    )
    return {row.external_id: row for row in found.order_by("pk")}


def _placed(row: Display, record: Record) -> bool:
    """Whether it hangs elsewhere, or is called otherwise, than was known."""
    lon, lat = record.get("lon"), record.get("lat")
    point = None if lon is None or lat is None else Point(lon, lat, srid=4326)
    values = {name: record[name] for name in PLACE} | {"geom": point}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)


def _newer(row: Display, record: Record) -> bool:
    at = record["at"]
    return at is not None and (row.last_seen is None or at > row.last_seen)


def _beat(row: Display, record: Record) -> list[events.Happening]:
    for name in FIGURES:
        setattr(row, name, record.get(name))
    for name in TOLD:
        value = record.get(name)
        setattr(row, name, value if name == "seq" else value or "")
    row.last_seen = record["at"]
    if row.state == State.UP:
        return []
    kind = "display.returned" if row.state == State.SILENT else "display.came"
    return [_turn(row, State.UP, record["at"], kind)]


def _turn(row: Display, state: State, at: datetime, kind: str) -> events.Happening:
    old, row.state, row.state_since = row.state, state, at
    return events.Happening(
        key=f"{kind}:{row.pk}:{at.isoformat()}",
        kind=kind,
        layer=SLUG,
        feature_id=row.pk,
        title=row.title,
        unit_id=row.unit_id,
        lon=row.geom.x if row.geom else None,
        lat=row.geom.y if row.geom else None,
        old=str(old),
        new=str(state),
        happened_at=at,
    )


def _observed(rows: list[Display]) -> Observed | None:
    if not rows:
        return None
    rows.sort(key=lambda row: row.pk)
    figures = {
        name: [
            nan if getattr(row, name) is None else getattr(row, name) for row in rows
        ]
        for name in FIGURES
    }
    at = [row.last_seen for row in rows if row.last_seen is not None]
    return Observed.of_rows(rows, at, **figures)


def sweep(now: datetime | None = None) -> int:
    """Displays that were heard of and fell silent; how many. They are silent since
    ``SILENT_AFTER`` after their last heartbeat, whenever one looks."""
    limit = (now or timezone.now()) - SILENT_AFTER
    late = Display.objects.filter(state=State.UP, last_seen__lt=limit)
    if not late.exists():
        return 0
    with transaction.atomic():
        begin_change(SLUG)
        rows = list(late.select_for_update().order_by("pk"))
        happened = []
        for row in rows:
            since = (row.last_seen or limit) + SILENT_AFTER
            happened.append(_turn(row, State.SILENT, since, "display.silent"))
            row.save()
        events.record(happened)
    return len(rows)


def forget(wall: str, kept: set[str]) -> int:
    """Take away displays that the wall no longer has; how many."""
    with transaction.atomic():
        gone = Display.objects.filter(source=SOURCE, wall=wall).exclude(
            external_id__in=kept
        )
        if not gone.exists():
            return 0
        begin_change(SLUG, removed=True)
        return gone.delete()[0]
