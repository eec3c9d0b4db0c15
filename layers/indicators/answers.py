"""What the readers give, as JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from layers.core import units
from layers.core.export import safe_cell

from . import spans, wording
from .contract import Area, Choropleth, Figure, Line
from .models import Indicator, Vintage

COLUMNS = (
    *("unit_code", "unit_title", "indicator", "facet", "value", "measure", "period"),
    *("vintage", "published_at", "rank", "status", "how", "coverage", "fact_id"),
)


def moment(day: date) -> str | None:
    """The moment to ask tiles for so that they draw the units of ``day``; None for
    today and later, which is what they draw without."""
    if day >= timezone.localdate():
        return None
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())
    return noon.isoformat()


def indicator(found: Indicator) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": found.name,
        "unit": gettext(found.unit) if found.unit else "",
        "decimals": found.decimals,
        "direction": found.direction,
        "subsystem": found.subsystem,
        "period": found.period,
        "rollup": found.rollup,
        "formula": found.formula,
        "agency": found.agency,
        "source": found.source,
        "legal_basis": found.legal_basis,
        "green": found.green,
        "amber": found.amber,
        "red": found.red,
        "facets": list(found.parts),
    }


def figure(got: Figure | None) -> dict[str, Any] | None:
    """A figure with the texts of its period and vintage."""
    if got is None:
        return None
    return {
        "unit_id": got.unit_id,
        "facet": got.facet,
        "value": got.value,
        "measure": gettext(got.measure) if got.measure else "",
        "period": spans.name(got.start, got.end),
        "period_title": wording.period(got.start, got.end),
        "start": got.start,
        "end": got.end,
        "vintage": Vintage(got.vintage).name.lower(),
        "published_at": got.published_at,
        "fact_id": got.fact_id,
        "how": got.how,
        "coverage": round(got.coverage, 4),
        "parts": [asdict(part) for part in got.parts],
        "note": got.note,
    }


def area(found: Area) -> dict[str, Any]:
    got = found.figure
    return {
        "unit_id": found.unit_id,
        "code": found.code,
        "title": found.title,
        "value": got.value if got else None,
        "measure": gettext(got.measure) if got and got.measure else "",
        "place": found.place,
        "rank": found.rank,
        "status": found.verdict.status if found.verdict else None,
        "how": got.how if got else None,
        "vintage": Vintage(got.vintage).name.lower() if got else None,
        "period": spans.name(got.start, got.end) if got else None,
        "period_title": wording.period(got.start, got.end) if got else None,
        "published_at": got.published_at if got else None,
        "fact_id": got.fact_id if got else None,
        "coverage": round(got.coverage, 4) if got else None,
    }


def choropleth(drawn: Choropleth, of: Indicator) -> dict[str, Any]:
    return {
        "indicator": indicator(of),
        "facet": drawn.facet,
        "kind": drawn.kind,
        "units_on": drawn.units_on,
        "date": drawn.date,
        "known": drawn.known,
        "at": moment(drawn.units_on),
        "method": drawn.method,
        "classes": [asdict(entry) for entry in drawn.classes],
        "areas": [area(entry) for entry in drawn.areas],
        "mean": drawn.mean,
        "total": drawn.total,
        "province": figure(drawn.province),
    }


def line(found: Line, of: Indicator) -> dict[str, Any]:
    verdict, plan = found.verdict, found.plan
    return {
        "indicator": of.code,
        "title": of.name,
        "subsystem": of.subsystem,
        "facet": found.facet,
        "figure": figure(found.figure),
        "status": verdict.status if verdict else None,
        "band": verdict.band if verdict else None,
        "turned_red": found.turned_red,
        "plan": figure(plan),
        "plan_share": found.plan_share,
        "same_period": figure(found.same_period),
        "change": found.change,
        "mean": found.mean,
        "rank": found.rank,
        "of": found.of,
        "trend": [{"end": end, "value": value} for end, value in found.trend],
    }


def to_csv(drawn: Choropleth, of: Indicator) -> bytes:
    """One row a unit, missing ones with empty cells; UTF-8 with BOM for Excel."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in drawn.areas:
        cells = area(entry)
        cells |= {
            "unit_code": entry.code,
            "unit_title": entry.title,
            "indicator": of.code,
            "facet": drawn.facet,
        }
        writer.writerow([safe_cell(cells[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def unit(unit_id: int) -> dict[str, Any]:
    node = units.tree().nodes[unit_id]
    return {
        "unit_id": node.id,
        "code": node.code,
        "title": node.title,
        "kind": node.kind,
        "valid_from": node.valid_from,
        "valid_to": node.valid_to,
    }
