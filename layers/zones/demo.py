"""The schematic zones of the demo province."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import GEOSGeometry

from .models import Band, Kind, Zone

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo"
RENAMED = {
    "boundary_line": Kind.OFFSHORE_LIMIT,
    **dict.fromkeys(Band.values, Kind.BAND),
}


def load(demo: Demo) -> int:
    """Zones of the fixtures; the number comes back."""
    zones = [_zone(properties) for properties in demo.zones()]
    Zone.objects.bulk_create(zones)
    return len(zones)


def _zone(facts: dict[str, Any]) -> Zone:
    season_from, _, season_to = (facts.get("season") or "").partition("/")
    kind = facts["kind"]
    return Zone(
        source=SOURCE,
        external_id=facts["code"],
        code=facts["code"],
        title=facts["name_vi"],
        title_en=facts["name_en"],
        kind=RENAMED.get(kind, kind),
        band=kind if kind in Band.values else "",
        closed=facts["closed"],
        season_from=season_from,
        season_to=season_to,
        beyond=facts.get("beyond") or "",
        legal_basis=facts["legal_basis"],
        valid_from=_day(facts["valid_from"]),
        valid_to=_day(facts["valid_to"]),
        schematic=facts["schematic"],
        geom=GEOSGeometry(memoryview(facts["geometry"].wkb), srid=4326),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
