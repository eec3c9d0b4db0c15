"""One list as of a moment, ready to be shown, printed and written to a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from layers.core import pdf
from layers.core.export import safe_cell
from layers.core.scope import Grant
from layers.vessels.duties.queries import KINDS, MASK, Kind, Listed, published
from layers.vessels.models import Contact, ReportingDuty

TITLES = {
    "silent_6h": gettext_lazy("Fishing vessels that lost signal for more than 6 hours"),
    "silent_10d": gettext_lazy(
        "Fishing vessels that lost signal for more than 10 days at sea"
    ),
    "beyond": gettext_lazy("Fishing vessels beyond the outer limit"),
    "absent": gettext_lazy("Fishing vessels not heard for more than 6 months"),
}
SHORT = {
    "silent_6h": pgettext_lazy("list", "Silent > 6 h"),
    "silent_10d": pgettext_lazy("list", "Silent > 10 days"),
    "beyond": pgettext_lazy("list", "Beyond the line"),
    "absent": pgettext_lazy("list", "Absent > 6 months"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A list of a kind as of ``moment``, in the caller's scope."""

    kind: Kind
    moment: datetime
    lines: list[Listed]
    personal: bool

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        at = timezone.localtime(self.moment)
        return f"vessels-{self.kind.replace('_', '-')}-{at:%Y%m%d-%H%M}"


def make(kind: Kind, grant: Grant, moment: datetime) -> Document:
    return Document(kind, moment, published(kind, grant, moment), MASK in grant.masks)


def headings(document: Document) -> list[str]:
    """What the columns hold, with their units."""
    personal = [_("Owner"), _("Phone")] if document.personal else []
    return [
        _("No."),
        _("Registration"),
        _("Vessel"),
        _("Length (m)"),
        _("Home port"),
        *personal,
        _("VMS provider"),
        _("Since"),
        _("Hours"),
        _("Last position"),
        _("Longitude, latitude (°)"),
        _("Contacts"),
        _("Remark"),
    ]


def rows(document: Document) -> list[list[Any]]:
    """The cells of each line as people read them."""
    return [_cells(document, no, line) for no, line in enumerate(document.lines, 1)]


def _cells(document: Document, number: int, line: Listed) -> list[Any]:
    personal = [line.owner, line.phone] if document.personal else []
    return [
        number,
        line.registration or "—",
        line.title,
        "—" if line.length_m is None else formats.number_format(line.length_m, 1),
        line.home_port or "—",
        *personal,
        line.provider or "—",
        _when(line.since),
        _hours(document.moment, line.since),
        _when(line.at),
        "—" if line.lon is None else f"{line.lon:.4f}, {line.lat:.4f}",
        _contacts(line),
        _("Provider outage within this time") if line.outage else "",
    ]


def _when(moment: datetime | None) -> str:
    if moment is None:
        return _("never")
    return formats.date_format(timezone.localtime(moment), "H:i d/m/Y")


def _hours(moment: datetime, since: datetime | None) -> str:
    if since is None:
        return "—"
    return formats.number_format((moment - since).total_seconds() / 3_600, 1)


def _contacts(line: Listed) -> str:
    if not line.contacts:
        return "0"
    return f"{line.contacts}: {Contact.Outcome(line.last_outcome).label}"


def context(document: Document) -> dict[str, Any]:
    """What page and print templates need."""
    return {
        "document": document,
        "title": document.title,
        "headings": headings(document),
        "rows": rows(document),
        "moment": timezone.localtime(document.moment),
        "kinds": [(kind, SHORT[kind]) for kind in KINDS],
        "legal": ReportingDuty.objects.values_list("legal_basis", flat=True).first(),
        "authority": settings.IOC_AUTHORITY
        or _("DEPARTMENT OF AGRICULTURE AND ENVIRONMENT"),
        "authority_above": settings.IOC_AUTHORITY_ABOVE
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def to_pdf(document: Document) -> bytes:
    return pdf.render("vessels/list_print.html", context(document))


def to_xlsx(document: Document) -> bytes:
    """A workbook with the title, the moment, and the lines."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = document.kind
    sheet.append([document.title])
    sheet.append([_("As of %(moment)s") % {"moment": _when(document.moment)}])
    if settings.IOC_DEMO:
        sheet.append([_("DEMO: made-up data, for exercise only")])
    sheet.append([])
    sheet.append(headings(document))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.freeze_panes = sheet.cell(sheet.max_row + 1, 1)
    for row in rows(document):
        sheet.append([safe_cell(value) for value in row])
    for column, width in enumerate(_widths(document), 1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    # the same list is the same file
    book.properties.created = book.properties.modified = document.moment.replace(
        tzinfo=None
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(document: Document) -> list[int]:
    personal = [24, 16] if document.personal else []
    return [6, 16, 30, 10, 18, *personal, 20, 18, 10, 18, 22, 22, 30]
