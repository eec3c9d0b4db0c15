"""The register as files: figures by unit, and tasks in the columns of the provincial
register (what :mod:`.importing` reads)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.export import FORMATS, safe_cell

from .columns import COLUMNS
from .config import RANK

Line = Sequence[Any]


def unit_lines(rows: Iterable[dict[str, Any]]) -> Iterator[Line]:
    """Heading and a line for each unit."""
    names = {
        "received": _("Tasks received"),
        "early": _("Done early"),
        "on_time": _("Done on time"),
        "late": _("Done late"),
        "late_5": _("Done 1-5 days late"),
        "late_15": _("Done 6-15 days late"),
        "late_30": _("Done 16-30 days late"),
        "late_more": _("Done more than 30 days late"),
        "in_time": _("Open, in time"),
        "overdue": _("Open, overdue"),
        "overdue_5": _("Open, overdue 1-5 days"),
        "overdue_15": _("Open, overdue 6-15 days"),
        "overdue_30": _("Open, overdue 16-30 days"),
        "overdue_more": _("Open, overdue more than 30 days"),
        "share": _("Done in time, %"),
        "extensions": _("Extensions asked for"),
        "granted": _("Extensions granted"),
    }
    yield [_("Unit"), *names.values()]
    for row in rows:
        yield [row["title"], *(row[name] for name in names)]


def task_lines(rows: Iterable[dict[str, Any]]) -> Iterator[Line]:
    """Heading and a line for each task, as the provincial register has them."""
    yield [str(column.title) for column in COLUMNS]
    for row in rows:
        values = _of_task(row)
        yield [values.get(column.name, "") for column in COLUMNS]


def _of_task(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "register_no": row["register_no"] or row["number"],
        "document_no": row["document_no"],
        "paper_date": row["paper_date"] or _day(row["issued_at"]),
        "text": row["what"] or row["title"],
        "unit_code": row["unit_code"],
        "unit": row["unit"],
        "co_units": "; ".join(row["with"]),
        "deadline": _day(row["due"]),
        "urgency": row["urgency"] or RANK.get(row["severity"], "ordinary"),
        "status": row["status"],
        "done_on": _day(row["reported_at"]),
        "entered_on": row["entered_on"],
    }


def _day(at: Any) -> Any:
    return timezone.localtime(at).date() if at else None


def to_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with BOM, so that Excel opens Vietnamese names rightly."""
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(v) for v in line] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def to_xlsx(lines: Iterable[Line]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append([safe_cell(v) if isinstance(v, str) else v for v in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRITERS = {"csv": to_csv, "xlsx": to_xlsx}
TYPES = {name: FORMATS[name].content_type for name in WRITERS}
