"""Handing in a set: the file is kept, its columns are chosen, its outlines read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from layers.core.geofiles import GeoFileError
from layers.units import topology
from layers.units.models import BoundarySet, DraftUnit, Kind, SetState, Unit

from . import columns, reading, reports
from .columns import FieldNames
from .outlines import Outline, outlines
from .reading import Table
from .standing import in_force


class RefusedError(ValueError):
    """What was asked makes no sense now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What people say of a file."""

    kind: str
    purpose: str
    valid_from: date
    valid_to: date | None = None
    title: str = ""
    decree: str = ""
    source: str = ""
    crs: str = ""
    swapped: bool = False
    gap_m: float = topology.GAP_M
    population_year: int | None = None


def hand_in(file: File, name: str, facts: Facts, user: Any) -> BoundarySet:
    """Keep a file as a draft whose columns are guessed. Raises GeoFileError when it
    holds no outlines in Viet Nam; then nothing is kept."""
    if (file.size or 0) > reading.MAX_BYTES:
        raise GeoFileError(_("The file is larger than 200 MB."))
    stem = Path(name).name.split(".")[0]
    made = BoundarySet(
        kind=facts.kind,
        purpose=facts.purpose,
        title=(facts.title or stem)[:200],
        file_name=Path(name).name[:200],
        sha256=_sha256(file),
        crs_given=facts.crs,
        swapped=facts.swapped,
        gap_m=facts.gap_m,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        population_year=facts.population_year,
        decree=facts.decree,
        source=(facts.source or stem)[:60],
        created_by=user,
    )
    # the name on disk is ours: only the kind of file is taken from what was given
    suffix = Path(name).suffix.lower()
    made.file.save(f"{made.sha256[:16]}{suffix}", file, save=False)
    try:
        table = open_file(made)
        made.crs_found = table.crs
        made.columns = asdict(columns.guess(table))
        made.save()
    except BaseException:
        made.file.delete(save=False)
        raise
    return made


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def open_file(made: BoundarySet) -> Table:
    """The rows of a set's file. Raises GeoFileError."""
    return reading.open_table(
        Path(made.file.path),
        made.file_name,
        crs=made.crs_given,
        swapped=made.swapped,
        target=expected_box(),
    )


def expected_box() -> tuple[float, float, float, float] | None:
    """The lon/lat box of the province, for advice on reference systems."""
    units = Unit.objects.filter(kind=Kind.PROVINCE, geom__isnull=False)
    box = units.aggregate(box=Extent("geom"))["box"]
    return tuple(box) if box else None


def read(
    made: BoundarySet,
    names: FieldNames,
    table: Table | None = None,
    least_ha: float = reports.LEAST_HA,
) -> None:
    """Read the outlines into the draft, in place of those read before.

    Raises GeoFileError naming what is wrong, RefusedError when it is no draft any
    more; then the draft stays as it was.
    """
    started = time.monotonic()
    found = outlines(table or open_file(made), names)
    try:
        cleaned = topology.clean([outline.shape for outline in found], made.gap_m)
    except topology.CoveredError as error:
        lost = found[error.index]
        given = {"row": lost.row, "name": lost.name}
        raise GeoFileError(
            _("row %(row)d (%(name)s) is wholly covered by others") % given
        ) from error
    report = reports.make(found, cleaned, published(made), least_ha)
    with transaction.atomic():
        held = BoundarySet.objects.select_for_update().get(pk=made.pk)
        if held.state != SetState.DRAFT:
            raise RefusedError(_("Only a draft can be read again."))
        DraftUnit.objects.filter(set=held).delete()
        DraftUnit.objects.bulk_create(_rows(held, found, cleaned.shapes))
        report["seconds"] = round(time.monotonic() - started, 2)
        held.columns, held.report = asdict(names), report
        held.save(update_fields=["columns", "report"])
    made.columns, made.report = held.columns, held.report


def published(made: BoundarySet) -> dict[tuple[str, str], float]:
    """Published areas, km², of the units of the level about the first day."""
    before = made.valid_from - timedelta(days=1)
    units = Unit.objects.filter(
        in_force(before) | in_force(made.valid_from), kind=made.kind
    ).exclude(area_km2=None)
    rows = units.order_by("valid_from").values_list("code", "title", "area_km2")
    return {(code, title): float(area or 0) for code, title, area in rows}


def _geos(shape: Any) -> Any:
    return GEOSGeometry(memoryview(shape.wkb), srid=4326)


def _rows(
    made: BoundarySet, found: Sequence[Outline], shapes: Sequence[Any]
) -> list[DraftUnit]:
    return [
        DraftUnit(
            set=made,
            row=outline.row,
            code=outline.code,
            title=outline.name,
            type=outline.type,
            parent_code=outline.parent_code,
            area_km2=outline.published_km2,
            population=outline.population,
            geom=_geos(shape),
        )
        for outline, shape in zip(found, shapes, strict=True)
    ]
