"""Loading official zones and lines from GeoJSON, GeoPackage or Shapefile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from layers.core.geofiles import (
    GeoFileError,
    need_columns,
    need_distinct,
    read_frame,
    text,
)
from layers.core.versions import begin_change

from .layer import LAYER
from .models import LINES, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the file's rows are and when they hold. ``facts`` are values of further
    fields of Zone for all of them (band, closed, season, side, legal basis).

    ``replace``: other zones of the kind (and band) that are in force on the first
    day end the day before.
    """

    kind: str
    valid_from: date
    source: str
    valid_to: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One zone of a file: ``shape`` is valid, flat, lon/lat."""

    code: str
    title: str
    title_en: str
    shape: shapely.Geometry
    repaired: bool


@dataclass(slots=True)
class Outcome:
    """Codes by what happened to them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


def read(
    path: Path, kind: str, *, code: str, name: str, name_en: str = "", crs: str = ""
) -> list[Shape]:
    """The zones of a file; ``code``, ``name``, ``name_en`` are its columns.

    Raises GeoFileError naming the row and what is wrong with it.
    """
    frame = read_frame(path, crs)
    need_columns(frame, {code, name, name_en})
    found = []
    for number, row in enumerate(frame.to_dict("records"), 1):
        where = f"{path.name}, row {number}"
        key, title = text(row[code]), text(row[name])
        if not key or not title:
            raise GeoFileError(f"{where}: the code or the name is empty")
        if len(key) > 40 or len(title) > 200:
            raise GeoFileError(f"{where}: the code or the name is too long")
        shape = row["geometry"]
        whole = _clean(shape, kind in LINES, f"{where}: {title}")
        english = text(row[name_en]) if name_en else ""
        found.append(
            Shape(
                code=key,
                title=title,
                title_en=english,
                shape=whole,
                repaired=not shape.is_valid,
            )
        )
    need_distinct([shape.code for shape in found])
    return found


def _clean(shape: Any, line: bool, where: str) -> shapely.Geometry:
    if shape is None or shape.is_empty:
        raise GeoFileError(f"{where} has no geometry")
    flat = shapely.force_2d(shape)
    west, south, east, north = flat.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise GeoFileError(f"{where} does not lie on the earth: give --crs")
    wanted = 1 if line else 2
    if shapely.get_dimensions(flat) != wanted:
        kind = "a line" if line else "an area"
        raise GeoFileError(f"{where} is a {flat.geom_type}; this kind needs {kind}")
    if line:
        merged = shapely.line_merge(flat) if flat.geom_type != "LineString" else flat
        if merged.geom_type != "LineString" or not merged.is_simple:
            raise GeoFileError(f"{where} is not one line without crossings")
        return merged
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(flat)))
    areas = [part for part in parts if shapely.get_dimensions(part) == 2]
    return shapely.union_all(areas)


@transaction.atomic
def load(shapes: Sequence[Shape], plan: Plan) -> Outcome:
    """Write the zones by ``plan`` in one transaction.

    A zone of the same code keeps its id; what differs becomes its next version, and
    the old one stays in its history. The same file twice changes nothing. Raises
    GeoFileError when the facts contradict each other.
    """
    begin_change(LAYER.slug)
    outcome = Outcome()
    codes = [shape.code for shape in shapes]
    known = {zone.code: zone for zone in Zone.objects.filter(code__in=codes)}
    if plan.replace:
        outcome.ended = _end_others(plan, codes)
    for shape in shapes:
        zone = known.get(shape.code)
        if zone is not None and zone.kind != plan.kind:
            raise GeoFileError(
                f"{shape.code} is a zone of the kind {zone.kind} already"
            )
        fate = outcome.changed if zone else outcome.created
        if not _write(zone or Zone(code=shape.code, kind=plan.kind), shape, plan):
            fate = outcome.same
        fate.append(shape.code)
    return outcome


def _end_others(plan: Plan, codes: list[str]) -> list[str]:
    """End, the day before, other zones of the kind in force on the first day."""
    before = plan.valid_from - timedelta(days=1)
    standing = Zone.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=before),
        Q(valid_to=None) | Q(valid_to__gte=plan.valid_from),
        kind=plan.kind,
        band=plan.facts.get("band", ""),
    ).exclude(code__in=codes)
    ended = sorted(standing.values_list("code", flat=True))
    standing.update(valid_to=before)
    return ended


def _write(zone: Zone, shape: Shape, plan: Plan) -> bool:
    """Save what differs; whether anything did."""
    wanted: dict[str, Any] = {
        "title": shape.title,
        "title_en": shape.title_en or zone.title_en,
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "schematic": False,
        **plan.facts,
    }
    geom = GEOSGeometry(memoryview(shapely.to_wkb(shape.shape)), srid=4326)
    same = zone.geom is not None and zone.geom.equals_exact(geom, 1e-9)
    if zone.pk and same and all(getattr(zone, k) == v for k, v in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(zone, name, value)
    if not same:
        zone.geom = geom
    zone.source, zone.external_id = plan.source, zone.code
    try:
        zone.full_clean()
    except ValidationError as error:
        reasons = "; ".join(error.messages)
        raise GeoFileError(f"{zone.code}: {reasons}") from error
    zone.save()
    return True
