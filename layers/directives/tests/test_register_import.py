"""Tasks of the provincial register as a file, and when they had to be entered."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from layers.core.scope import Grant, everything
from layers.core.uploads import running, services
from layers.core.uploads.contract import importers
from layers.core.uploads.models import State, Upload
from layers.directives import services as directives
from layers.directives.calendar import Calendar, hours_of
from layers.directives.models import Directive, RegisterEntry, Task, TaskRegister
from layers.directives.register.entries import end_of, enter_by

HEADS = [
    "register_no", "document_no", "paper_date", "text", "unit_code", "co_units",
    "deadline", "urgency", "status", "done_on", "entered_on",
]  # fmt: skip
PAPER, DUE = date(2026, 3, 2), date(2026, 3, 20)
ROW = ["R-1", "12/CV", PAPER, "Clear the drains", "east", "west", DUE, "", "", "", ""]
DAYS = Calendar(hours_of(["07:30-11:30", "13:30-17:00"]))


def row(number: str, **changed) -> list:
    return [{**dict(zip(HEADS, ROW, strict=True)), "register_no": number, **changed}[h]
            for h in HEADS]  # fmt: skip


def hand_in(cast, *rows: list, heads=HEADS, grant: Grant | None = None) -> Upload:
    workbook = openpyxl.Workbook()
    for cells in (heads, *rows):
        workbook.active.append(cells)
    out = io.BytesIO()
    workbook.save(out)
    upload = services.receive(
        importers["register"], name="tasks.xlsx", body=out.getvalue(),
        by_id=cast["leader"].pk, grant=grant or everything(), options={},
    )  # fmt: skip
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def commit(cast, upload: Upload) -> None:
    services.ask_commit(
        upload.pk, by_id=cast["leader"].pk, grant=everything(), accept_warnings=True
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    assert upload.state == State.COMMITTED, upload.failure


def problems(upload: Upload) -> set[tuple[str, str]]:
    return set(upload.problems.values_list("cell", "reason"))


@pytest.mark.django_db
def test_a_row_becomes_a_directive_with_the_deadline_given(world, cast):
    commit(cast, hand_in(cast, row("R-1")))
    directive = Directive.objects.get(source="register")
    task = directive.tasks.get()
    assert (directive.register_no, directive.document_no) == ("R-1", "12/CV")
    assert (task.unit_id, task.co_units) == (world["east"], [world["west"]])
    assert task.legal_deadline == directive.legal_deadline == end_of(DUE)
    assert timezone.localtime(task.issued_at).date() == PAPER
    assert (task.clock, directive.clock) == ("overdue", "overdue")


@pytest.mark.django_db
def test_the_same_file_twice_makes_nothing_and_a_new_deadline_is_taken(world, cast):
    commit(cast, hand_in(cast, row("R-1")))
    began = Task.objects.get().issued_at
    assert hand_in(cast, row("R-1")).preview.get("same") == 1
    later = hand_in(cast, row("R-1", deadline=DUE + timedelta(days=30)))
    commit(cast, later)
    task = Task.objects.get()
    assert task.legal_deadline == end_of(DUE + timedelta(days=30))
    assert task.issued_at == began
    services.undo(later.pk, by_id=cast["leader"].pk, reason="wrong list")
    assert Task.objects.get().legal_deadline == end_of(DUE)
    assert Directive.objects.get().legal_deadline == end_of(DUE)
    entry = RegisterEntry.objects.get()
    entry.pk = None
    entry.directive = Directive.objects.create(source="x", external_id="x", title="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


@pytest.mark.django_db
def test_undo_takes_away_what_nobody_has_begun_and_keeps_the_rest(world, people, cast):
    upload = hand_in(cast, row("R-1"), row("R-2", text="Mow the dyke"))
    commit(cast, upload)
    begun = Directive.objects.get(register_no="R-2")
    directives.act(begun.pk, "receive", people["east"])
    services.undo(upload.pk, by_id=cast["leader"].pk, reason="wrong list")
    upload.refresh_from_db()
    assert list(Directive.objects.values_list("register_no", flat=True)) == ["R-2"]
    assert upload.outcome["undone"] == {"restored": 0, "removed": 1, "kept": 1}


@pytest.mark.django_db
def test_what_cannot_be_is_refused_by_row_column_and_reason(world, cast):
    ahead = timezone.localdate() + timedelta(days=3)
    upload = hand_in(
        cast,
        row("R-1", unit_code="nowhere"),
        row("R-2", deadline=PAPER - timedelta(days=1)),
        row("R-3", status="closed"),
        row("R-4", status="withdrawn"),
        row("R-5", co_units="east; elsewhere"),
        row("R-6", paper_date=ahead, deadline=ahead),
        row("R-7"),
        row("R-7"),
    )
    assert problems(upload) == {
        ("E2", "no_unit"), ("G3", "before_paper"), ("J4", "no_day_done"),
        ("I5", "not_taken"), ("F6", "no_unit"), ("C7", "ahead"),
        ("A9", "repeated_row"),
    }  # fmt: skip
    assert not Directive.objects.exists()
    heads = [*HEADS, "unit"]
    differ = hand_in(cast, [*row("R-8"), "Commune west"], heads=heads)
    assert problems(differ) == {("L2", "unit_differs")}
    west = Grant(units=frozenset({world["west"]}), layers=frozenset({"directives"}))
    assert problems(hand_in(cast, row("R-1"), grant=west)) == {("E2", "not_yours")}


@pytest.mark.django_db
def test_tasks_that_are_done_come_closed_early_or_late(world, cast):
    done = {"status": "closed"}
    commit(cast, hand_in(
        cast,
        row("R-1", done_on=DUE - timedelta(days=1), **done),
        row("R-2", done_on=DUE, **done),
        row("R-3", done_on=DUE + timedelta(days=1), **done),
    ))  # fmt: skip
    came = Directive.objects.order_by("register_no").values_list("outcome", flat=True)
    assert list(came) == ["early", "on_time", "late"]


@pytest.mark.django_db
def test_late_entry_is_marked_and_a_paper_with_many_tasks_has_two_days(
    world, cast, client
):
    third = PAPER + timedelta(days=2)
    one = {"document_no": "13/CV", "entered_on": third}
    commit(cast, hand_in(
        cast, row("R-1", entered_on=third), row("R-2", entered_on=third),
        row("R-3", **one), row("R-4", urgency="urgent", **one | {"document_no": "14"}),
    ))  # fmt: skip
    by = dict(RegisterEntry.objects.values_list("register_no", "enter_by"))
    assert by == {"R-1": third, "R-2": third,
                  "R-3": PAPER + timedelta(days=1), "R-4": PAPER}  # fmt: skip
    client.force_login(cast["leader"])
    page = client.get("/directives/register/tasks/?part=late_entry&since=2026-01-01")
    assert {row["register_no"] for row in page.context["rows"]} == {"R-3", "R-4"}


@pytest.mark.django_db
def test_headings_of_the_register_are_known_by_its_settings(world, cast):
    TaskRegister.objects.create(
        slug="p", title="P", settings={"headings": {"unit_code": ["Ma don vi"]}}
    )
    heads = ["Ma don vi" if head == "unit_code" else head for head in HEADS]
    assert hand_in(cast, row("R-1"), heads=heads).state == State.CHECKED


@pytest.mark.django_db
def test_what_is_exported_is_read_again_as_the_same(world, cast, client):
    commit(cast, hand_in(cast, row("R-1")))
    client.force_login(cast["leader"])
    body = client.get("/directives/register/tasks.xlsx?since=2026-01-01").content
    upload = services.receive(
        importers["register"], name="back.xlsx", body=body,
        by_id=cast["leader"].pk, grant=everything(), options={},
    )  # fmt: skip
    running.run(upload.pk)
    upload.refresh_from_db()
    assert not upload.errors, problems(upload)
    assert upload.preview.get("same") == 1


@pytest.mark.parametrize(
    ("paper", "urgency", "tasks", "by"),
    [
        (date(2026, 3, 2), "urgent", 5, date(2026, 3, 2)),
        (date(2026, 3, 2), "ordinary", 1, date(2026, 3, 3)),
        (date(2026, 3, 2), "ordinary", 2, date(2026, 3, 4)),
        (date(2026, 3, 6), "ordinary", 1, date(2026, 3, 9)),  # over a weekend
        (date(2026, 4, 29), "ordinary", 1, date(2026, 5, 4)),  # 30 April, 1 May
    ],
)
def test_days_to_enter_a_paper_are_working_days(paper, urgency, tasks, by):
    assert enter_by(paper, urgency, tasks, DAYS) == by
