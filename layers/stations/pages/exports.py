"""What is drawn, as CSV or XLSX: the same rows, with units, limits and flags."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.export import FORMATS, safe_cell
from layers.stations.kinds import Status

from .flags import flag_mark
from .lines import averaging, limit_figure
from .span import RAW, Span

EXPORTS = ("xlsx", "csv")


def head(span: Span) -> list[str]:
    """Names of the columns of :func:`rows`."""
    common = [
        _("Station"), _("Code"), _("Parameter"), _("Unit"), _("Averaging (minutes)"),
        _("Time (UTC+7)"), _("Value"),
    ]  # fmt: skip
    if span.step == RAW:
        own = [
            _("As received"),
            _("Flag"),
            _("Reviewed"),
            _("Instrument"),
            _("Enters averages"),
        ]
    else:
        own = [
            _("Least"), _("Largest"), _("Valid values"), _("Received"), _("Expected"),
        ]  # fmt: skip
    return [*common, *own, _("Limits")]


def rows(
    found: Iterable[dict[str, Any]], names: dict[int, tuple[str, str]], span: Span
) -> Iterator[list[Any]]:
    """One row per value; ``names``: title and code by station."""
    for entry in found:
        title, code = names[entry["station"]]
        fixed = [
            title, code, entry["parameter"], entry["unit"], entry["averaging_minutes"],
        ]  # fmt: skip
        limits = [
            (limit["from"], limit["to"], _limit(limit)) for limit in entry["limits"]
        ]
        for number, at in enumerate(entry["at"]):
            local = timezone.localtime(datetime.fromtimestamp(at, UTC))
            held = "; ".join(
                text for since, until, text in limits if since <= at < until
            )
            own = _raw(entry, number) if span.step == RAW else _rolled(entry, number)
            yield [
                *fixed,
                local.replace(tzinfo=None),
                entry["value"][number],
                *own,
                held,
            ]


def _raw(entry: dict[str, Any], number: int) -> list[Any]:
    flag = flag_mark(entry["flag"][number])
    return [
        entry["raw"][number],
        flag.word if flag else "",
        _("yes") if entry["reviewed"][number] else "",
        str(Status(entry["status"][number]).label),
        _("yes") if entry["valid"][number] else _("no"),
    ]


def _rolled(entry: dict[str, Any], number: int) -> list[Any]:
    names = ("least", "largest", "valid", "received")
    return [*(entry[name][number] for name in names), entry["expected"]]


def _limit(limit: dict[str, Any]) -> str:
    sign = "≥" if limit["direction"] == "lower" else "≤"
    value = limit_figure(limit["value"])
    mean = averaging(limit["averaging_minutes"])
    return f"{sign} {value} ({mean}, {limit['legal_source']})"


def respond(
    fmt: str, title: str, columns: list[str], table: Iterable[list[Any]]
) -> HttpResponse:
    """A file of one table; ``fmt`` is one of EXPORTS."""
    body = _xlsx(columns, table) if fmt == "xlsx" else _csv(columns, table)
    answer = HttpResponse(body, content_type=FORMATS[fmt].content_type)
    answer["Content-Disposition"] = f'attachment; filename="{title}.{fmt}"'
    return answer


def _csv(columns: list[str], table: Iterable[list[Any]]) -> bytes:
    """UTF-8 with BOM, so that Excel opens Vietnamese names rightly."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in table:
        writer.writerow([safe_cell(_plain(value)) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value


def _xlsx(columns: list[str], table: Iterable[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "A2"
    sheet.append(columns)
    for row in table:
        sheet.append(
            [safe_cell(value) if isinstance(value, str) else value for value in row]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
