"""What was sent, as it came: the file, its bad cells marked, one row of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core.uploads import queries
from layers.core.uploads.contract import importers
from layers.core.uploads.files import UnreadableError
from layers.core.uploads.models import Upload

from .views import XLSX, _audit, _file, _grant, _upload


@login_required
@require_GET
def original(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The file as it came, byte for byte."""
    from layers.core.uploads.files import decompress

    upload = _upload(request, upload_id)
    _audit(request, "download", upload)
    body = decompress(Upload.objects.values_list("body", flat=True).get(pk=upload_id))
    return _file(body, upload.name, "application/octet-stream")


@login_required
@require_GET
def marked(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The sender's workbook with the bad cells marked and commented."""
    from layers.core.uploads.marking import marked as mark

    upload = _upload(request, upload_id)
    stem = upload.name.rpartition(".")[0] or upload.name
    return _file(mark(upload), f"{stem}-{_('problems')}.xlsx", XLSX)


@login_required
@require_GET
def row(request: HttpRequest, upload_id: int, sheet: str, number: int) -> HttpResponse:
    """The row of the file that a figure came from, as it came."""
    grant = _grant(request)
    upload = queries.one(request.user, grant, upload_id)
    known = (
        upload or Upload.objects.defer("body", "records").filter(pk=upload_id).first()
    )
    if known is None:
        raise Http404
    try:
        found = queries.source_row(upload_id, sheet, number)
    except UnreadableError:
        found = None
    if found is None or not (upload or queries.may_see_row(grant, known, found)):
        raise Http404
    _audit(request, "view", known)
    cells = {record.cell for record in found.records}
    asked = request.GET.get("cell", "").upper()
    wrong = {entry.problem.cell for entry in found.problems}
    lines = [
        (place, [
            (letter, text, _mark(f"{letter}{place}", cells, asked, wrong))
            for letter, text in zip(found.letters, texts, strict=True)
        ] if upload or place == number else [])
        for place, texts in found.lines
    ]  # fmt: skip
    context = {
        "upload": known,
        "importer": importers.get(known.importer),
        "found": found,
        "lines": [line for line in lines if line[1]],
        "whole": upload is not None,
    }
    return render(request, "uploads/row.html", context)


def _mark(cell: str, used: set[str], asked: str, wrong: set[str]) -> str:
    if cell in wrong:
        return "wrong"
    if asked:
        return "used" if cell == asked else ""
    return "used" if cell in used else ""
