"""The columns of the provincial task register, read and written alike."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from layers.core.uploads.contract import Column
from layers.directives.models import TaskRegister, Urgency
from layers.directives.rules import STATUSES

COLUMNS = (
    Column(
        name="register_no",
        title=_("Register number"),
        required=True,
        filled=True,
        width=18,
    ),
    Column(name="document_no", title=_("Number of the paper"), width=22),
    Column(
        name="paper_date",
        title=_("Date of the paper"),
        kind="date",
        required=True,
        filled=True,
    ),
    Column(
        name="text",
        title=_("Content of the task"),
        required=True,
        filled=True,
        width=60,
    ),
    Column(name="unit_code", title=_("Code of the lead unit")),
    Column(name="unit", title=_("Lead unit"), width=28),
    Column(
        name="co_units",
        title=_("Co-operating units"),
        help=_("Codes or names, separated by ;"),
        width=36,
    ),
    Column(name="deadline", title=_("Deadline"), kind="date"),
    Column(
        name="urgency",
        title=_("Urgency"),
        kind="choice",
        choices=tuple(Urgency.choices),
    ),
    Column(
        name="status",
        title=_("Status of the task"),
        kind="choice",
        choices=tuple((slug, title) for slug, title in STATUSES),
    ),
    Column(name="done_on", title=_("Day done"), kind="date"),
    Column(name="entered_on", title=_("Day entered"), kind="date"),
)


def configured() -> tuple[Column, ...]:
    """The columns, known also by the headings that administrators have added to the
    settings of a register."""
    also: dict[str, list[str]] = {}
    for settings in TaskRegister.objects.values_list("settings", flat=True):
        for name, headings in (settings.get("headings") or {}).items():
            also.setdefault(name, []).extend(headings)
    return tuple(
        replace(column, aliases=tuple(also.get(column.name, ()))) for column in COLUMNS
    )
