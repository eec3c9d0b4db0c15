"""Reference systems of Vietnamese files, and which of them fits. No database.

The list and the provinces of each zone come from the EPSG registry (as PROJ has
it); the central meridian of Thanh Hoa, 105 deg 00', is that of EPSG:5897.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from pyproj import CRS, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest

WGS84 = "EPSG:4326"
# The 3-degree zone with the central meridian 105 deg 00' E.
THANH_HOA = "EPSG:5897"
VIET_NAM = (102.0, 7.0, 118.0, 24.0)  # with the islands; west, south, east, north
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class System:
    """A reference system: ``code`` as ``EPSG:5897``, ``where`` it is meant for."""

    code: str
    name: str
    where: str

    @property
    def label(self) -> str:
        return f"{self.name} ({self.code})"


@lru_cache(maxsize=1)
def offered() -> tuple[System, ...]:
    """WGS 84, the zone of Thanh Hoa, then every other VN-2000 system by code."""
    kinds = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS]
    found = {
        f"EPSG:{info.code}": System(
            f"EPSG:{info.code}",
            info.name,
            (info.area_of_use.name or "") if info.area_of_use else "",
        )
        for info in query_crs_info(auth_name="EPSG", pj_types=kinds)
        if info.name.startswith("VN-2000")
    }
    first = [System(WGS84, "WGS 84", ""), found.pop(THANH_HOA)]
    utm = [
        System(f"EPSG:{code}", f"WGS 84 / UTM zone {zone}N", "")
        for code, zone in ((32648, 48), (32649, 49))
    ]
    rest = sorted(found.values(), key=lambda system: int(system.code[5:]))
    return (*first, *rest, *utm)


def parse(text: str) -> CRS:
    """A CRS from ``EPSG:5897``, ``5897``, WKT or PROJ text. Raises ValueError."""
    wanted = text.strip()
    try:
        return CRS.from_user_input(int(wanted) if wanted.isdigit() else wanted)
    except CRSError as error:
        raise ValueError(
            _("the reference system %s is not known") % repr(wanted[:60])
        ) from error


def name_of(crs: CRS) -> str:
    """``VN-2000 / TM-3 zone 482 (EPSG:5897)``, or the name alone."""
    code = crs.to_epsg()
    return f"{crs.name} (EPSG:{code})"[:200] if code else str(crs.name)[:200]


def transformer(crs: CRS) -> Transformer:
    """To lon/lat in WGS 84, by the operation that is best in Viet Nam."""
    west, south, east, north = VIET_NAM
    area = AreaOfInterest(west, south, east, north)
    return Transformer.from_crs(crs, WGS84, always_xy=True, area_of_interest=area)


def inside(box: Box, frame: Box = VIET_NAM) -> bool:
    """Whether a lon/lat box lies in another."""
    return (
        frame[0] <= box[0] <= box[2] <= frame[2]
        and frame[1] <= box[1] <= box[3] <= frame[3]
    )


def overlap(one: Box, other: Box) -> tuple[float, float]:
    """The common part of two boxes: over the first, and over both together."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0, 0.0
    common = width * height
    first, second = ((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return common / first, common / (first + second - common)


def fits(bounds: Box, target: Box | None) -> list[System]:
    """The systems in which ``bounds`` of a file lie in Viet Nam, best first.

    ``target``: the lon/lat box of the province. A system that brings the file into
    it, and fills it better, comes earlier; of equals the order of the list decides.
    """
    found = []
    for order, system in enumerate(offered()):
        try:
            box = transformer(parse(system.code)).transform_bounds(
                *bounds, errcheck=True
            )
        except ProjError:
            continue
        if inside(box):
            within, alike = overlap(box, target or VIET_NAM)
            found.append((-round(within, 1), -round(alike, 2), order, system))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]


def swapped(bounds: Box) -> bool:
    """Whether degrees stand as lat/lon: in Viet Nam only when exchanged."""
    west, south, east, north = bounds
    return not inside(bounds) and inside((south, west, north, east))


def in_degrees(bounds: Box) -> bool:
    return max(abs(value) for value in bounds) <= 180


def doubts(bounds: Sequence[float], crs: CRS | None, target: Box | None) -> str:
    """What is wrong with a file's coordinates in ``crs``, with what would be right;
    "" when they lie in Viet Nam."""
    box: Box = (bounds[0], bounds[1], bounds[2], bounds[3])
    if crs is not None:
        try:
            if inside(transformer(crs).transform_bounds(*box, errcheck=True)):
                return ""
        except ProjError:
            pass
    if in_degrees(box) and swapped(box):
        return _("latitude stands before longitude: tick “northing first” (--swapped)")
    lines = [_first_doubt(box, crs)]
    if best := fits(box, target):
        names = ", ".join(system.label for system in best[:3])
        lines.append(_("it would lie in the right place in: %s") % names)
    elif not in_degrees(box) and fits((box[1], box[0], box[3], box[2]), target):
        lines.append(
            _("northing stands before easting: tick “northing first” (--swapped)")
        )
    else:
        span = ", ".join(f"{value:g}" for value in box)
        lines.append(_("no known system puts %s into Viet Nam") % span)
    return "; ".join(lines)


def _first_doubt(box: Box, crs: CRS | None) -> str:
    if crs is None and in_degrees(box):
        return _("the file does not say its reference system; it is in degrees")
    if crs is None:
        return _("the file does not say its reference system; it is in metres (--crs)")
    if crs.is_geographic and not in_degrees(box):
        return _("the coordinates are metres, not degrees of %s") % crs.name
    return _("in %s the outlines lie outside Viet Nam") % name_of(crs)
