"""The list of a recall as of a moment, to be printed and written to a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import pdf
from layers.core.export import safe_cell
from layers.core.scope import Grant

from . import havens, past, queries, words
from .access import MASK
from .models import Recall
from .queries import Progress, Row


@dataclass(frozen=True, slots=True)
class Document:
    """The rows that the caller may see, as of ``moment``."""

    recall: Recall
    moment: datetime
    rows: list[Row]
    stands: Progress
    personal: bool

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        at = timezone.localtime(self.moment)
        return f"recall-{self.recall.pk}-{at:%Y%m%d-%H%M}"


def make(recall: Recall, grant: Grant, moment: datetime | None = None) -> Document:
    """The list now, or as it stood at a past moment."""
    if moment is None or moment >= timezone.now():
        rows = queries.boats(recall, grant)
    else:
        rows = past.boats(recall, grant, moment)
    return Document(
        recall,
        moment or timezone.now(),
        rows,
        queries.progress(rows),
        MASK in grant.masks,
    )


def headings(document: Document) -> list[str]:
    """What the columns hold, with their units."""
    personal = [_("People to call")] if document.personal else []
    return [
        _("No."),
        _("Registration"),
        _("Vessel"),
        _("Home port"),
        *personal,
        _("Last position"),
        _("Position time"),
        _("Moves"),
        _("To the edge (km)"),
        _("Out or in within"),
        _("Nearest shelter"),
        _("Distance (km)"),
        _("What they answered"),
        _("Answered"),
        _("Called by"),
    ]


def cells(document: Document, number: int, row: Row) -> list[Any]:
    people = [
        " ".join(filter(None, pair))
        for pair in ((row.captain, row.phone), (row.owner, row.owner_phone))
    ]
    personal = ["; ".join(filter(None, people))] if document.personal else []
    moves = words.moves(row) + (f" ({_('no signal')})" if row.silent else "")
    return [
        number,
        row.registration or "\u2014",
        row.title,
        row.home_port or "\u2014",
        *personal,
        words.place(row),
        words.when(row.at),
        moves,
        words.km(row.edge_m),
        words.minutes(row.leave_min if row.inside else row.enter_min),
        row.haven or "\u2014",
        words.km(row.haven_m),
        words.outcome(row) or "\u2014",
        words.when(row.answered_at) if row.answer else "",
        row.answered_by,
    ]


def summary(document: Document) -> str:
    stands = document.stands
    return _(
        "On the list %(listed)d; inside %(inside)d; will enter %(entering)d;"
        " have left %(left)d; in port %(in_port)d; answered %(answered)d;"
        " to be called %(to_call)d; silent inside %(silent)d."
    ) % {name: getattr(stands, name) for name in stands.__slots__}


def context(document: Document) -> dict[str, Any]:
    """What the print template needs."""
    recall = document.recall
    return {
        "recall": recall,
        "document": document,
        "headings": headings(document),
        "rows": [
            (row.kept, cells(document, number, row))
            for number, row in enumerate(document.rows, 1)
        ],
        "moment": timezone.localtime(document.moment),
        "summary": summary(document),
        "shelters": havens.titles(recall.shelters),
        "authority": settings.IOC_AUTHORITY
        or _("DEPARTMENT OF AGRICULTURE AND ENVIRONMENT"),
        "authority_above": settings.IOC_AUTHORITY_ABOVE
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def to_pdf(document: Document) -> bytes:
    return pdf.render("recalls/list_print.html", context(document))


def to_xlsx(document: Document) -> bytes:
    """A workbook with the title, the moment, the numbers and the lines."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = document.name[:31]
    exercise = f"{_('EXERCISE')}: " if document.recall.exercise else ""
    sheet.append([safe_cell(f"{exercise}{document.recall.title}")])
    moment = timezone.localtime(document.moment)
    sheet.append([_("As of %(moment)s") % {"moment": f"{moment:%H:%M %d/%m/%Y}"}])
    sheet.append([summary(document)])
    if settings.IOC_DEMO:
        sheet.append([_("DEMO: made-up data, for exercise only")])
    sheet.append([])
    sheet.append(headings(document))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.freeze_panes = sheet.cell(sheet.max_row + 1, 1)
    for number, row in enumerate(document.rows, 1):
        sheet.append([safe_cell(value) for value in cells(document, number, row)])
        if row.kept:
            for cell in sheet[sheet.max_row]:
                cell.font = Font(strike=True)
    widths = [6, 16, 30, 18, *([40] if document.personal else [])]
    widths += [24, 14, 22, 12, 14, 24, 12, 20, 14, 20]
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    # the same list is the same file
    at = document.moment.replace(tzinfo=None)
    book.properties.created = book.properties.modified = at
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
