"""The report of a set as XLSX and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from layers.core.export import safe_cell
from layers.units.models import BoundarySet

from .words import fates, flaw_kinds

Line = list[Any]


def changes(rows: Iterable[dict[str, Any]]) -> list[Line]:
    """Headings and a line for each unit."""
    named = fates()
    lines: list[Line] = [
        [
            _("Code"), _("Name"), _("What changes"), _("Name before"),
            _("Stays the same unit"), _("Area before, ha"), _("Area after, ha"),
            _("Gained, ha"), _("Lost, ha"), _("Land from or to"),
        ]
    ]  # fmt: skip
    for row in rows:
        parts = "; ".join(
            f"{part['code']} {part['title']} {100 * part['share']:.1f} %"
            for part in row["parts"]
        )
        lines.append(
            [
                row["code"], row["title"], named[row["fate"]], row["old_title"],
                _("yes") if row["keeps"] else _("no"), row["ha_before"],
                row["ha_after"], row["gained_ha"], row["lost_ha"], parts,
            ]
        )  # fmt: skip
    return lines


def flaws(report: dict[str, Any]) -> list[Line]:
    """Headings and a line for each gap and overlap that is listed."""
    named = flaw_kinds()
    states = (("left", _("left")), ("closed", _("repaired")))
    lines: list[Line] = [
        [
            _("Flaw"),
            _("State"),
            _("Area, ha"),
            _("Longitude"),
            _("Latitude"),
            _("Units"),
        ]
    ]
    for key, state in states:
        for flaw in report[key]["listed"]:
            between = "; ".join(f"{code} {name}" for code, name in flaw["units"])
            where = [flaw["lon"], flaw["lat"], between]
            lines.append([named[flaw["kind"]], state, flaw["ha"], *where])
    return lines


def areas(report: dict[str, Any]) -> list[Line]:
    """Headings and a line for each area that differs by more than half a percent."""
    lines: list[Line] = [
        [
            _("Code"), _("Name"), _("Outline, km²"), _("Published, km²"),
            _("Difference, %"),
        ]
    ]  # fmt: skip
    names = ("code", "title", "outline_km2", "published_km2", "percent")
    return lines + [[area[name] for name in names] for area in report["areas"]]


def to_csv(rows: list[dict[str, Any]]) -> bytes:
    """The changes, UTF-8 with BOM, so that Excel opens Vietnamese names rightly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([safe_cell(v) for v in line] for line in changes(rows))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def to_xlsx(made: BoundarySet, rows: list[dict[str, Any]]) -> bytes:
    """Sheets of changes, of topology and of areas, and what file it is about."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _sheet(book, _("What changes"), changes(rows))
    _sheet(book, _("Gaps and overlaps"), flaws(made.report))
    _sheet(book, _("Published areas"), areas(made.report))
    _sheet(book, _("File"), _facts(made))
    # the same report is the same file
    at = made.created_at.replace(tzinfo=None)
    book.properties.created = book.properties.modified = at
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _facts(made: BoundarySet) -> list[Line]:
    facts = (
        (_("Name"), made.title),
        (_("File"), made.file_name),
        ("SHA-256", made.sha256),
        (_("Reference system"), made.crs_found),
        (_("First day"), f"{made.valid_from:%d/%m/%Y}"),
        (_("Legal basis"), made.decree),
        (_("Source"), made.source),
        (_("State"), str(made.get_state_display())),
        (_("Gaps and overlaps left"), made.report["left"]["count"]),
        (_("Area of these, ha"), made.report["left"]["ha"]),
    )
    return [[_("Fact"), _("Value")], *([str(name), value] for name, value in facts)]


def _sheet(book: Any, title: str, lines: list[Line]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(title[:31])
    for line in lines:
        sheet.append([safe_cell(value) for value in line])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for at, name in enumerate(lines[0], 1):
        longest = max(len(str(line[at - 1])) for line in lines[:200])
        letter = sheet.cell(1, at).column_letter
        sheet.column_dimensions[letter].width = min(60, max(len(name), longest) + 2)
