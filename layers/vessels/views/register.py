"""Handing in a file of the register: check, look, write, refused rows."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from layers.core import units
from layers.vessels.fitting import RefusedError
from layers.vessels.models import RegisterImport, Vessel
from layers.vessels.register import importing
from layers.vessels.register.planning import Change, Plan
from layers.vessels.register.problems import REASONS, Unreadable
from layers.vessels.register.reading import MAX_BYTES

from .conflicts import as_csv, safe

# Whoever hands in a register holds the owners' data in their hands.
PERMISSIONS = ("vessels.add_vessel", "vessels.change_vessel", "vessels.view_owner")
SHOWN_FILES = 20
SHOWN_ROWS = 100
SLUG = "vessels"


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), initial="register", max_length=60
    )
    day = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("Communes are those of that day."),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    full = forms.BooleanField(
        label=gettext_lazy("The whole register: mark who is not in it as missing"),
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


def _files(request: HttpRequest) -> Any:
    """Files that the caller may see: their own, or all with the whole province."""
    rows = RegisterImport.objects.select_related("by").defer("body")
    if request.grant.units is None:  # type: ignore[attr-defined]
        return rows
    return rows.filter(by=request.user.pk)


@login_required
@permission_required(PERMISSIONS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The form and the files handed in before; a file is checked, not written."""
    form = FileForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept, _plan = importing.hand_in(
                file.read(),
                file.name,
                source=form.cleaned_data["source"],
                full=form.cleaned_data["full"],
                day=form.cleaned_data["day"],
                grant=request.grant,  # type: ignore[attr-defined]
                by=request.user,
            )
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            request.audit(  # type: ignore[attr-defined]
                "register.check", layer=SLUG, file=kept.sha256, name=kept.name
            )
            return redirect("vessels:register-file", kept.pk)
    context = {"form": form, "files": _files(request)[:SHOWN_FILES], "tab": "register"}
    return render(request, "vessels/register.html", context)


@login_required
@permission_required(PERMISSIONS, raise_exception=True)
@require_GET
def detail(request: HttpRequest, import_id: int) -> HttpResponse:
    """What a file would change, or what it has changed."""
    kept = _files(request).filter(pk=import_id).first()
    if kept is None:
        raise Http404
    plan = None
    if kept.state == RegisterImport.State.CHECKED:
        plan = importing.look(kept, request.grant)  # type: ignore[attr-defined]
    refused = list(kept.refused.all()[:SHOWN_ROWS])
    for row in refused:
        row.why = REASONS.get(row.reason, row.reason)
    context = {
        "kept": kept,
        "counts": plan.counts if plan else kept.counts,
        "refused": refused,
        "more_refused": max(0, kept.refused.count() - SHOWN_ROWS),
        "tab": "register",
        **(_shown(plan) if plan else {}),
    }
    return render(request, "vessels/register_file.html", context)


def _shown(plan: Plan) -> dict[str, Any]:
    return {
        "added": plan.added[:SHOWN_ROWS],
        "changed": [(change, _lines(change)) for change in plan.changed[:SHOWN_ROWS]],
        "missing": Vessel.objects.filter(pk__in=plan.missing).order_by("title")[
            :SHOWN_ROWS
        ],
    }


def _lines(change: Change) -> list[tuple[str, str, str]]:
    """(field, before, after) in words."""
    tree = units.tree()
    lines = []
    for name, value in change.new.items():
        before = change.old[name]
        if name == "unit_id":
            before, value = tree.title(before), tree.title(value)
        title = Vessel._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        lines.append((str(title), _text(before), _text(value)))
    return lines


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


@login_required
@permission_required(PERMISSIONS, raise_exception=True)
@require_POST
def write(request: HttpRequest, import_id: int) -> HttpResponse:
    """Write a checked file."""
    if not _files(request).filter(pk=import_id).exists():
        raise Http404
    try:
        kept = importing.write(
            import_id,
            request.grant,  # type: ignore[attr-defined]
            request.user,
        )
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect("vessels:register-file", import_id)
    request.audit(  # type: ignore[attr-defined]
        "register.write", layer=SLUG, file=kept.sha256, **kept.counts
    )
    messages.success(
        request,
        _("Written: %(added)s added, %(changed)s changed, %(refused)s refused.")
        % kept.counts,
    )
    return redirect("vessels:register-file", import_id)


@login_required
@permission_required(PERMISSIONS, raise_exception=True)
@require_GET
def refused(request: HttpRequest, import_id: int) -> HttpResponse:
    """The rows that were refused as CSV: row, column, reason, and the row itself."""
    kept = _files(request).filter(pk=import_id).first()
    if kept is None:
        raise Http404
    rows = list(kept.refused.all())
    heads = list(dict.fromkeys(head for row in rows for head in row.cells))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("row"), _("column"), _("value"), _("reason"), *map(safe, heads)])
    for row in rows:
        cells = [row.cells.get(head, "") for head in heads]
        why = str(REASONS.get(row.reason, row.reason))
        writer.writerow(
            [safe(c) for c in (row.row, row.column, row.value, why, *cells)]
        )
    request.audit("export", layer=SLUG, what="refused rows")  # type: ignore[attr-defined]
    return as_csv(buffer.getvalue(), f"refused-{kept.pk}.csv")
