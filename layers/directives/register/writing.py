"""Tasks of the register as directives: made once by their number, then kept up.

Where both sides have changed, ours wins for the status (the unit's report and the
evidence are here) and theirs for the deadline (they keep the plan).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.versions import begin_change
from layers.directives import calendar, issuing, log, rules, services, telling, timing
from layers.directives.access import SYSTEM
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Directive, RegisterEntry, Task, TaskRegister

from .entries import ENDED, STATES, Entry, begin_of, end_of, enter_by, minutes

SOURCE = "register"
Change = Literal["new", "changed", "same"]
Write = Callable[[Any, Mapping[str, Any]], object]


def judge(entry: Entry, known: RegisterEntry | None) -> Change:
    """What the entry would do."""
    if known is None:
        return "new"
    told = (entry.deadline, entry.status)
    return "same" if told == (known.deadline, known.their_status) else "changed"


def plain_write(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def put(
    entry: Entry,
    *,
    by_id: int | None = None,
    register: TaskRegister | None = None,
    upload: Any = None,
    write: Write = plain_write,
) -> Change:
    """Make or update the directive of an entry, in the caller's transaction. Raises
    ValueError for a new one in a state that it cannot begin with."""
    begin_change(log.SLUG)
    rows = RegisterEntry.objects.select_for_update()
    known = rows.filter(register_no=entry.register_no).first()
    change = judge(entry, known)
    if known is None and entry.status not in STATES:
        raise ValueError(f"status: a new task cannot be {entry.status!r}")
    if known is None:
        _create(entry, by_id, register, upload)
    elif change == "changed":
        _update(known, entry, by_id, write)
    return change


def _create(
    entry: Entry, by_id: int | None, register: TaskRegister | None, upload: Any
) -> None:
    issued = begin_of(entry.paper_date)
    due = end_of(entry.deadline) if entry.deadline else None
    directive = services.create(_draft(entry, issued, due), SYSTEM)
    task = directive.tasks.get()
    done = _fill(task, entry, issued, due)
    directive.status, directive.outcome = task.status, task.outcome
    directive.issued_at, directive.register_no = issued, entry.register_no
    directive.reported_at = done
    directive.closed_at = done if entry.status == rules.CLOSED else None
    directive.drafted_by_id = directive.issued_by_id = by_id
    directive.scope_units = issuing.seeing(directive, [task])
    timing.derive(directive, [task], timezone.now())
    task.save()
    directive.save()
    RegisterEntry.objects.create(
        directive=directive,
        register_no=entry.register_no,
        register=register,
        upload=upload,
        urgency=entry.urgency,
        paper_date=entry.paper_date,
        entered_on=entry.entered_on or timezone.localdate(),
        deadline=entry.deadline,
        their_status=entry.status,
        pushed_status=entry.status,
    )
    _note(directive, "directive.issue", {"status": task.status}, by_id=by_id)
    if task.status not in timing.DONE:
        key = f"register:{entry.register_no}:issued"
        telling.tell(directive, [task], key, rules.ACTS["issue"].title, entry.text)


def _draft(entry: Entry, issued: datetime, due: datetime | None) -> Draft:
    task = TaskDraft(
        unit_id=entry.unit_id,
        co_units=entry.co_units,
        legal_min=minutes(issued, due) if due else None,
    )
    return Draft(
        source=SOURCE,
        external_id=entry.register_no,
        title=entry.text[:200],
        body=entry.text,
        tasks=(task,),
        severity="high" if entry.urgency == "urgent" else "medium",
        unit_id=entry.unit_id,
        document_no=entry.document_no,
    )


def _fill(
    task: Task, entry: Entry, issued: datetime, due: datetime | None
) -> datetime | None:
    """The task as the register has it; its clocks began with the paper."""
    task.status, task.issued_at, task.legal_deadline = entry.status, issued, due
    if entry.status not in ENDED:
        return None
    day = entry.done_on or entry.deadline or entry.paper_date
    task.reported_at = end_of(day)
    task.outcome = rules.outcome_of(task.reported_at, None, due)
    if entry.deadline and day < entry.deadline:
        task.outcome = "early"
    return task.reported_at


def _update(
    known: RegisterEntry, entry: Entry, by_id: int | None, write: Write
) -> None:
    directive = Directive.objects.select_for_update().get(pk=known.directive_id)
    open_ = directive.status in rules.OPEN
    moved = entry.deadline != known.deadline
    theirs = entry.status != known.their_status
    ours = directive.status != known.pushed_status
    conflict = theirs and ours and entry.status != directive.status
    if moved and open_ and entry.deadline:
        _move_deadline(directive, entry, write)
    told = {"deadline": entry.deadline, "their_status": entry.status}
    write(known, {**told, "refused_status": ""} if conflict else told)
    if conflict:
        # they are told again what holds
        plain_write(known, {"pushed_status": entry.status, "next_at": None})
    _note(
        directive,
        "directive.register_conflict" if conflict else "directive.register_changed",
        {
            "status": directive.status,
            "register_status": entry.status,
            "deadline": entry.deadline.isoformat() if entry.deadline else None,
        },
        reason=_("Ours holds for the status, theirs for the deadline.")
        if conflict
        else "",
        by_id=by_id,
    )
    if entry.status == rules.WITHDRAWN and not conflict and open_:
        act = rules.ACTS["withdraw"]
        if directive.status in act.sources:
            words = _("Withdrawn in the register of the province")
            services.act(directive.pk, act.slug, SYSTEM, text=words)


def _move_deadline(directive: Directive, entry: Entry, write: Write) -> None:
    """A new end of the same clock: when it began does not change."""
    due = end_of(entry.deadline) if entry.deadline else None
    tasks = list(directive.tasks.select_for_update())
    for task in tasks:
        if due and task.issued_at and task.status not in timing.DONE:
            span = minutes(task.issued_at, due)
            write(task, {"legal_deadline": due, "minutes_legal": span, "warned": 0})
    refresh(directive, tasks)


def refresh(directive: Directive, tasks: list[Task]) -> None:
    """Clocks of the directive anew from its tasks."""
    timing.derive(directive, tasks, timezone.now())
    Task.objects.bulk_update(tasks, ["clock"])
    names = ["needed_by", "legal_deadline", "clock", "updated_at"]
    directive.save(update_fields=names)


def _note(
    directive: Directive,
    kind: str,
    new: dict[str, Any],
    *,
    reason: str = "",
    by_id: int | None = None,
) -> None:
    log.note(
        directive,
        kind,
        timezone.now(),
        new={"register_no": directive.register_no, **new},
        reason=reason,
        actor_id=by_id,
    )


def mark_entry_deadlines(numbers: Collection[str]) -> None:
    """When papers had to be entered: a paper with many tasks has two days."""
    touched = RegisterEntry.objects.filter(register_no__in=numbers)
    papers = set(touched.values_list("directive__document_no", "paper_date"))
    of_paper = RegisterEntry.objects.filter(
        directive__document_no__in={number for number, _day in papers}
    )
    counts = {
        (row["directive__document_no"], row["paper_date"]): row["n"]
        for row in of_paper.values("directive__document_no", "paper_date")
        .annotate(n=Count("pk"))
        .order_by()
    }
    days = calendar.current()
    changed = []
    for row in of_paper.select_related("directive"):
        paper = (row.directive.document_no, row.paper_date)
        if paper not in papers:
            continue
        tasks = counts[paper] if paper[0] else 1
        by = enter_by(row.paper_date, row.urgency, tasks, days)
        if row.enter_by != by:
            row.enter_by = by
            changed.append(row)
    RegisterEntry.objects.bulk_update(changed, ["enter_by"], batch_size=1_000)
