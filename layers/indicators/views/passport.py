"""The passport of a figure: everything that is known of one number."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from layers.core import units
from layers.indicators import reading, showing, wording
from layers.indicators.contract import (
    Figure,
    Origin,
    Part,
    Passport,
    Version,
)
from layers.indicators.models import Basis, Channel, Indicator
from layers.indicators.reading.facts import catalogue
from layers.indicators.sparkline import spark

from .frame import SLUG, Frame, answer, day_of, grant_of, unit_of

_CODE = re.compile(r"[A-Z][A-Z0-9]*\d[A-Za-z0-9]*")
BODY = "indicators/passport_body.html"


@dataclass(frozen=True, slots=True)
class Shown:
    """A version or an input in words. ``url`` is its own passport."""

    name: str
    unit: str
    value: str
    measure: str
    period: str
    vintage: str
    url: str
    here: bool
    published_at: datetime | None
    origin: Origin | None = None
    weight: str = ""

    @property
    def source(self) -> str:
        return wording.source(self.origin.source) if self.origin else ""


@login_required
@require_GET
def passport(request: HttpRequest, fact_id: int) -> HttpResponse:
    """A published figure, also one that was withdrawn."""
    grant = grant_of(request)
    try:
        found = reading.passport(grant, fact_id)
    except reading.NotFound as error:
        raise Http404 from error
    figure = found.figure
    known = catalogue().by_code
    indicator = known[figure.code]
    request.audit(  # type: ignore[attr-defined]
        "view", layer=SLUG, feature_id=figure.unit_id, fact=fact_id
    )
    inputs = [_version(version, fact_id, known) for version in found.inputs]
    context = {
        **_facts(figure, indicator),
        "passport": found,
        "origin": found.origin,
        "channel": Channel(found.origin.channel).label,
        "row_url": row_url(found.origin, fact_id),
        "verdict": _verdict(found, indicator),
        "inputs": inputs,
        "formula": formula(found, indicator),
        "versions": [_version(v, fact_id, known) for v in reversed(found.versions)],
        "steps": _steps(found, indicator),
    }
    return answer(request, BODY, _frame(figure, indicator), context)


@login_required
@require_GET
def cast(request: HttpRequest, unit_id: int, code: str) -> HttpResponse:
    """A figure that was never published: put together from parts when it is read."""
    grant = grant_of(request)
    node = unit_of(grant, unit_id)
    day, facet = day_of(request), request.GET.get("facet", "")
    try:
        areas = reading.choropleth(
            grant, code, kind=node.kind, units_on=_units_on(node), date=day, facet=facet
        ).areas
    except reading.NotFound as error:
        raise Http404 from error
    figure = next((area.figure for area in areas if area.unit_id == unit_id), None)
    if figure is None:
        raise Http404
    indicator = catalogue().by_code[code]
    request.audit("view", layer=SLUG, feature_id=unit_id, code=code)  # type: ignore[attr-defined]
    context = {
        **_facts(figure, indicator),
        "inputs": [_part(part) for part in figure.parts],
        "how": wording.estimated(figure),
    }
    return answer(request, BODY, _frame(figure, indicator), context)


def _units_on(node: units.UnitNode) -> Any:
    """A day on which the unit is in force."""
    return node.valid_to or node.valid_from


def _frame(figure: Figure, indicator: Indicator) -> Frame:
    title = units.tree().title(figure.unit_id)
    up = showing.panel_url(figure.unit_id, figure.code, figure.facet)
    return Frame(indicator.name, title, (up, indicator.name))


def _facts(figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """What is said of any figure, published or cast."""
    return {
        "figure": figure,
        "indicator": indicator,
        "unit": units.tree().nodes[figure.unit_id],
        "value": wording.number(figure.value, max(indicator.decimals, 0)),
        "measure": wording.measure(figure.measure),
        "period": wording.period(figure.start, figure.end),
        "vintage": wording.vintage(figure.vintage),
        "basis": Basis(figure.basis).label,
        "coverage": wording.number(figure.coverage * 100, 0),
        "bands": showing.bands(indicator),
    }


def _version(version: Version, here: int, known: dict[str, Indicator]) -> Shown:
    figure = version.figure
    indicator = known[figure.code]
    return Shown(
        name=indicator.name,
        unit=units.tree().title(figure.unit_id),
        value=wording.number(figure.value, indicator.decimals),
        measure=wording.measure(figure.measure),
        period=wording.period(figure.start, figure.end),
        vintage=wording.vintage(figure.vintage),
        url=showing.passport_url(figure),
        here=figure.fact_id == here,
        published_at=figure.published_at,
        origin=version.origin,
    )


def _part(part: Part) -> Shown:
    indicator = catalogue().by_code[part.code]
    return Shown(
        name=indicator.name,
        unit=units.tree().title(part.unit_id),
        value=wording.number(part.value, indicator.decimals),
        measure=wording.measure(indicator.unit),
        period="",
        vintage="",
        url=showing.fact_url(part.fact_id) if part.fact_id else "",
        here=False,
        published_at=None,
        weight=wording.number(part.weight, 4),
    )


def formula(found: Passport, indicator: Indicator) -> list[str]:
    """The formula three times: with codes, with names, with the values put in.

    A code with several inputs (a growth on the year before) keeps its name.
    """
    if not found.formula:
        return []
    known = catalogue().by_code
    times = Counter(version.figure.code for version in found.inputs)
    values = {
        version.figure.code: wording.number(
            version.figure.value, known[version.figure.code].decimals
        )
        for version in found.inputs
        if times[version.figure.code] == 1
    }
    names = {code: entry.name for code, entry in known.items()}
    lines = [found.formula, _put(found.formula, names)]
    if values:
        result = wording.number(found.figure.value, indicator.decimals)
        lines.append(f"{_put(found.formula, names | values)} = {result}")
    return [line.replace("*", "×") for line in dict.fromkeys(lines)]


def _put(text: str, words: dict[str, str]) -> str:
    return _CODE.sub(lambda found: words.get(found[0], found[0]), text)


def _verdict(found: Passport, indicator: Indicator) -> dict[str, str] | None:
    verdict = found.verdict
    if verdict is None:
        return None
    return {
        "status": verdict.status,
        "shape": wording.SHAPES[verdict.status],
        "word": wording.status(verdict.status),
        "band": wording.band(verdict.band),
        "against": wording.against(verdict, indicator.decimals),
    }


def _steps(found: Passport, indicator: Indicator) -> dict[str, Any] | None:
    """The revisions as ``12,51 → 12,4`` and as points of a small chart."""
    measured = [
        version
        for version in found.versions
        if version.figure.vintage > 0 and not version.origin.withdrawn
    ]
    values = [version.figure.value for version in measured]
    if len(set(values)) < 2:
        return None
    texts = [wording.number(value, indicator.decimals) for value in values]
    points = spark(values, 240, 48)
    return {
        "text": " → ".join(texts),
        "points": points,
        "dots": [point.split(",") for point in points.split(" ")],
    }


def row_url(origin: Origin, fact_id: int) -> str:
    """Where the row of the file, message or load that brought the figure is seen."""
    sheet, mark, _cell = origin.cell.rpartition("!")
    if origin.upload_id is not None and origin.row is not None and mark:
        return reverse("uploads:row", args=[origin.upload_id, sheet, origin.row])
    if origin.upload_id is not None:
        return reverse("uploads:detail", args=[origin.upload_id])
    if origin.batch_id is not None and origin.row is not None:
        return reverse("indicators:message", args=[fact_id])
    url = reverse("indicators:load", args=[origin.load_id])
    return f"{url}?fact={fact_id}#marked"
