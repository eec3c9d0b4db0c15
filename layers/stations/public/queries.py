"""Reading: what the page without sign-in may say, and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from layers.core import units
from layers.stations.indices import reasons
from layers.stations.kinds import Kind
from layers.stations.models import IndexKind
from layers.stations.pages.bands import band
from layers.stations.parameters import CATALOGUE
from layers.stations.statements import statement

from .advice import advice

CACHED_S = 60
INDEX_OF = {
    Kind.AIR.value: IndexKind.VN_AQI,
    Kind.SURFACE_WATER.value: IndexKind.VN_WQI,
}


@dataclass(frozen=True, slots=True)
class PublicIndex:
    """One station as the public sees it. ``value`` None: ``reason`` says why.

    ``at``: end of the hour. ``lon``, ``lat``: degrees, WGS 84, to about 100 m.
    """

    station: str
    place: str
    lon: float | None
    lat: float | None
    index: str
    value: int | None
    band: str
    colour: str
    dominant: str
    at: datetime | None
    advice: str
    reason: str


def public_indices() -> list[dict[str, Any]]:
    """Public stations in the active language, as records; kept for a minute."""
    key = f"stations-public:{get_language()}"
    found = cache.get(key)
    if found is None:
        found = [asdict(row) for row in _read()]
        cache.set(key, found, CACHED_S)
    return found  # type: ignore[no-any-return]


def _read() -> list[PublicIndex]:
    with connection.cursor() as cursor:
        cursor.execute(statement("public"), {"now": timezone.now()})
        return [_row(*row) for row in cursor.fetchall()]


def _row(
    title: str, kind: str, lon: float | None, lat: float | None, unit_id: int | None,
    address: str, value: int | None, parameter: str | None, at: datetime | None,
    reason: str | None,
) -> PublicIndex:  # fmt: skip
    index = INDEX_OF[kind]
    lies_in = None if value is None else band(index, value)
    known = CATALOGUE.get(parameter or "")
    return PublicIndex(
        station=title,
        place=units.tree().title(unit_id) if unit_id else address,
        lon=None if lon is None else round(lon, 3),
        lat=None if lat is None else round(lat, 3),
        index=str(index.label),
        value=value,
        band=lies_in.title if lies_in else "",
        colour=lies_in.colour if lies_in else "",
        dominant=str(known.title) if known else "",
        at=at,
        advice="" if value is None else advice(index, value),
        reason="" if value is not None else reasons.text(reason or reasons.NO_DATA),
    )
