"""Reading uploads: whose, their problems, their preview, a row as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from layers.core.scope import Grant
from layers.core.spec import registry

from . import reasons
from .contract import Importer, Reason, Record, importers
from .models import State, Upload, UploadProblem
from .records import unpack

# Who may see what others have handed in.
READ = "core.view_upload"
# Who may take back what others have committed.
MANAGE = "core.change_upload"
AROUND = 3
Person = Any


def may_upload(user: Person, grant: Grant, importer: Importer) -> bool:
    """Whoever may change rows of the layer."""
    layer = registry.get(importer.layer)
    if layer is None or not grant.allows(layer) or isinstance(user, AnonymousUser):
        return False
    app_label, model = layer.model.lower().split(".")
    return bool(user.has_perm(f"{app_label}.change_{model}"))


def offered(user: Person, grant: Grant) -> list[Importer]:
    return [entry for entry in importers.values() if may_upload(user, grant, entry)]


def visible(user: Person, grant: Grant) -> QuerySet[Upload]:
    """One's own; for those who may read others' the ones within their scope. Neither
    of a layer that the caller (a key for some layers) does not have."""
    rows = Upload.objects.select_related("by").defer("body", "records")
    layers = {entry.slug for entry in importers.values() if entry.layer in grant.layers}
    rows = rows.filter(importer__in=layers)
    if not user.has_perm(READ):
        return rows.filter(by=user.pk)
    if grant.units is None:
        return rows
    within = Q(units__contained_by=sorted(grant.units)) & ~Q(units=[])
    return rows.filter(Q(by=user.pk) | within)


def one(user: Person, grant: Grant, upload_id: int) -> Upload | None:
    return visible(user, grant).filter(pk=upload_id).first()


def may_act(user: Person, grant: Grant, upload: Upload) -> bool:
    """Commit, cancel or take back: the sender, and those who manage others' files, as
    long as all that the file is about is theirs to change."""
    importer = importers.get(upload.importer)
    if importer is None or not may_upload(user, grant, importer):
        return False
    within = all(grant.sees_unit(unit_id) for unit_id in upload.units)
    return within and (upload.by_id == user.pk or user.has_perm(MANAGE))


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem with its words in the active language."""

    problem: UploadProblem
    title: str
    text: str


def problems(
    upload: Upload, *, reason: str = "", sheet: str = ""
) -> QuerySet[UploadProblem]:
    rows = upload.problems.order_by("severity", "id")
    if reason:
        rows = rows.filter(reason=reason)
    return rows.filter(sheet=sheet) if sheet else rows


def worded(upload: Upload, rows: Sequence[UploadProblem]) -> list[Shown]:
    known = reasons.known(importers.get(upload.importer))
    return [Shown(row, *_words(known, row)) for row in rows]


def _words(known: dict[str, Reason], row: UploadProblem) -> tuple[str, str]:
    reason = known.get(row.reason)
    if reason is None:  # a reason of an older release
        return row.reason, ""
    return str(reason.title), reasons.words(reason, row.params)


def groups(upload: Upload) -> list[tuple[str, str, str, int]]:
    """(reason, title, severity, how many), errors first, the most frequent first."""
    known = reasons.known(importers.get(upload.importer))
    found = []
    for slug, count in upload.counts.items():
        reason = known.get(slug)
        severity = reason.severity if reason else "error"
        found.append((slug, str(reason.title) if reason else slug, severity, count))
    return sorted(found, key=lambda group: (group[2], -group[3], group[1]))


def page_of_records(
    upload: Upload, *, change: str = "", start: int = 0, count: int = 100
) -> list[Record]:
    packed = Upload.objects.values_list("records", flat=True).get(pk=upload.pk)
    found = unpack(packed)
    if change:
        found = (record for record in found if record.change == change)
    return list(islice(found, start, start + count))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the file as it came, with those around it.

    ``letters`` are the columns, ``lines`` (number, cells as text); ``records`` what
    was made of the row, ``problems`` what was wrong with it.
    """

    sheet: str
    number: int
    letters: list[str]
    lines: list[tuple[int, list[str]]]
    records: list[Record]
    problems: list[Shown]


def source_row(upload_id: int, sheet: str, number: int) -> SourceRow | None:
    """None when the file has no such row. Raises UnreadableError."""
    from openpyxl.utils import get_column_letter

    from .cells import shown
    from .checking import open_book
    from .files import decompress

    upload = Upload.objects.get(pk=upload_id)
    book = open_book(decompress(upload.body))
    info = next((info for info in book.sheets if info.name == sheet), None)
    if info is None or info.hidden:
        return None
    wanted = range(number - AROUND, number + AROUND + 1)
    lines = []
    for place, cells in book.rows(info):
        if place in wanted:
            lines.append((place, [shown(cell) for cell in cells]))
        if place >= wanted.stop:
            break
    if not any(place == number for place, _cells in lines):
        return None
    width = max(_width(cells) for _place, cells in lines)
    rows = list(upload.problems.filter(sheet=sheet, row=number))
    return SourceRow(
        sheet,
        number,
        [get_column_letter(index + 1) for index in range(width)],
        [(place, (cells + [""] * width)[:width]) for place, cells in lines],
        [r for r in unpack(upload.records) if r.row == number and r.sheet == sheet],
        worded(upload, rows),
    )


def may_see_row(grant: Grant, upload: Upload, found: SourceRow) -> bool:
    """Whoever may see what a row became may see the row, though not the file."""
    if upload.state not in (State.COMMITTED, State.UNDONE):
        return False
    importer = importers.get(upload.importer)
    if importer is None or importer.layer not in grant.layers or not found.records:
        return False
    return all(grant.sees_unit(record.unit_id) for record in found.records)


def _width(cells: list[str]) -> int:
    return max((index + 1 for index, cell in enumerate(cells) if cell), default=1)


def summary(upload: Upload) -> dict[str, Any]:
    """An upload as the API tells it."""
    shown = worded(upload, list(problems(upload)[:100]))
    return {
        "id": upload.pk,
        "importer": upload.importer,
        "name": upload.name,
        "sha256": upload.sha256,
        "state": upload.state,
        "received_at": upload.at,
        "rows_total": upload.rows_total,
        "rows_done": upload.rows_done,
        "errors": upload.errors,
        "warnings": upload.warnings,
        "counts": upload.counts,
        "preview": upload.preview,
        "outcome": upload.outcome.get("counts", {}),
        "failure": upload.failure,
        "problems": [
            {
                "sheet": entry.problem.sheet,
                "cell": entry.problem.cell,
                "row": entry.problem.row,
                "value": entry.problem.value,
                "reason": entry.problem.reason,
                "severity": entry.problem.severity,
                "text": entry.text or _("no details"),
            }
            for entry in shown
        ],
    }
