"""Writing warnings: each message once, chains by what they refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from layers.core import events
from layers.core.cap.model import SEVERITIES, Info, Message
from layers.core.events import Happening
from layers.core.ingest import Applied, Observed
from layers.core.versions import begin_change

from .areas import shape_of
from .models import Warning as Row

SLUG = "hazard_warnings"
LANGUAGE = "vi"
ENDERS = ("Update", "Cancel")


@dataclass(frozen=True, slots=True)
class Told:
    """One message as a feed has it. ``source`` is the feed's name for its sender."""

    source: str
    message: Message
    received_at: datetime


def apply(records: Sequence[Told], seq: int) -> Applied:
    """Insert messages not known yet and end what they replace; in any order."""
    duplicate = np.zeros(len(records), dtype=bool)
    fresh: list[Row] = []
    for index, told in enumerate(records):
        row = _insert(told)
        duplicate[index] = row is None
        if row is not None:
            fresh.append(row)
    return Applied(duplicate=duplicate, observed=_observed(fresh))


def _insert(told: Told) -> Row | None:
    """The row of a message; None when it is known or warns of nothing (Ack, Error)."""
    message = told.message
    if message.kind in ("Ack", "Error"):
        return None
    source, external_id = told.source[:60], name_of(message)
    if Row.objects.filter(source=source, external_id=external_id).exists():
        return None
    row = _row(told, source, external_id)
    row.save()
    if row.kind in ENDERS:
        earlier = Row.objects.select_for_update().filter(
            source=source, external_id__in=[digest(name) for name in row.refers_to]
        )
        for old in earlier.order_by("pk"):
            end(old, row.sent, row)
    # it may have been replaced by what came before it
    later = Row.objects.filter(
        source=source, refers_to__contains=[row.name], kind__in=ENDERS
    )
    ender = later.exclude(pk=row.pk).order_by("sent", "pk").first()
    if told_to_people(row):
        events.record([_event(row, "warning.issued", row.sent)])
    if ender is not None:
        end(row, ender.sent, ender)
    return row


def name_of(message: Message) -> str:
    return digest(f"{message.sender} {message.identifier}")


def digest(name: str) -> str:
    """Identifiers may be longer than a column that is indexed should be."""
    return hashlib.sha256(name.encode()).hexdigest()


def _row(told: Told, source: str, external_id: str) -> Row:
    message = told.message
    infos = chosen(message.infos)
    first = infos[0] if infos else Info(event="—")
    areas = [area for info in infos for area in info.areas]
    gravest = min((info.severity for info in infos), default="Unknown", key=_gravity)
    shape = shape_of(areas)
    expires = [info.expires for info in infos if info.expires]
    return Row(
        source=source,
        external_id=external_id,
        title=(first.headline or first.event)[:200],
        geom=GEOSGeometry(shape.wkb.hex(), srid=4326) if shape is not None else None,
        identifier=message.identifier[:500],
        sender=message.sender[:300],
        sender_name=first.sender_name[:300],
        sent=message.sent,
        status=message.status,
        kind=message.kind,
        language=first.language[:20],
        event=first.event[:300],
        category=first.categories[0],
        severity=gravest,
        urgency=first.urgency,
        certainty=first.certainty,
        description=first.description,
        instruction=first.instruction,
        area_text=", ".join(filter(None, (area.description for area in areas)))[:1_000],
        web=first.web[:500],
        contact=first.contact[:300],
        begins_at=first.onset or first.effective or message.sent,
        expires=max(expires) if len(expires) == len(infos) and expires else None,
        refers_to=[f"{r.sender} {r.identifier}" for r in message.references],
        received_at=told.received_at,
    )


def chosen(infos: Sequence[Info]) -> list[Info]:
    """The infos in Vietnamese, else those in the language of the first; several of
    one language tell of several events or areas."""
    own = [info for info in infos if info.language.lower().startswith(LANGUAGE)]
    if own or not infos:
        return own
    return [info for info in infos if info.language == infos[0].language]


def _gravity(severity: str) -> int:
    return SEVERITIES.index(severity)


def told_to_people(row: Row) -> bool:
    """Tests and drafts never; exercises where everything is one."""
    if row.kind not in ("Alert", "Update"):
        return False
    return row.status == "Actual" or (row.status == "Exercise" and settings.IOC_DEMO)


def end(row: Row, at: datetime, ender: Row | None = None) -> None:
    """Replaced or cancelled; the earliest end counts."""
    if row.ended_at is not None and row.ended_at <= at:
        return
    row.ended_at, row.ended_by = at, ender
    row.save(update_fields=["ended_at", "ended_by", "updated_at"])
    if told_to_people(row):
        events.record([_event(row, "warning.ended", at)])


def expire(now: datetime | None = None) -> int:
    """Tell the end of what has expired; how many. Each is told once, at its time."""
    now = now or timezone.now()
    due = Row.objects.filter(ended_at=None, expires__lte=now)
    # told ones have an event of that name: recording again changes nothing
    with transaction.atomic():
        begin_change(SLUG)
        ended = [row for row in due.order_by("expires", "pk") if told_to_people(row)]
        return len(
            events.record(
                _event(row, "warning.ended", row.expires)  # type: ignore[arg-type]
                for row in ended
            )
        )


def _event(row: Row, kind: str, at: datetime) -> Happening:
    place = row.geom.point_on_surface if row.geom else None
    return Happening(
        key=f"{kind}:{row.pk}:{at.timestamp():.0f}",
        kind=kind,
        layer=SLUG,
        feature_id=row.pk,
        title=row.title,
        unit_id=row.unit_id,
        lon=place.x if place else None,
        lat=place.y if place else None,
        new={"severity": row.severity, "event": row.event, "sender": row.sender},
        happened_at=at,
    )


def _observed(rows: Iterable[Row]) -> Observed | None:
    found = list(rows)
    if not found:
        return None
    points = [row.geom.point_on_surface if row.geom else None for row in found]
    return Observed(
        feature_id=np.array([row.pk for row in found], dtype=np.int64),
        at=np.array([row.sent.timestamp() for row in found]),
        lon=np.array([point.x if point else np.nan for point in points]),
        lat=np.array([point.y if point else np.nan for point in points]),
        unit_id=np.array([row.unit_id or 0 for row in found], dtype=np.int64),
        title=[row.title for row in found],
        newest=np.ones(len(found), dtype=bool),
    )
