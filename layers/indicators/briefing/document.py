"""The briefing as PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core import pdf
from layers.indicators import wording

from . import drawing
from .content import Briefing, Page, sources

TEMPLATE = "indicators/briefing_print.html"
ENDS = 8  # of a ranking, from both ends


def to_pdf(briefing: Briefing) -> bytes:
    """PDF bytes: heading, tiles, what is red, a page for each indicator, plans, and
    every figure with its source."""
    return pdf.render(TEMPLATE, context(briefing))


def context(briefing: Briefing) -> dict[str, Any]:
    authority = settings.IOC_AUTHORITY or _("OPERATIONS CENTRE")
    above = settings.IOC_AUTHORITY_ABOVE or (
        _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()}
    )
    return {
        "briefing": briefing,
        "pages": [_page(page) for page in briefing.pages],
        "sources": sources(briefing),
        "made_at": timezone.localtime(briefing.made_at),
        "language": get_language(),
        "authority": authority,
        "authority_above": above,
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def _page(page: Page) -> dict[str, Any]:
    shown = page.shown
    line = shown.line
    svg = trend = ""
    if page.map is not None:
        numbers = {
            area.unit_id: shown.number(area.figure.value)
            for area in page.map.choropleth.areas
            if area.figure is not None
        }
        svg = drawing.choropleth(page.map.choropleth, page.map.outlines, numbers)
    if line.trend:
        level = line.plan is not None and not shown.indicator.accumulates
        plan = line.plan.value if line.plan and level else None
        trend = drawing.trend(line.trend, shown.number, plan)
    ranking = page.ranking
    short = len(ranking) <= 2 * ENDS + 2
    return {
        "page": page,
        "shown": shown,
        "map": mark_safe(svg),  # noqa: S308 - made here of numbers and escaped texts
        "trend": mark_safe(trend),  # noqa: S308
        "first": ranking if short else ranking[:ENDS],
        "last": () if short else [row for row in ranking if row.value][-ENDS:],
        "classes": page.map.choropleth.classes if page.map else (),
        "vintage": wording.vintage(line.figure.vintage) if line.figure else "",
    }
