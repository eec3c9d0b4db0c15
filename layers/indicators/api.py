"""``/api/v1/indicators``: the catalogue and every published value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as day
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import api, units
from layers.core.params import ParamError, parse_moment
from layers.core.scope import Grant
from layers.core.spec import registry

from . import answers, classes, reading, shapes, spans
from .caching import conditional
from .contract import Choropleth
from .models import Fact, Indicator, Vintage
from .reading import days, facts, values

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
    period_start: day
    period_end: day
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
    start: day | None = Param(None, alias="from", description="period ends from")
    end: day | None = Param(None, alias="to", description="period ends up to")
    limit: int = Param(1_000, ge=1, le=10_000)
    after: int = Param(0, ge=0, description="offset")


def _grant(request: HttpRequest) -> Grant:
    """The caller's grant; without the layer these addresses do not exist."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(registry[PREFIX]):
        raise HttpError(404, "no such layer")
    return grant


class MapParams(Schema):
    kind: Literal["province", "district", "commune"] = Param(
        "district", description="level of the units"
    )
    units_on: day | None = Param(
        None, description="draw the units of this day (the date, else today)"
    )
    date: day | None = Param(
        None, description="the newest period that ends by it; without: the newest"
    )
    known: str = Param("", description="as published by this time, ISO 8601 with zone")
    facet: str = Param("", max_length=40, description="a part of the indicator")
    method: classes.Method = Param(
        "bands", description="class breaks; bands need verdicts, else quantiles"
    )
    count: int = Param(5, ge=classes.LEAST, le=classes.MOST, description="classes")


class ProfileParams(Schema):
    date: day | None = Param(None, description="periods that end by it")
    known: str = Param("", description="as published by this time, ISO 8601")
    codes: str = Param("", description="indicators, comma-separated; all")


class SeriesParams(Schema):
    unit: int = Param(..., description="id of the unit")
    facet: str = Param("", max_length=40, description="a part of the indicator")
    period: spans.Kind | None = Param(None, description="periods of this kind only")


PROBLEMS = {400: shapes.ProblemShape, 404: shapes.ProblemShape}


@router.get("", response=list[IndicatorOut])
def list_indicators(request: HttpRequest, subsystem: str = "") -> list[Indicator]:
    """The catalogue of indicators."""
    _grant(request)
    found = Indicator.objects.all()
    return list(found.filter(subsystem=subsystem) if subsystem else found)


@router.get("/dates", response={200: shapes.DaysShape, **PROBLEMS})
def list_days(request: HttpRequest, code: str = "") -> HttpResponse:
    """Days on which units changed, and last days of periods that have figures (of
    one indicator: ``code``)."""

    def make() -> Any:
        return {"units": days.changes(), "figures": days.figures(code or None)}

    return _answer(request, lambda grant: api.json(make()))


@router.get("/units/{unit_id}/profile", response={200: shapes.ProfileShape, **PROBLEMS})
def show_profile(
    request: HttpRequest, unit_id: int, params: Query[ProfileParams]
) -> HttpResponse:
    """All indicators of a unit, each with plan, same period, mean, rank, trend."""
    codes = [code.strip() for code in params.codes.split(",") if code.strip()]
    known = _moment(params.known)

    def make(grant: Grant) -> HttpResponse:
        lines = reading.profile(
            grant, unit_id, date=params.date, known=known, codes=codes or None
        )
        of = facts.catalogue().by_code
        shown = [answers.line(line, of[line.code]) for line in lines]
        return api.json({"unit": answers.unit(unit_id), "lines": shown})

    return _answer(request, make)


@router.get("/{code}/map", response={200: shapes.MapShape, **PROBLEMS})
def show_map(request: HttpRequest, code: str, params: Query[MapParams]) -> HttpResponse:
    """One indicator over the units of a level, with classes, colours and ranks.

    Units outside the caller's scope are absent; a unit without a figure has a null.
    """

    def make(grant: Grant) -> HttpResponse:
        drawn = _choropleth(grant, code, params)
        return api.json(answers.choropleth(drawn, facts.indicator_of(code)))

    return _answer(request, make)


@router.get("/{code}/map.csv", response={200: str, **PROBLEMS})
def export_map(
    request: HttpRequest, code: str, params: Query[MapParams]
) -> HttpResponse:
    """The same as a table: CSV, UTF-8."""

    def make(grant: Grant) -> HttpResponse:
        drawn = _choropleth(grant, code, params)
        body = answers.to_csv(drawn, facts.indicator_of(code))
        answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
        name = f"{code}-{drawn.kind}-{drawn.date}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    return _answer(request, make)


def _choropleth(grant: Grant, code: str, params: MapParams) -> Choropleth:
    return reading.choropleth(
        grant,
        code,
        kind=params.kind,
        units_on=params.units_on,
        date=params.date,
        known=_moment(params.known),
        facet=params.facet,
        method=params.method,
        count=params.count,
    )


@router.get("/{code}/series", response={200: shapes.SeriesShape, **PROBLEMS})
def show_series(
    request: HttpRequest, code: str, params: Query[SeriesParams]
) -> HttpResponse:
    """Every version of every period of one unit, plans among them."""

    def make(grant: Grant) -> HttpResponse:
        wanted = (params.unit, params.facet, params.period)
        found = reading.series(grant, code, *wanted)
        body = {
            "indicator": answers.indicator(facts.indicator_of(code)),
            "unit": answers.unit(params.unit),
            "versions": [answers.figure(got) for got in found],
        }
        return api.json(body)

    return _answer(request, make)


def _moment(text: str) -> datetime | None:
    try:
        return parse_moment(text, "known") if text else None
    except ParamError as error:
        raise HttpError(400, str(error)) from None


def _answer(
    request: HttpRequest, make: Callable[[Grant], HttpResponse]
) -> HttpResponse:
    """For whoever has the layer; 404 for what they may not see or does not exist."""
    grant = _grant(request)
    try:
        return conditional(request, lambda: make(grant))
    except reading.NotFound as error:
        raise HttpError(404, str(error)) from None


@router.get("/{code}/values", response=ValuesOut)
def list_values(
    request: HttpRequest, code: str, params: Query[ValuesParams]
) -> dict[str, object]:
    """Published values by unit and period; every vintage is listed."""
    grant = _grant(request)
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise HttpError(404, f"no indicator {code!r:.20}")
    found = values.values(
        grant,
        indicator,
        unit_ids=_unit_ids(params.unit),
        start=params.start,
        end=params.end,
    )
    page = list(found[params.after : params.after + params.limit])
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
