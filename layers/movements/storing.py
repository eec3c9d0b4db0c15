"""Found movements as rows: what is new, changed or gone, and the events of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as but
from datetime import UTC, datetime
from math import isnan
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.core.spec import by_role

from .details import SCHEMAS
from .finding import World
from .models import Movement
from .moves import Found
from .reading import BRANCHES, ships

SLUG = "movements"
SOURCE = "tracks"
COMPARED = (
    "title", "vessel_id", "vessel_ids", "tracks", "began_at", "ended_at", "confidence",
    "published", "details", "params", "scope_units", "unit_id",
)  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A movement and whose it was: ``keys`` and ``vessels`` of its tracks."""

    found: Found
    keys: list[int]
    vessels: list[int | None]
    world: World

    @property
    def name(self) -> str:
        """The natural key; groups are named by their first track."""
        shown = self.keys if len(self.keys) == 2 else self.keys[:1]
        parts = [f"{key // BRANCHES}.{key % BRANCHES}" for key in shown]
        return ":".join([self.found.kind, str(round(self.found.began * 1e3)), *parts])

    def row(self) -> Movement:
        found, known = self.found, [v for v in self.vessels if v is not None]
        met = [self.world.ship[v] for v in dict.fromkeys(known)]
        units = sorted({ship.unit_id for ship in met if ship.unit_id is not None})
        schema = SCHEMAS[found.kind]
        return Movement(
            source=SOURCE,
            external_id=self.name,
            title=" – ".join(ship.title for ship in met)[:200],
            unit_id=met[0].unit_id if met else None,
            geom=_shape(found),
            kind=found.kind,
            vessel_id=known[0] if known else None,
            vessel_ids=list(dict.fromkeys(known)),
            device_id=self.keys[0] // BRANCHES,
            branch=self.keys[0] % BRANCHES,
            tracks=self.keys,
            began_at=_moment(found.began),
            ended_at=None if isnan(found.ended) else _moment(found.ended),
            confidence=found.confidence,
            published=found.published,
            details=schema(**found.values).model_dump(exclude_none=True),
            params=self.world.params.version,
            scope_units=units,
        )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(round(at, 2), UTC)


def _shape(found: Found) -> GEOSGeometry:
    if len(found.line) > 1:
        return LineString(list(found.line), srid=4326)
    return Point(round(found.lon, 6), round(found.lat, 6), srid=4326)


def replace(known: list[Movement], drafts: list[Draft], now: float) -> None:
    """Make the ``known`` rows into those of ``drafts``; equal ones stay untouched."""
    wanted = {draft.name: draft.row() for draft in drafts}
    there = {row.external_id: row for row in known}
    retracted = Movement.objects.filter(
        source=SOURCE, external_id__in=set(wanted) - set(there)
    )
    there |= {row.external_id: row for row in retracted}
    fresh: list[Movement] = []
    changed: list[tuple[Movement, bool, bool]] = []
    for name, row in wanted.items():
        old = there.pop(name, None)
        if old is None:
            fresh.append(row)
        elif old.retracted_at or not _same(old, row):
            changed.append(_changed(old, row))
    for old in there.values():
        if old.retracted_at is None:
            was = (old.published, old.ended_at is not None)
            old.retracted_at = _moment(now)
            changed.append((old, *was))
    _write(fresh, [row for row, *_was in changed])
    happened = [each for row in fresh for each in _told(row, False, False)]
    happened += [each for row, *was in changed for each in _told(row, *was)]
    events.record(_own(happened))


def _same(old: Movement, row: Movement) -> bool:
    same = all(getattr(old, name) == getattr(row, name) for name in COMPARED)
    return same and bool(old.geom and old.geom.equals_exact(row.geom, 1e-6))


def _changed(old: Movement, row: Movement) -> tuple[Movement, bool, bool]:
    """The row with its new values, whether it was shown and whether it was over."""
    was = old.published and old.retracted_at is None
    over = was and old.ended_at is not None
    for name in (*COMPARED, "geom"):
        setattr(old, name, getattr(row, name))
    old.retracted_at = None
    return old, was, over


def _write(fresh: list[Movement], changed: list[Movement]) -> None:
    Movement.objects.bulk_create(fresh, batch_size=2_000)
    now = timezone.now()
    for row in changed:
        row.updated_at = now
    names = [*COMPARED, "geom", "retracted_at", "revision", "updated_at"]
    Movement.objects.bulk_update(changed, names, batch_size=1_000)


def _told(row: Movement, was: bool, over: bool) -> Iterator[Happening]:
    """Events of the vessels: begun, ended, withdrawn."""
    shown = row.published and row.retracted_at is None
    if shown and not was:
        yield from _events(row, "", row.began_at)
    if shown and row.ended_at is not None and not over:
        yield from _events(row, "_ended", row.ended_at)
    if was and not shown:
        if not over:
            yield from _events(row, "_ended", row.began_at)
        yield from _events(row, "_withdrawn", row.retracted_at or row.updated_at)
        # should it come back, its events are new ones
        Movement.objects.filter(pk=row.pk).update(revision=row.revision + 1)


def _own(happened: list[Happening]) -> list[Happening]:
    """Each under the name and the unit of its own vessel: whoever may see one of two
    that met does not learn of the other."""
    named = ships(sorted({each.feature_id for each in happened if each.feature_id}))
    return [
        but(each, title=ship.title, unit_id=ship.unit_id)
        if (ship := named.get(each.feature_id or 0))
        else each
        for each in happened
    ]


def place(shape: GEOSGeometry | None) -> tuple[float, float]:
    """The point, or where the line begins."""
    coords: Any = getattr(shape, "coords", (0.0, 0.0))
    lon, lat = coords[0] if isinstance(shape, LineString) else coords
    return lon, lat


def _events(row: Movement, verb: str, at: datetime) -> Iterator[Happening]:
    lon, lat = place(row.geom)
    layer = by_role("vessels").slug
    for vessel in row.vessel_ids:
        yield Happening(
            key=f"{SLUG}:{row.external_id}:{row.revision}:{vessel}{verb or '_began'}",
            kind=f"movement.{row.kind}{verb}",
            layer=layer,
            feature_id=vessel,
            title=row.title,
            unit_id=row.unit_id,
            lon=lon,
            lat=lat,
            new={"group": row.external_id, "movement": row.pk, **row.details},
            happened_at=at,
        )
