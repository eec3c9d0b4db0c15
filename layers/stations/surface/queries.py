"""The surface of the air at an hour: an estimate between stations, with its error."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import shapely
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core import queries, units
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.core.versions import cached_by_version
from layers.stations.indices import vn_aqi
from layers.stations.kinds import Kind
from layers.stations.models import Hour, IndexKind, Period, StationIndex
from layers.stations.pages.bands import band
from layers.stations.parameters import CATALOGUE

from .areas import Class, areas, reach
from .idw import plane, typical_error

INDEX = IndexKind.VN_AQI.value
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
CHOICES = (INDEX, *POLLUTANTS)
LEAST_STATIONS = 4
# The newest hour with enough stations is looked for this far back.
BACK = timedelta(hours=3)
KEPT_S = 3_600
STEPS = 7
# One hue, pale to strong: amounts without a legal scale of hourly means.
RAMP = ("#dbe9f6", "#b5d3ea", "#8abbdc", "#5e9fcb", "#3b82b6", "#22649b", "#12477a")
FOLD = 0.002  # degrees by which the outline is simplified


@dataclass(frozen=True, slots=True)
class Said:
    """What stations said at the end of an hour, one entry each."""

    hour: datetime
    lon: np.ndarray
    lat: np.ndarray
    value: np.ndarray


def surface(what: str, grant: Grant, at: datetime | None = None) -> dict[str, Any]:
    """GeoJSON of the classes of ``what`` (one of CHOICES) at the whole hour before
    ``at`` (now); with fewer than LEAST_STATIONS no areas but a ``reason``."""
    moment = at or timezone.now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    said = next(
        (
            found
            for back in range(int(BACK / timedelta(hours=1)) + 1)
            if len((found := _said(what, grant, hour - timedelta(hours=back))).value)
            >= LEAST_STATIONS
        ),
        None,
    )
    about = {
        "type": "FeatureCollection",
        "what": what,
        "unit": "" if what == INDEX else "µg/m³",
        "method": _("inverse distance weighting, power 2"),
        "estimate": True,
    }
    if said is None:
        return {
            **about,
            "features": [],
            "hour": None,
            "reason": _("Fewer than %(number)d stations have a value for this hour.")
            % {"number": LEAST_STATIONS},
        }
    return {**about, **_drawn(what, said)}


def _drawn(what: str, said: Said) -> dict[str, Any]:
    """Kept by what went in: late values make another surface at once."""
    digest = hashlib.sha256(what.encode())
    for column in (said.lon, said.lat, said.value):
        digest.update(column.tobytes())
    province = outline()
    digest.update(shapely.to_wkb(province))
    key = f"stations-surface-{get_language()}-{digest.hexdigest()}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _worked_out(what, said, province)
        cache.set(key, found, KEPT_S)
    return {**found, "hour": said.hour.isoformat()}


def _worked_out(what: str, said: Said, province: shapely.Geometry) -> dict[str, Any]:
    classes = _classes(what, said.value)
    where = reach(said.lon, said.lat, province)
    places = plane(said.lon, said.lat, float(said.lat.mean()))
    drawn = areas(said.lon, said.lat, said.value, where, classes)
    shown = {entry["properties"]["least"] for entry in drawn}
    return {
        "features": drawn,
        "stations": len(said.value),
        "error": round(typical_error(places, said.value), 1),
        "classes": [
            {"title": entry.title, "colour": entry.colour}
            for entry in classes
            if entry.least in shown
        ],
    }


def _said(what: str, grant: Grant, hour: datetime) -> Said:
    """Of stations in the caller's scope that have a place."""
    rows: Any
    if what == INDEX:
        rows = StationIndex.objects.filter(
            kind=INDEX, period=Period.HOUR, at=hour, value__isnull=False,
            station__kind=Kind.AIR, station__active=True, station__geom__isnull=False,
        ).select_related("station")  # fmt: skip
        found = [(row.station, float(row.value)) for row in rows.order_by("station")]
    else:
        rows = Hour.objects.filter(
            hour=hour, mean__isnull=False, series__parameter=what,
            series__unit="µg/m³", series__station__kind=Kind.AIR,
            series__station__active=True, series__station__geom__isnull=False,
        ).select_related("series__station")  # fmt: skip
        found = [
            (row.series.station, row.mean)
            for row in rows.order_by("series__station", "series")
            if row.valid * row.series.averaging_minutes >= 45
        ]
    found = [pair for pair in found if grant.sees_unit(pair[0].unit_id)]
    return Said(
        hour,
        np.array([station.geom.x for station, _value in found], dtype=np.float64),
        np.array([station.geom.y for station, _value in found], dtype=np.float64),
        np.array([value for _station, value in found], dtype=np.float64),
    )


def _classes(what: str, values: np.ndarray) -> list[Class]:
    """Bands of the index; of a pollutant seven equal steps from its least value."""
    if what == INDEX:
        found, least = [], -0.5
        for most, _slug, _colour in vn_aqi.BANDS:
            of = band(INDEX, most)
            title = f"{of.title} ({least + 0.5:.0f}–{most})"
            found.append(Class(least, most + 0.5, title, of.colour))
            least = most + 0.5
        return found
    known = CATALOGUE[what]
    low, high = float(values.min()), float(values.max())
    step = max((high - low) / STEPS, 10.0**-known.decimals)
    ends = [low + step * n for n in range(STEPS)] + [np.inf]
    return [
        Class(
            least, most,
            f"{least:.{known.decimals}f} – "
            f"{min(most, low + step * STEPS):.{known.decimals}f}",
            RAMP[n],
        )
        for n, (least, most) in enumerate(pairwise(ends))
    ]  # fmt: skip


@cached_by_version(units.ROLE)
def outline() -> shapely.Geometry:
    """Outline of the province today, simplified; empty without one."""
    today = timezone.localdate()
    layer = by_role(units.ROLE)
    tree = units.tree()
    top = [
        pk
        for pk, node in tree.nodes.items()
        if node.parent_id is None and node.valid_on(today)
    ]
    shapes = []
    for pk in top:
        found = queries.feature(layer, everything(), pk)
        if found and found["geometry"]:
            shapes.append(shapely.from_geojson(orjson.dumps(found["geometry"])))
    if not shapes:
        return shapely.Polygon()
    return shapely.simplify(shapely.union_all(shapes), FOLD)
