"""What reading a set found, as JSON: repairs, what is left, areas that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from layers.units import topology

from .outlines import Outline

HA_M2 = 10_000.0
LEAST_HA = 1.0
AREA_TOLERANCE = 0.005
MOST_LISTED = 2_000


def make(
    outlines: Sequence[Outline],
    cleaned: topology.Cleaned,
    known_km2: Mapping[tuple[str, str], float],
    least_ha: float = LEAST_HA,
) -> dict[str, Any]:
    """The report of a set.

    ``known_km2``: published areas by (code, name) of the units in force, for files
    without a column of areas. Flaws are listed from ``least_ha`` on, smaller ones
    are counted; areas from half a percent of difference on.
    """
    closed = _flaws(cleaned.closed, outlines, least_ha)
    left = _flaws(cleaned.left, outlines, least_ha)
    areas = _areas(outlines, cleaned.shapes, known_km2)
    far = 100 * AREA_TOLERANCE
    return {
        "units": len(outlines),
        "vertices": int(shapely.get_num_coordinates(cleaned.shapes).sum()),
        "km2": round(sum(topology.area_m2(s) for s in cleaned.shapes) / 1e6, 3),
        "repaired": [[o.code, o.name] for o in outlines if o.repaired],
        "closed": closed,
        "left": left,
        "least_ha": least_ha,
        "areas_compared": len(areas),
        "areas": [
            {**area, "percent": round(area["percent"], 2)}
            for area in areas
            if abs(area["percent"]) > far
        ],
    }


def _flaws(
    flaws: Sequence[topology.Flaw], outlines: Sequence[Outline], least_ha: float
) -> dict[str, Any]:
    large = [flaw for flaw in flaws if flaw.area_m2 >= least_ha * HA_M2]
    small = flaws[len(large) :]
    return {
        "count": len(flaws),
        "ha": round(sum(flaw.area_m2 for flaw in flaws) / HA_M2, 3),
        "smaller": len(small),
        "smaller_ha": round(sum(flaw.area_m2 for flaw in small) / HA_M2, 3),
        "listed": [
            {
                "kind": flaw.kind,
                "units": [[outlines[i].code, outlines[i].name] for i in flaw.units],
                "ha": round(flaw.area_m2 / HA_M2, 3),
                "lon": flaw.lon,
                "lat": flaw.lat,
            }
            for flaw in large[:MOST_LISTED]
        ],
    }


def _areas(
    outlines: Sequence[Outline],
    shapes: Sequence[Any],
    known_km2: Mapping[tuple[str, str], float],
) -> list[dict[str, Any]]:
    """The outline's area against the published one, largest difference first."""
    found = []
    for outline, shape in zip(outlines, shapes, strict=True):
        own = outline.published_km2
        published = own or known_km2.get((outline.code, outline.name))
        if not published:
            continue
        km2 = topology.area_m2(shape) / 1e6
        found.append(
            {
                "code": outline.code,
                "title": outline.name,
                "outline_km2": round(km2, 3),
                "published_km2": round(published, 3),
                "percent": 100 * (km2 / published - 1),
                "from_file": own is not None,
            }
        )
    return sorted(found, key=lambda area: (-abs(area["percent"]), area["code"]))
