"""Collections in other forms: arrays of rows, CSV, GeoJSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpResponse

from .entities import OBSERVATION
from .faults import Fault
from .options import Options
from .paths import Target
from .reading import Page, Service
from .rows import Row, chosen


def data_arrays(
    service: Service, target: Target, options: Options, page: Page
) -> list[dict[str, Any]]:
    """Observations by Datastream (SensorThings 1.1, section 12)."""
    if target.entity is not OBSERVATION or options.expand:
        raise Fault("$resultFormat=dataArray is for Observations, without $expand")
    names = [entry.name for entry in chosen(OBSERVATION, options)]
    by_series: dict[int, list[Row]] = {}
    for row in page.rows:
        by_series.setdefault(row.key[0], []).append(row)
    return [
        {
            "Datastream@iot.navigationLink": f"{service.base}/Datastreams({series})",
            "components": ["@iot.id" if name == "id" else name for name in names],
            "dataArray@iot.count": len(rows),
            "dataArray": [[row.values[name] for name in names] for row in rows],
        }
        for series, rows in by_series.items()
    ]


def as_csv(
    service: Service, target: Target, options: Options, page: Page
) -> HttpResponse:
    """A row for every thing; what is expanded with one thing gets columns."""
    file = io.StringIO()
    rows = [_flat(target, options, row) for row in page.rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        names = [entry.name for entry in chosen(target.entity, options)]
    writer = csv.DictWriter(file, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")


def _flat(target: Target, options: Options, row: Row) -> dict[str, Any]:
    found = {name: _cell(value) for name, value in row.values.items()}
    for expansion in options.expand:
        other = row.expanded.get(expansion.link.name)
        if isinstance(other, Page):
            raise Fault("CSV holds only what is expanded to one thing")
        if isinstance(other, Row):
            for name, value in other.values.items():
                found[f"{expansion.link.name}/{name}"] = _cell(value)
    return found


def _cell(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula."""
    if isinstance(value, orjson.Fragment):
        value = orjson.dumps(value).decode()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def as_geojson(
    service: Service, target: Target, options: Options, page: Page
) -> HttpResponse:
    """Things with a place as features."""
    shape = next(
        (p.name for p in target.entity.properties.values() if p.kind == "geometry"), ""
    )
    if shape and options.select and shape not in options.select:
        raise Fault(f"$resultFormat=GeoJSON needs {shape} in $select")
    features = []
    for row in page.rows:
        facts = {name: v for name, v in row.values.items() if name != shape}
        geometry = row.values.get(shape) if shape else _place(row)
        features.append(
            {"type": "Feature", "id": row.id, "geometry": geometry, "properties": facts}
        )
    body = {"type": "FeatureCollection", "features": features}
    return HttpResponse(orjson.dumps(body), content_type="application/geo+json")


def _place(row: Row) -> Any:
    """The place of what is expanded: Locations of a Thing, the feature of a value."""
    for found in row.expanded.values():
        other = found.rows[0] if isinstance(found, Page) and found.rows else found
        if isinstance(other, Row):
            for name in ("location", "feature", "observedArea"):
                if other.values.get(name) is not None:
                    return other.values[name]
    return None


FORMATS: dict[str, Callable[[Service, Target, Options, Page], HttpResponse]] = {
    "csv": as_csv,
    "geojson": as_geojson,
}
