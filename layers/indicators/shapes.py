"""Shapes of the answers under ``/api/v1/indicators``, for OpenAPI."""

from __future__ import annotations

from datetime import date as day
from datetime import datetime

from ninja import Schema
from pydantic import Field as Param


class IndicatorShape(Schema):
    code: str
    title: str = Param(description="in the language of the request")
    unit: str = Param(description="unit of measure")
    decimals: int = Param(description="decimals to show")
    direction: str = Param(description="up, down, band or none: what is better")
    subsystem: str
    period: str
    rollup: str = Param(description="sum, weighted or none: whole from parts")
    formula: str
    agency: str
    source: str
    legal_basis: str
    green: str
    amber: str
    red: str
    facets: list[str] = Param(description="its parts")


class PartShape(Schema):
    code: str
    unit_id: int
    fact_id: int | None
    value: float
    weight: float = Param(description="share that counted, or denominator")


class FigureShape(Schema):
    unit_id: int
    facet: str
    value: float
    measure: str
    period: str = Param(description="2024, 2024-Q1, 2024-11, 2024-01..11 …")
    start: day
    end: day
    vintage: str = Param(description="plan, estimate, preliminary or final")
    published_at: datetime
    fact_id: int | None = Param(description="its passport; null: made when read")
    how: str = Param(
        description="own; an estimate: rolled_up (from its parts), recast (from"
        " forerunners or successors) or computed (by the formula)"
    )
    coverage: float = Param(description="share of the weights that had a value, 0-1")
    parts: list[PartShape]
    note: str


class ClassShape(Schema):
    low: float | None = Param(description="included; null: open, or a band")
    high: float | None = Param(description="not included, but in the last class")
    dark: str = Param(description="colour on the dark map, #rrggbb")
    light: str = Param(description="colour on the light map")
    label: str
    status: str | None = Param(description="green, amber or red where it is a band")


class AreaShape(Schema):
    unit_id: int
    code: str
    title: str
    value: float | None = Param(description="null: missing, to be hatched")
    measure: str
    place: int | None = Param(description="index of its class")
    rank: int | None = Param(
        description="1 is best; null for a divided estimate, another period than"
        " most units have, or a caller who may not see the whole level"
    )
    status: str | None
    how: str | None
    vintage: str | None
    period: str | None
    published_at: datetime | None
    fact_id: int | None
    coverage: float | None


class MapShape(Schema):
    indicator: IndicatorShape
    facet: str
    kind: str
    units_on: day = Param(description="the units of this day are drawn")
    date: day = Param(description="figures of the newest period that ends by it")
    known: datetime | None = Param(description="as published by then; null: now")
    at: str | None = Param(description="`at` of the units' tiles; null: without")
    method: str
    classes: list[ClassShape]
    areas: list[AreaShape]
    mean: float | None = Param(description="of the units that are ranked")
    total: float | None = Param(description="of an indicator that adds up")
    province: FigureShape | None


class PointShape(Schema):
    end: day
    value: float


class LineShape(Schema):
    indicator: str
    title: str
    subsystem: str
    facet: str
    figure: FigureShape | None = Param(description="null: missing")
    status: str | None
    band: str | None
    turned_red: bool
    plan: FigureShape | None
    plan_share: float | None = Param(description="value / plan, or of its pace")
    same_period: FigureShape | None = Param(description="the year before")
    change: float | None = Param(description="to it, in % or in points of a %")
    mean: float | None
    rank: int | None
    of: int
    trend: list[PointShape]


class UnitShape(Schema):
    unit_id: int
    code: str
    title: str
    kind: str
    valid_from: day | None
    valid_to: day | None


class ProfileShape(Schema):
    unit: UnitShape
    lines: list[LineShape]


class SeriesShape(Schema):
    indicator: IndicatorShape
    unit: UnitShape
    versions: list[FigureShape] = Param(
        description="every publication of every period, oldest first, plans too"
    )


class DaysShape(Schema):
    units: list[day] = Param(description="days on which units began or ended")
    figures: list[day] = Param(description="last days of periods with figures")


class ProblemShape(Schema):
    detail: str
