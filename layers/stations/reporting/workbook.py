"""A monthly report as a workbook: numbers that can be reckoned with."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from layers.core.export import safe_cell
from layers.stations.kinds import Kind, Status
from layers.stations.models import MonthlyReport

from . import document, wording

WIDE = 44


def to_xlsx(report: MonthlyReport) -> bytes:
    """Sheets: station, parameters, limits, exceedances, days, states, quality,
    case files."""
    found = report.figures
    book = Workbook()
    _station(book.active, report)
    for title, heads, rows in (
        (_("Instruments"), *_instruments(found)),
        (_("Measured parameters"), *_parameters(found)),
        (_("Limits"), *_limits(found)),
        (_("Exceedances"), *_episodes(found)),
        (_("Days"), *_days(found)),
        (_("States and outages"), *_states(found)),
        (_("Quality"), *_quality(found)),
        (_("Reviews"), *_reviews(found)),
        (_("Case files"), *_cases(found)),
    ):
        _sheet(book.create_sheet(title[:31]), heads, rows)
    # the same report is the same file
    book.properties.created = book.properties.modified = report.made_at.astimezone(
        UTC
    ).replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, heads: list[str], rows: Iterable[list[Any]]) -> None:
    sheet.append(heads)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    widths = [min(max(len(head), 10), 24) for head in heads]
    for row in rows:
        sheet.append([safe_cell(one) if isinstance(one, str) else one for one in row])
        for number, value in enumerate(row):
            size = 17 if isinstance(value, datetime) else len(str(value or ""))
            widths[number] = min(max(widths[number], size + 1), WIDE)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    if sheet.max_row > 1:
        sheet.auto_filter.ref = sheet.dimensions


def _local(epoch: float | None) -> datetime | None:
    if epoch is None:
        return None
    local = timezone.localtime(datetime.fromtimestamp(epoch, UTC))
    return local.replace(tzinfo=None)


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _share(part: int | None, whole: int | None) -> float | None:
    return round(100 * part / whole, 2) if whole and part is not None else None


def _station(sheet: Any, report: MonthlyReport) -> None:
    found, station = report.figures, report.figures["station"]
    sheet.title = _("Station")
    count = found["count"]
    rows: list[list[Any]] = [
        [_("Monthly report of an automatic station")],
        [_("Circular 10/2021/TT-BTNMT")],
        [_("DEMO: made-up data, for exercise only")] if settings.IOC_DEMO else [],
        [_("Station"), station["title"]],
        [_("Code"), station["code"]],
        [_("Kind"), str(Kind(station["kind"]).label)],
        [_("Owner"), station["owner"]],
        [_("Address"), station["address"]],
        [_("Permit"), "; ".join(p["number"] for p in station["permits"])
         or station["permit_no"]],
        [_("Month"), found["month"]],
        [_("Figures until (UTC+7)"), _local(found["until"])],
        [_("Expected values"), count["expected"]],
        [_("Received values"), count["received"]],
        [_("Valid values"), count["valid"]],
        [_("Valid (%)"), _share(count["valid"], count["expected"])],
        [_("Version"), report.version],
        [_("Made at (UTC+7)"), _local(report.made_at.timestamp())],
        [_("Made by"), wording.person(report.made_by)],
        ["SHA-256", report.sha256],
        [_("Source"), _("Automatic monitoring stations; raw values are kept")],
    ]  # fmt: skip
    for row in rows:
        sheet.append([safe_cell(one) if isinstance(one, str) else one for one in row])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 66
    for (cell,) in sheet.iter_rows(min_row=4, max_col=1):
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=4, min_col=2, max_col=2):
        row[0].alignment = Alignment(horizontal="left")
    sheet.freeze_panes = "B4"


Table = tuple[list[str], list[list[Any]]]


def _instruments(found: dict[str, Any]) -> Table:
    heads = [
        _("Instrument"), _("Make"), _("Model"), _("Serial number"), _("Method"),
        _("Installed"), _("Removed"), _("Last calibrated"), _("Calibration due"),
    ]  # fmt: skip
    dates = ("installed_on", "removed_on", "calibrated_on", "calibration_due_on")
    rows = [
        [
            *(row[n] for n in ("title", "make", "model", "serial_number", "method")),
            *(_date(row[name]) for name in dates),
        ]
        for row in found["instruments"]
    ]
    rows += [
        [entry["instrument"], entry["what"], entry["at"]]
        for entry in map(document.change, found["changes"])
    ]
    return heads, rows


def _parameters(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("Unit"), _("Averaging (minutes)"), _("Expected values"),
        _("Received values"), _("Measured (status 00)"), _("Valid values"),
        _("Received (%)"), _("Valid (%)"), _("Mean"), _("Least"),
        _("Time of the least (UTC+7)"), _("Largest"),
        _("Time of the largest (UTC+7)"), _("98th percentile"),
    ]  # fmt: skip
    rows = []
    for row in found["parameters"]:
        count = row["count"]
        rows.append(
            [
                row["parameter"], row["unit"], row["averaging_minutes"],
                count["expected"], count["received"], count["measured"],
                count["valid"], _share(count["received"], count["expected"]),
                _share(count["valid"], count["expected"]), row["mean"], row["least"],
                _local(row["least_at"]), row["largest"], _local(row["largest_at"]),
                row["p98"],
            ]
        )  # fmt: skip
    return heads, rows


def _limits(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("Unit"), _("Averaging (minutes)"), _("Direction"),
        _("Limit"), "Kq × Kf", _("Legal source"), _("Permit"), _("Valid from"),
        _("Valid until"), _("Compared"), pgettext("limit", "Over"), _("Share (%)"),
        _("Exceedances"),
    ]  # fmt: skip
    rows = [
        [
            entry["parameter"], limit["unit"], limit["averaging_minutes"],
            _("at least") if limit["direction"] == "lower" else _("at most"),
            limit["value"], limit["factor"], limit["legal_source"], limit["permit"],
            _date(limit["since"]), _date(limit["until"]), limit["compared"],
            limit["over"], _share(limit["over"], limit["compared"]),
            len(limit["episodes"]),
        ]
        for entry in found["parameters"]
        for limit in entry["limits"]
    ]  # fmt: skip
    return heads, rows


def _episodes(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("Unit"), _("Limit"), _("Averaging (minutes)"),
        _("Begin (UTC+7)"), _("End (UTC+7)"), _("Minutes"), _("Peak"),
        _("Time of the peak (UTC+7)"), _("Values"), _("Legal source"),
    ]  # fmt: skip
    rows = [
        [
            entry["parameter"], limit["unit"], limit["value"],
            limit["averaging_minutes"], _local(row["since"]), _local(row["until"]),
            round((row["until"] - row["since"]) / 60), row["peak"],
            _local(row["peak_at"]), row["values"], limit["legal_source"],
        ]
        for entry in found["parameters"]
        for limit in entry["limits"]
        for row in limit["episodes"]
    ]  # fmt: skip
    return heads, rows


def _days(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("Unit"), pgettext("date", "Day"), _("Expected values"),
        _("Received values"), _("Valid values"), _("Valid (%)"), _("Mean"),
        _("Least"), _("Largest"), _("Total"),
    ]  # fmt: skip
    rows = [
        [
            entry["parameter"], entry["unit"], _date(row["day"]), row["expected"],
            row["received"], row["valid"], _share(row["valid"], row["expected"]),
            row["mean"], row["least"], row["largest"], row["total"],
        ]
        for entry in found["parameters"]
        for row in entry["days"]
    ]  # fmt: skip
    return heads, rows


def _states(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("State of the instrument"), _("Begin (UTC+7)"),
        _("End (UTC+7)"), _("Minutes"), _("Values"),
    ]  # fmt: skip
    rows = [
        [entry["parameter"], str(Status(row["status"]).label), _local(row["since"]),
         _local(row["until"]), round((row["until"] - row["since"]) / 60), row["values"]]
        for entry in found["parameters"]
        for row in entry["states"]
    ]  # fmt: skip
    rows += [
        [_("all"), _("Outage"), _local(row["since"]), _local(row["until"]),
         round((row["until"] - row["since"]) / 60), 0]
        for row in found["outages"]
    ]  # fmt: skip
    return heads, rows


def _quality(found: dict[str, Any]) -> Table:
    heads = [_("QARTOD flag"), _("Meaning"), _("Used in this report"), _("Values")]
    rows: list[list[Any]] = [
        [row["flag"], row["word"], _("yes") if row["used"] else _("left out"),
         row["values"]]
        for row in document.flag_rows(found)
    ]  # fmt: skip
    rows += [
        [row["test"], row["parameter"], _("Test"), row["values"]]
        for row in document.test_rows(found)
    ]
    return heads, rows


def _reviews(found: dict[str, Any]) -> Table:
    heads = [
        _("Parameter"), _("Begin (UTC+7)"), _("End (UTC+7)"), _("Flag"),
        _("Corrected value"), _("Why"), _("Who"), _("When (UTC+7)"), _("Withdrawn by"),
        _("Why withdrawn"),
    ]  # fmt: skip
    rows = [
        [row["parameter"], _local(row["since"]), _local(row["until"]), row["flag"],
         row["value"], row["reason"], row["by"], _local(row["at"]),
         row["withdrawn_by"], row["withdrawn_reason"]]
        for row in found["reviews"]
    ]  # fmt: skip
    return heads, rows


def _cases(found: dict[str, Any]) -> Table:
    heads = [_("Number"), pgettext("station", "Parameters"), _("Status")]
    rows = [
        [row["number"], row["parameters"], row["status"]]
        for row in document.case_rows(found)
    ]
    return heads, rows
