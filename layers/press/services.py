"""Writing press items: each once, read for tone, topic and place."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
from django.contrib.gis.geos import Point

from layers.core import events
from layers.core.ingest import Applied, Observed

from . import reading
from .choices import Precision
from .models import Outlet, PressItem
from .queries import gazetteer

SLUG = "press"
GOLDEN = math.pi * (3 - math.sqrt(5))
SPREAD_M = 450.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item as a feed tells it. ``snapshot_sha256`` is of the stored document.

    ``external_id`` is the feed's own identifier (guid), else the link.
    """

    source: str
    external_id: str
    title: str
    url: str
    published_at: datetime
    summary: str = ""
    outlet: str = ""
    snapshot_sha256: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id

    @property
    def domain(self) -> str:
        host = urlsplit(self.url).hostname or self.outlet or self.source
        return host.removeprefix("www.")


def apply(records: Sequence[NewItem], seq: int) -> Applied:
    """Insert items not known yet, by (source, guid) and by link."""
    ids, urls = _known(records)
    duplicate = np.ones(len(records), dtype=bool)
    fresh: list[NewItem] = []
    for index, record in enumerate(records):
        if record.key in ids or (record.url and record.url in urls):
            continue
        ids.add(record.key)
        urls.add(record.url)
        fresh.append(record)
        duplicate[index] = False
    outlets = _outlets(fresh)
    places = gazetteer()
    rows = PressItem.objects.bulk_create(
        [_row(record, outlets[record.domain], places) for record in fresh],
        batch_size=1_000,
    )
    events.record(_published(row) for row in rows)
    return Applied(duplicate=duplicate, observed=_observed(rows))


def _known(records: Sequence[NewItem]) -> tuple[set[tuple[str, str]], set[str]]:
    by_id = PressItem.objects.filter(
        external_id__in={record.external_id for record in records}
    )
    by_url = PressItem.objects.filter(url__in={r.url for r in records if r.url})
    return (
        set(by_id.values_list("source", "external_id")),
        set(by_url.values_list("url", flat=True)),
    )


def _outlets(records: Sequence[NewItem]) -> dict[str, Outlet]:
    """The outlets of the records; one not registered is added, unlicensed."""
    names = {record.domain: record.outlet or record.domain for record in records}
    Outlet.objects.bulk_create(
        [
            Outlet(domain=domain, name=name[:120])
            for domain, name in sorted(names.items())
        ],
        ignore_conflicts=True,
    )
    return {row.domain: row for row in Outlet.objects.filter(domain__in=names)}


def _row(record: NewItem, outlet: Outlet, places: reading.Gazetteer) -> PressItem:
    place = places.find(record.title, record.summary)
    item = PressItem(
        source=record.source,
        external_id=record.external_id[:80],
        title=record.title[:200],
        outlet=outlet,
        url=record.url,
        published_at=record.published_at,
        summary=record.summary[:1000],
        topic=reading.topic(record.title, record.summary),
        machine_tone=reading.tone(record.title, record.summary),
        snapshot_sha256=record.snapshot_sha256,
    )
    if place is not None:
        item.unit_id = place.unit_id
        item.place = place.title
        commune = place.kind == "commune"
        item.precision = Precision.COMMUNE if commune else Precision.AREA
        item.geom = beside(place, record.external_id)
    return item


def beside(place: reading.Place, name: str) -> Point:
    """The seat, moved a little by the item's name, so that items of one place do
    not hide each other. Never more than 450 m: the place is known to the commune."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest())
    step = number % 64
    radius = SPREAD_M * math.sqrt((step + 0.5) / 64)
    north = radius * math.cos(step * GOLDEN) / METRES_PER_DEGREE
    east = radius * math.sin(step * GOLDEN) / METRES_PER_DEGREE
    east /= math.cos(math.radians(place.lat))
    return Point(place.lon + east, place.lat + north, srid=4326)


def _published(row: PressItem) -> events.Happening:
    return events.Happening(
        key=f"{SLUG}:{row.source}:{row.external_id}:published",
        kind="press.published",
        layer=SLUG,
        feature_id=row.pk,
        title=row.title,
        unit_id=row.unit_id,
        lon=row.geom.x if row.geom else None,
        lat=row.geom.y if row.geom else None,
        new=row.machine_tone,
        happened_at=row.published_at,
    )


def _observed(rows: Sequence[PressItem]) -> Observed:
    """Items with a place only: rules about places look at these."""
    placed = [row for row in rows if row.geom is not None]
    return Observed.of_rows(placed, [row.published_at for row in placed])
