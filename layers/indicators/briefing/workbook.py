"""The briefing as a workbook: tables that can be reckoned with, and native charts."""

from __future__ import annotations

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from layers.core.export import safe_cell
from layers.indicators import spans, wording
from layers.indicators.contract import Figure
from layers.indicators.showing import Shown

from .content import Briefing, Page, in_order

BARS = 30


def to_xlsx(briefing: Briefing) -> bytes:
    """Sheets: summary, every figure, and one for each indicator of the briefing."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Summary")
    _summary(sheet, briefing)
    _everything(book.create_sheet(_("Every figure")), briefing)
    if briefing.plans:
        _plans(book.create_sheet(_("Plans and pace")), briefing)
    for page in briefing.pages:
        _page(book.create_sheet(page.shown.code[:31]), page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, titles: list[str], widths: list[int]) -> None:
    _add(sheet, titles)
    row = sheet.max_row
    for number, width in enumerate(widths, 1):
        sheet.cell(row, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    if row < 8:
        sheet.freeze_panes = sheet.cell(row + 1, 1)


def _add(sheet: Any, cells: list[Any]) -> None:
    sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])


def _summary(sheet: Any, briefing: Briefing) -> None:
    _add(sheet, [f"{_('Briefing on figures')}: {briefing.unit.title}"])
    sheet["A1"].font = Font(bold=True, size=14)
    made = timezone.localtime(briefing.made_at)
    _add(sheet, [_("Made at"), f"{made:%H:%M %d/%m/%Y}", _("by"), briefing.by])
    _add(sheet, [])
    _head(sheet, *_columns())
    for tile in briefing.tiles:
        _add(sheet, _cells(tile))
    _add(sheet, [])
    _add(sheet, [f"▲ {_('What is red')}"])
    sheet.cell(sheet.max_row, 1).font = Font(bold=True)
    for line in briefing.reds:
        _add(sheet, _cells(line))


def _columns() -> tuple[list[str], list[int]]:
    titles = [
        _("Code"), _("Indicator"), _("Value"), _("Unit of measure"), _("Period"),
        _("Vintage"), _("Status"), _("Plan"), _("Share of plan or pace"),
        _("Same period"), _("Mean of the level"), _("Rank"), _("of"),
        _("Estimate"), pgettext("date", "Published"), _("Source"), _("Owner"),
    ]  # fmt: skip
    widths = [9, 46, 14, 12, 12, 12, 10, 14, 12, 14, 14, 7, 6, 26, 12, 30, 30]
    return titles, widths


def _cells(shown: Shown) -> list[Any]:
    line = shown.line
    figure = line.figure
    return [
        shown.code,
        shown.name,
        figure.value if figure else None,
        shown.measure,
        spans.name(figure.start, figure.end) if figure else _("no figure"),
        shown.vintage,
        f"{shown.shape} {shown.status_word}".strip(),
        line.plan.value if line.plan else None,
        line.plan_share,
        line.same_period.value if line.same_period else None,
        line.mean,
        line.rank,
        line.of or None,
        shown.estimated,
        _published(figure),
        shown.source,
        shown.indicator.agency,
    ]


def _published(figure: Figure | None) -> Any:
    return timezone.localdate(figure.published_at) if figure else None


def _everything(sheet: Any, briefing: Briefing) -> None:
    _head(sheet, *_columns())
    for group in briefing.groups:
        for line in group.lines:
            _add(sheet, _cells(line))
    sheet.auto_filter.ref = sheet.dimensions


def _plans(sheet: Any, briefing: Briefing) -> None:
    titles = [
        _("Indicator"), _("Unit of measure"), _("Plan"), _("Reached"),
        _("Should be today"), _("Forecast"), _("Outcome"), _("Basis"),
    ]  # fmt: skip
    _head(sheet, titles, [46, 12, 14, 14, 16, 14, 40, 40])
    for row in briefing.plans:
        pace = row.line.pace
        _add(
            sheet,
            [
                row.title,
                row.measure,
                pace.plan,
                pace.value,
                pace.expected_today,
                pace.forecast,
                row.outcome,
                row.basis,
            ],
        )


def _page(sheet: Any, page: Page) -> None:
    shown = page.shown
    _add(sheet, [shown.name])
    sheet["A1"].font = Font(bold=True, size=12)
    sheet["A1"].alignment = Alignment(wrap_text=False)
    _add(sheet, [page.caption or _("no figures of units below")])
    _add(sheet, [])
    titles = [_("Rank"), _("Code of the unit"), _("Unit"), shown.measure or _("Value")]
    titles += [_("Period"), _("Vintage"), _("Estimate"), pgettext("date", "Published")]
    _head(sheet, titles, [7, 10, 34, 14, 12, 12, 26, 12])
    first = sheet.max_row + 1
    areas = page.map.choropleth.areas if page.map else ()
    for area in in_order(areas):
        figure = area.figure
        cells: list[Any] = [area.rank, area.code, area.title]
        if figure is None:
            cells += [None, _("no figure")]
        else:
            cells += [figure.value, spans.name(figure.start, figure.end)]
            cells += [wording.vintage(figure.vintage), wording.estimated(figure)]
            cells.append(_published(figure))
        _add(sheet, cells)
    shown_rows = min(sum(area.figure is not None for area in areas), BARS)
    if shown_rows:
        _bars(sheet, shown.name, first, first + shown_rows - 1)
    _trend(sheet, shown)


def _bars(sheet: Any, title: str, first: int, last: int) -> None:
    chart = BarChart()
    chart.type, chart.title, chart.legend = "bar", title, None
    chart.add_data(Reference(sheet, min_col=4, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=3, min_row=first, max_row=last))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first on top
    chart.height, chart.width, chart.gapWidth = max(7, (last - first) * 0.55), 18, 40
    sheet.add_chart(chart, "J4")


def _trend(sheet: Any, shown: Shown) -> None:
    """The unit's own series beside the ranking, and its line."""
    trend = shown.line.trend
    if len(trend) < 2:
        return
    column, top = 24, 4
    sheet.cell(top, column, _("Last day")).font = Font(bold=True)
    sheet.cell(top, column + 1, shown.measure or _("Value")).font = Font(bold=True)
    for row, (day, value) in enumerate(trend, top + 1):
        sheet.cell(row, column, day).number_format = "dd/mm/yyyy"
        sheet.cell(row, column + 1, value)
    sheet.column_dimensions[get_column_letter(column)].width = 12
    chart = LineChart()
    chart.title, chart.legend = shown.name, None
    last = top + len(trend)
    values = Reference(sheet, min_col=column + 1, min_row=top + 1, max_row=last)
    chart.add_data(values)
    chart.set_categories(
        Reference(sheet, min_col=column, min_row=top + 1, max_row=last)
    )
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.number_format = "mm/yyyy"
    chart.height, chart.width = 8, 16
    sheet.add_chart(chart, f"{get_column_letter(column + 3)}4")
