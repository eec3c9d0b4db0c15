"""One list as of a moment, ready to be shown, printed and written to a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from layers.core import pdf
from layers.core.export import safe_cell
from layers.core.figures import figure
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.vessels.duties.places import params
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


@dataclass(frozen=True, slots=True)
class Column:
    """``style``: how it is set; ``width``: characters in a workbook."""

    title: str
    style: str
    width: int


def columns(document: Document) -> list[Column]:
    """What the list holds, with units; people only where the caller may know them."""
    personal = [
        Column(_("Vessel owner"), "person", 24),
        Column(_("Phone"), "phone", 16),
    ]
    return [
        Column(_("No."), "num", 6),
        Column(_("Registration"), "code", 16),
        Column(pgettext("list", "Vessel"), "name", 30),
        Column(_("Length (m)"), "num", 10),
        Column(_("Home port"), "port", 18),
        *(personal if document.personal else []),
        Column(_("VMS provider"), "", 20),
        Column(pgettext("list", "Since"), "time", 18),
        Column(pgettext("list", "Hours"), "num", 10),
        Column(_("Last position"), "time", 18),
        Column(_("Longitude, latitude (°)"), "place", 22),
        Column(pgettext("list", "Contacts"), "", 22),
        Column(_("Remark"), "", 30),
    ]


def rows(document: Document) -> list[list[Any]]:
    """The cells of each line as people read them."""
    return [_cells(document, no, line) for no, line in enumerate(document.lines, 1)]


def _cells(document: Document, number: int, line: Listed) -> list[Any]:
    personal = [line.owner, line.phone] if document.personal else []
    return [
        number,
        line.registration or "—",
        _name(line),
        "—" if line.length_m is None else figure(line.length_m, 1),
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


def _name(line: Listed) -> str:
    """The name without the number, which has a column of its own."""
    return line.title.removesuffix(f"({line.registration})").strip() or line.title


def _when(moment: datetime | None) -> str:
    if moment is None:
        return _("never")
    return formats.date_format(timezone.localtime(moment), "H:i d/m/Y")


def _hours(moment: datetime, since: datetime | None) -> str:
    if since is None:
        return "—"
    return figure((moment - since).total_seconds() / 3_600, 1)


def _contacts(line: Listed) -> str:
    if not line.contacts:
        return "0"
    return f"{line.contacts}: {Contact.Outcome(line.last_outcome).label}"


def context(document: Document) -> dict[str, Any]:
    """What page and print templates need."""
    return {
        "document": document,
        "title": document.title,
        "columns": columns(document),
        "rows": [
            list(zip(columns(document), row, strict=True)) for row in rows(document)
        ],
        "moment": timezone.localtime(document.moment),
        "kinds": [(kind, SHORT[kind]) for kind in KINDS],
        "legal": legal_basis(document),
        "authority": settings.IOC_AUTHORITY
        or _("DEPARTMENT OF AGRICULTURE AND ENVIRONMENT"),
        "authority_above": settings.IOC_AUTHORITY_ABOVE
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def legal_basis(document: Document) -> str:
    """What the list rests on: the duties in force then, or the treaty of the line."""
    if document.kind == "beyond":
        zones = by_role("zones")
        limit = FeatureQuery(filter=params().limit, fields=(zones.zone.legal_basis,))
        found = features(zones, everything(), limit)
        texts = [row["properties"].get(zones.zone.legal_basis) for row in found]
    else:
        day = timezone.localdate(document.moment)
        duties = ReportingDuty.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gte=day),
        )
        texts = list(duties.values_list("legal_basis", flat=True))
    parts = (part.strip() for text in texts if text for part in text.split(";"))
    return "; ".join(dict.fromkeys(parts))


def to_pdf(document: Document) -> bytes:
    return pdf.render("vessels/list_print.html", context(document))


def to_xlsx(document: Document) -> bytes:
    """A workbook with the title, the moment, and the lines."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = document.kind
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([document.title])
    sheet.append([_("As of %(moment)s") % {"moment": _when(document.moment)}])
    if settings.IOC_DEMO:
        sheet.append([_("DEMO: made-up data, for exercise only")])
    sheet.append([])
    heads = columns(document)
    sheet.append([column.title for column in heads])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.freeze_panes = sheet.cell(sheet.max_row + 1, 1)
    for row in rows(document):
        sheet.append([safe_cell(value) for value in row])
    for number, column in enumerate(heads, 1):
        letter = sheet.cell(1, number).column_letter
        sheet.column_dimensions[letter].width = column.width
    # the same list is the same file
    book.properties.created = book.properties.modified = document.moment.replace(
        tzinfo=None
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
