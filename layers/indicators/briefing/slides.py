"""The briefing as slides: native tables and charts, maps of editable shapes."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from layers.indicators.showing import Shown

from .content import Briefing, Page
from .slide_parts import INK, QUIET, WHITE, add_bars, add_map, add_text, plain

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LINES = 10  # of a table on one slide
BLANK = 6  # the layout without placeholders


def to_pptx(briefing: Briefing) -> bytes:
    """Title, headline figures, what is red, and a slide for each indicator."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _title(deck, briefing)
    _tiles(deck, briefing)
    if briefing.reds:
        _reds(deck, briefing)
    if briefing.plans:
        _plans(deck, briefing)
    for page in briefing.pages:
        _page(deck, page)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _slide(deck: Any, title: str, under: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    add_text(slide, title, 0.6, 0.35, 12.1, 0.8, size=26, bold=True)
    if under:
        add_text(slide, under, 0.6, 1.05, 12.1, 0.5, size=14, colour=QUIET)
    if settings.IOC_DEMO:
        mark = _("DEMO: made-up data, for exercise only")
        add_text(slide, mark, 8.6, 7.05, 4.4, 0.35, size=10, colour=QUIET)
    return slide


def _title(deck: Any, briefing: Briefing) -> None:
    slide = _slide(deck, "")
    add_text(
        slide, _("Briefing on figures"), 0.9, 2.2, 11.5, 0.8, size=24, colour=QUIET
    )
    add_text(slide, briefing.unit.title, 0.9, 2.9, 11.5, 1.2, size=48, bold=True)
    made = timezone.localtime(briefing.made_at)
    words = _("Figures of %(day)s and before; made at %(at)s by %(by)s") % {
        "day": f"{briefing.day:%d/%m/%Y}",
        "at": f"{made:%H:%M %d/%m/%Y}",
        "by": briefing.by,
    }
    add_text(slide, words, 0.9, 4.3, 11.5, 0.6, size=16, colour=QUIET)


def _table(
    slide: Any, heads: list[str], rows: list[list[str]], widths: list[float], top: float
) -> None:
    """A table across the slide; widths in inches."""
    shape = slide.shapes.add_table(
        len(rows) + 1,
        len(heads),
        Inches(0.6),
        Inches(top),
        Inches(sum(widths)),
        Inches(0.42 * (len(rows) + 1)),
    )
    table = shape.table
    for column, width in enumerate(widths):
        table.columns[column].width = Inches(width)
    for number, cells in enumerate([heads, *rows]):
        for column, text in enumerate(cells):
            cell = table.cell(number, column)
            cell.text = text
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.font.size, paragraph.font.bold = Pt(13), number == 0
            paragraph.font.color.rgb = WHITE if number == 0 else INK
            cell.fill.solid()
            cell.fill.fore_color.rgb = INK if number == 0 else WHITE


def _tiles(deck: Any, briefing: Briefing) -> None:
    rows = [
        [
            tile.name,
            f"{tile.value} {tile.measure}" if tile.value else _("no figure"),
            f"{tile.period} · {tile.vintage}" if tile.value else tile.indicator.agency,
            tile.plan,
            tile.change,
            tile.rank,
            f"{tile.shape} {tile.status_word}".strip(),
        ]
        for tile in briefing.tiles
    ]
    heads = [
        _("Indicator"), _("Value"), _("Period"), _("Plan"), _("Same period"),
        _("Rank"), _("Status"),
    ]  # fmt: skip
    slide = _slide(deck, _("Headline figures"), briefing.unit.title)
    _table(slide, heads, rows[:LINES], [3.9, 2.0, 2.1, 1.9, 1.2, 0.8, 1.0], 1.6)


def _reds(deck: Any, briefing: Briefing) -> None:
    rows = [
        [
            line.name,
            f"{line.value} {line.measure}",
            line.period,
            line.band,
            line.indicator.agency,
        ]
        for line in briefing.reds
    ]
    for start in range(0, len(rows), LINES):
        slide = _slide(deck, f"▲ {_('What is red')} ({len(rows)})", briefing.unit.title)
        heads = [_("Indicator"), _("Value"), _("Period"), _("Band"), _("Owner")]
        part = rows[start : start + LINES]
        _table(slide, heads, part, [4.2, 2.2, 1.6, 2.2, 2.7], 1.6)


def _plans(deck: Any, briefing: Briefing) -> None:
    rows = [
        [
            row.title,
            f"{row.plan} {row.measure}",
            row.value or "—",
            row.expected or "—",
            row.forecast or "—",
            f"{row.shape} {row.outcome}".strip(),
        ]
        for row in briefing.plans[:LINES]
    ]
    heads = [
        _("Indicator"), _("Plan"), _("Reached"), _("Should be today"), _("Forecast"),
        _("Outcome"),
    ]  # fmt: skip
    slide = _slide(deck, _("Plans and pace"), briefing.unit.title)
    _table(slide, heads, rows, [3.7, 2.0, 1.5, 1.5, 1.5, 2.7], 1.6)


def _page(deck: Any, page: Page) -> None:
    shown = page.shown
    under = " · ".join(
        part
        for part in (
            f"{shown.value} {shown.measure}" if shown.value else _("no figure"),
            shown.period,
            shown.vintage,
            shown.estimated,
            f"{shown.shape} {shown.status_word}".strip(),
        )
        if part
    )
    slide = _slide(deck, shown.name, under)
    if page.map is not None:
        add_map(slide, page.map)
        add_bars(slide, page.map, shown)
    elif len(shown.line.trend) > 1:
        _trend(slide, shown)
    said = (page.caption, shown.indicator.agency, shown.source)
    foot = " · ".join(filter(None, said))
    add_text(slide, foot, 0.6, 7.05, 8.0, 0.35, size=10, colour=QUIET)


def _trend(slide: Any, shown: Shown) -> None:
    data = CategoryChartData()
    data.categories = [day for day, _value in shown.line.trend]
    values = [value for _day, value in shown.line.trend]
    data.add_series(shown.measure or shown.name, values)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS,
        Inches(0.6),
        Inches(1.6),
        Inches(12.1),
        Inches(5.2),
        data,
    )
    plain(frame.chart)
