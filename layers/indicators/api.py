"""``/api/v1/indicators``: the catalogue and every published value."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import registry

from . import queries
from .models import Fact, Indicator, Vintage

PREFIX = "indicators"
router = Router(tags=["indicators"])


class IndicatorOut(Schema):
    code: str
    subsystem: str
    title: str
    title_en: str
    unit: str
    period: str
    direction: str
    level: str
    green: str
    amber: str
    red: str
    basis: str
    agency: str


class ValueOut(Schema):
    unit_id: int
    unit_code: str
    unit_title: str
    facet: str
    period: str
    period_start: date
    period_end: date
    value: float
    unit: str
    vintage: str
    published_at: datetime
    source: str
    note: str


class ValuesOut(Schema):
    indicator: IndicatorOut
    values: list[ValueOut]
    next_after: int | None = Param(None, description="offset of the next page")


class ValuesParams(Schema):
    unit: str = Param("", description="ids of units, comma-separated")
    start: date | None = Param(None, alias="from", description="period ends from")
    end: date | None = Param(None, alias="to", description="period ends up to")
    limit: int = Param(1_000, ge=1, le=10_000)
    after: int = Param(0, ge=0, description="offset")


def _grant(request: HttpRequest) -> Grant:
    """The caller's grant; without the layer these addresses do not exist."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(registry[PREFIX]):
        raise HttpError(404, "no such layer")
    return grant


@router.get("", response=list[IndicatorOut])
def list_indicators(request: HttpRequest, subsystem: str = "") -> list[Indicator]:
    """The catalogue of indicators."""
    _grant(request)
    found = Indicator.objects.all()
    return list(found.filter(subsystem=subsystem) if subsystem else found)


@router.get("/{code}/values", response=ValuesOut)
def list_values(
    request: HttpRequest, code: str, params: Query[ValuesParams]
) -> dict[str, object]:
    """Published values by unit and period; every vintage is listed."""
    grant = _grant(request)
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise HttpError(404, f"no indicator {code!r:.20}")
    facts = queries.values(
        grant,
        indicator,
        unit_ids=_unit_ids(params.unit),
        start=params.start,
        end=params.end,
    )
    page = list(facts[params.after : params.after + params.limit])
    whole = len(page) < params.limit
    return {
        "indicator": indicator,
        "values": [_value(fact, indicator) for fact in page],
        "next_after": None if whole else params.after + params.limit,
    }


def _unit_ids(text: str) -> list[int] | None:
    if not text:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise HttpError(400, "unit: ids of units, comma-separated") from None


def _value(fact: Fact, indicator: Indicator) -> dict[str, object]:
    node = units.tree().nodes.get(fact.unit_id or 0)
    return {
        "unit_id": fact.unit_id,
        "unit_code": node.code if node else "",
        "unit_title": node.title if node else "",
        "facet": fact.facet,
        "period": fact.period,
        "period_start": fact.period_start,
        "period_end": fact.period_end,
        "value": float(fact.value),
        "unit": fact.unit or indicator.unit,
        "vintage": Vintage(fact.vintage).name.lower(),
        "published_at": fact.published_at,
        "source": fact.load.source,
        "note": fact.note,
    }
