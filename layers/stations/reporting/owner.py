"""All stations of an owner in a month, on one page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.core import pdf
from layers.core.export import safe_cell
from layers.stations.completeness.files import percent
from layers.stations.completeness.months import Month
from layers.stations.completeness.queries import NONE, Count

from .document import heading
from .queries import Row


@dataclass(frozen=True, slots=True)
class Summary:
    """``owner`` "" stands for all owners."""

    month: Month
    owner: str
    rows: list[Row]
    made_by: str
    made_at: datetime

    @property
    def total(self) -> Count:
        return sum((row.count for row in self.rows), NONE)


def to_pdf(summary: Summary) -> bytes:
    """One table on A4, landscape."""
    context = {
        **heading(),
        "summary": summary,
        "made_at": timezone.localtime(summary.made_at),
    }
    return pdf.render("stations/reporting/owner_print.html", context)


def to_xlsx(summary: Summary) -> bytes:
    """The same table with native numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = f"{summary.month.first:%Y-%m}"
    sheet.append([_("Monthly summary of stations"), summary.owner])
    sheet.append(
        [_("DEMO: made-up data, for exercise only")] if settings.IOC_DEMO else []
    )
    sheet.append(_heads())
    for row in summary.rows:
        sheet.append([safe_cell(v) if isinstance(v, str) else v for v in _cells(row)])
    for cell in (sheet["A1"], *sheet[3]):
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width = 38, 34
    sheet.column_dimensions["B"].width = 26
    sheet.freeze_panes = "B4"
    made = timezone.localtime(summary.made_at).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heads() -> list[str]:
    return [
        _("Station"), _("Code"), _("Owner"), _("Expected values"),
        _("Received values"), _("Valid values"), _("Received (%)"), _("Valid (%)"),
        pgettext("values", "Over a limit"), _("Exceedances"), _("Version"),
    ]  # fmt: skip


def _cells(row: Row) -> list[Any]:
    over, episodes = row.over or (None, None)
    return [
        row.station.title, row.station.code, row.station.owner, row.count.expected,
        row.count.received, row.count.valid, percent(row.count.share()),
        percent(row.count.share("valid")), over, episodes,
        row.newest.version if row.newest else None,
    ]  # fmt: skip
