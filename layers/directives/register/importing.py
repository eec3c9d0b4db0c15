"""Tasks of the provincial register as Excel or CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.core.scope import Grant
from layers.core.uploads import changes
from layers.core.uploads.contract import (
    Checker,
    Importer,
    Job,
    Options,
    Outcome,
    Reason,
    Record,
    Row,
    Table,
    importers,
)
from layers.core.uploads.models import Upload
from layers.core.versions import begin_change
from layers.directives import log, rules
from layers.directives.models import Directive, RegisterEntry, Task

from . import writing
from .columns import configured
from .entries import ENDED, STATES, Entry
from .names import AmbiguousError, UnitNames

NO_UNIT = Reason(
    "no_unit", _("No such unit"), _("No unit of today has the code or name %(text)s.")
)
TWO_UNITS = Reason(
    "two_units",
    _("Name of several units"),
    _("%(text)s may be %(titles)s. Give the code."),
)
NAMES_DIFFER = Reason(
    "unit_differs",
    _("Code and name differ"),
    _("The code is that of %(code)s, the name that of %(named)s."),
)
NOT_YOURS = Reason(
    "not_yours", _("Outside your area"), _("%(title)s is not one of your units.")
)
BEFORE = Reason(
    "before_paper", _("Before the paper"), _("%(day)s is before the date of the paper.")
)
AHEAD = Reason("ahead", _("In the future"), _("%(day)s has not come yet."))
NO_DAY_DONE = Reason(
    "no_day_done", _("Day done missing"), _("A task that is done needs the day.")
)
STATUS = Reason(
    "not_taken",
    _("Status not taken"),
    _("Only issued, received, in progress, reported and closed tasks are taken."),
)
LONG_NUMBER = Reason(
    "long_number", _("Number too long"), _("A number has up to 60 letters.")
)
DAYS = ("paper_date", "deadline", "done_on", "entered_on")


def tables(options: Options, grant: Grant) -> Sequence[Table]:
    title = _("Tasks of the register")
    columns = configured()
    return [Table(slug="tasks", title=title, columns=columns, key=("register_no",))]


class TaskChecker(Checker):
    def __init__(self, job: Job) -> None:
        self.job, self.names = job, UnitNames()

    def check(self, rows: Sequence[Row]) -> Iterator[Record]:
        numbers = [row.values.get("register_no", "") for row in rows]
        found = RegisterEntry.objects.filter(register_no__in=numbers)
        known = {entry.register_no: entry for entry in found}
        for row in rows:
            unit_id = self._lead(row)
            co_units = self._others(row, unit_id)
            self._judge(row)
            if row.sound and unit_id is not None:
                yield self._record(row, entry_of(row, unit_id, co_units), known)

    def _find(self, row: Row, column: str, text: str) -> int | None:
        try:
            found = self.names.find(text)
        except AmbiguousError as error:
            titles = ", ".join(error.titles)
            row.problem(TWO_UNITS, column, text=text, titles=titles)
            return None
        if found is None:
            row.problem(NO_UNIT, column, text=text)
        return found

    def _lead(self, row: Row) -> int | None:
        code, name = row.values.get("unit_code", ""), row.values.get("unit", "")
        by_code = self._find(row, "unit_code", code) if code else None
        by_name = self._find(row, "unit", name) if name and not by_code else None
        if not code and not name:
            row.problem(NO_UNIT, "unit_code", text="—")
        found = by_code or by_name
        if by_code and name and not self._same(by_code, name):
            title = self.names.tree.title(by_code)
            row.problem(NAMES_DIFFER, "unit", code=title, named=name)
        if found is not None and not self.job.grant.sees_unit(found):
            title = self.names.tree.title(found)
            row.problem(NOT_YOURS, "unit_code" if by_code else "unit", title=title)
        return found

    def _same(self, unit_id: int, name: str) -> bool:
        try:
            return self.names.find(name) == unit_id
        except AmbiguousError:
            return True  # the code says which

    def _others(self, row: Row, lead: int | None) -> tuple[int, ...]:
        texts = str(row.values.get("co_units", "")).split(";")
        found = [self._find(row, "co_units", t.strip()) for t in texts if t.strip()]
        return tuple(dict.fromkeys(u for u in found if u and u != lead))

    def _judge(self, row: Row) -> None:
        values = row.values
        for name in ("register_no", "document_no"):
            if len(values.get(name, "")) > 60:
                row.problem(LONG_NUMBER, name)
        paper = values.get("paper_date")
        for name in DAYS[1:]:
            if paper and name in values and values[name] < paper:
                row.problem(BEFORE, name, day=f"{values[name]:%d/%m/%Y}")
        for name in ("paper_date", "done_on", "entered_on"):
            if values.get(name, date.min) > self.job.today:
                row.problem(AHEAD, name, day=f"{values[name]:%d/%m/%Y}")
        status = values.get("status", rules.ISSUED)
        if status not in STATES:
            row.problem(STATUS, "status")
        if status in ENDED and "done_on" not in values:
            row.problem(NO_DAY_DONE, "done_on")

    def _record(
        self, row: Row, entry: Entry, known: Mapping[str, RegisterEntry]
    ) -> Record:
        old = known.get(entry.register_no)
        title = self.names.tree.title(entry.unit_id)
        return Record(
            sheet=row.sheet.name,
            row=row.number,
            cell=row.cells["register_no"],
            change=writing.judge(entry, old),
            title=f"{entry.register_no} · {title} · {entry.text[:120]}",
            old=_shown(old.deadline, old.their_status) if old else "",
            new=_shown(entry.deadline, entry.status),
            unit_id=entry.unit_id,
            data=asdict(entry) | {name: _iso(getattr(entry, name)) for name in DAYS},
        )


def _shown(deadline: date | None, status: str) -> str:
    day = f"{deadline:%d/%m/%Y}" if deadline else "—"
    return f"{dict(rules.STATUSES).get(status, status)} · {day}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def entry_of(row: Row, unit_id: int, co_units: tuple[int, ...]) -> Entry:
    """A sound row as an entry."""
    values = {k: v for k, v in row.values.items() if k not in ("unit", "unit_code")}
    given = {"document_no": "", **values, "unit_id": unit_id, "co_units": co_units}
    return Entry(**given)


def _restored(data: Mapping[str, Any]) -> Entry:
    days = {n: date.fromisoformat(data[n]) if data[n] else None for n in DAYS}
    return Entry(**{**data, **days, "co_units": tuple(data["co_units"])})


def commit(upload: Upload, records: Iterator[Record]) -> Outcome:
    counts = {"new": 0, "changed": 0}
    numbers = []
    for record in records:
        if record.change == "same":
            continue
        entry = _restored(record.data)
        change = writing.put(
            entry,
            by_id=upload.committed_by_id,
            upload=upload,
            write=partial(changes.write, upload),
        )
        numbers.append(entry.register_no)
        if change != "same":
            counts[change] += 1
    writing.mark_entry_deadlines(numbers)
    return Outcome(counts=counts)


def undo(upload: Upload, by_id: int, reason: str) -> Outcome:
    """Directives nobody has touched go; changed deadlines come back. What a unit has
    begun stays and is counted as kept."""
    begin_change(log.SLUG, removed=True)
    outcome = changes.take_back(upload)
    counts = dict(outcome.counts)
    for entry in RegisterEntry.objects.filter(upload=upload).order_by("pk"):
        directive = Directive.objects.select_for_update().get(pk=entry.directive_id)
        if _untouched(directive, entry):
            directive.delete()
            counts["removed"] += 1
        else:
            counts["kept"] += 1
    moved = upload.changes.filter(model=Task._meta.label)
    ids = list(moved.values_list("row_id", flat=True))
    for directive in Directive.objects.filter(tasks__in=ids).distinct():
        writing.refresh(directive, list(directive.tasks.all()))
    return Outcome(counts=counts)


def _untouched(directive: Directive, entry: RegisterEntry) -> bool:
    """Still as the register gave it, with nothing of a unit's work."""
    tasks = list(directive.tasks.all())
    return directive.status == entry.their_status and all(
        task.status == entry.their_status
        and task.assignee_id is None
        and not task.evidence.exists()
        and not task.extensions.exists()
        for task in tasks
    )


importers.register(
    Importer(
        slug="register",
        title=_("Tasks of the provincial register"),
        help=_("Each row becomes a directive, issued with the deadline given."),
        layer=log.SLUG,
        tables=tables,
        checker=TaskChecker,
        commit=commit,
        undo=undo,
        reasons=(
            NO_UNIT, TWO_UNITS, NAMES_DIFFER, NOT_YOURS, BEFORE, AHEAD, NO_DAY_DONE,
            STATUS, LONG_NUMBER,
        ),
        order=60,
    )
)  # fmt: skip
