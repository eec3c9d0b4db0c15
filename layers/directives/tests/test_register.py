"""Figures of the register: each number is that of the list behind it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from layers.core.scope import Grant, everything
from layers.directives.models import Directive, Extension, Task
from layers.directives.register import exporting, queries
from layers.directives.register.asking import PARTS, Asked

NOW = timezone.now()
YEAR = Asked(since=date(2000, 1, 1), until=timezone.localdate())


def task(unit_id: int, name: str, **given) -> Task:
    directive = Directive.objects.create(
        source="test", external_id=name, title=given.pop("title", name),
        unit_id=unit_id, scope_units=[unit_id], number=name,
        status=given.get("status", "issued"), paused_at=given.pop("paused_at", None),
        playbook_slug=given.pop("playbook_slug", ""),
    )  # fmt: skip
    given.setdefault("issued_at", NOW - timedelta(days=60))
    return Task.objects.create(
        directive=directive, unit_id=unit_id, **{"status": "issued", **given}
    )


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def tasks(world) -> dict[str, int]:
    east, west = world["east"], world["west"]
    for name, over in (("a", 0.5), ("b", 5), ("c", 5.1), ("d", 15.5), ("e", 40)):
        task(east, f"over-{name}", legal_deadline=NOW - days(over))
    task(east, "ahead", legal_deadline=NOW + days(2))
    done = {"status": "closed", "legal_deadline": NOW - days(20)}
    task(east, "early", outcome="early", reported_at=NOW - days(30), **done)
    task(east, "right", outcome="on_time", reported_at=NOW - days(21), **done)
    task(east, "late", outcome="late", reported_at=NOW - days(13), **done)
    stood = task(
        west, "stood", legal_deadline=NOW - days(3), paused_at=NOW - days(4),
        title='=HYPERLINK("x")',
    )  # fmt: skip
    Extension.objects.create(task=stood, until=NOW, reason="rain", granted=True)
    task(west, "draft", status="draft", issued_at=None)
    task(west, "gone", status="withdrawn", legal_deadline=NOW - days(3))
    return world


def test_open_overdue_and_done_late_are_counted_by_age_apart(tasks):
    total, rows = queries.by_unit(everything(), YEAR, NOW)
    east = next(row for row in rows if row["unit_id"] == tasks["east"])
    assert [entry["count"] for entry in east["overdue_ages"]] == [2, 1, 1, 1]
    assert [entry["count"] for entry in east["late_ages"]] == [0, 1, 0, 0]
    assert (east["early"], east["on_time"], east["late"]) == (1, 1, 1)
    assert east["share"] == 25  # two of eight that are done or overdue
    assert (total["received"], total["overdue"], total["extensions"]) == (10, 5, 1)


def test_a_suspended_task_is_not_overdue_while_its_clock_stands(tasks):
    _total, rows = queries.by_unit(everything(), YEAR, NOW)
    west = next(row for row in rows if row["unit_id"] == tasks["west"])
    assert (west["received"], west["in_time"], west["overdue"]) == (1, 1, 0)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_figure_is_the_length_of_its_list(tasks, part):
    total, _rows = queries.by_unit(everything(), YEAR, NOW)
    shown = {
        **total,
        "behind": total["late"] + total["overdue"],
        "reported": total["early"] + total["on_time"] + total["late"],
        "late_entry": 0,
    }
    asked = Asked(since=YEAR.since, until=YEAR.until, part=part)
    found, rows = queries.listed(everything(), asked, NOW)
    assert found == len(rows) == shown[part]


def test_an_officer_counts_the_tasks_of_their_own_unit_only(tasks):
    grant = Grant(units=frozenset({tasks["west"]}), layers=frozenset({"directives"}))
    total, rows = queries.by_unit(grant, YEAR, NOW)
    assert total["received"] == 1
    assert [row["unit_id"] for row in rows] == [tasks["west"]]
    assert queries.listed(grant, YEAR, NOW)[0] == 1
    assert queries.by_unit(Grant(), YEAR, NOW)[1] == []


def test_time_to_report_and_hours_past_deadlines_stand_with_their_step(world):
    for number, hours in enumerate((1, 2, 9), 1):
        task(
            world["east"], f"n{number}", status="closed", playbook_slug="closed-zone",
            reported_at=NOW - days(60) + timedelta(hours=hours),
            outcome="late" if hours > 1 else "on_time",
            legal_deadline=NOW - days(60) + timedelta(hours=1),
        )  # fmt: skip
    (step,) = queries.by_step(everything(), YEAR, NOW)
    assert (step["report_half"], round(step["report_most"], 1)) == (2, 7.6)
    assert (round(step["lost"], 3), step["behind"], step["share"]) == (9, 2, 100)


def test_pages_and_files_open_and_a_formula_is_defused(tasks, client, cast):
    client.force_login(cast["leader"])
    page = client.get("/directives/register/?since=2000-01-01&kind=all")
    assert page.status_code == 200
    behind = client.get("/directives/register/tasks/?part=overdue&since=2000-01-01")
    assert b"over-e" in behind.content
    assert "late" not in {row["number"] for row in behind.context["rows"]}
    body = client.get("/directives/register/tasks.csv?since=2000-01-01").content
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(lines) == 11
    assert '\'=HYPERLINK("x")' in {line[3] for line in lines}
    sheet = client.get("/directives/register/units.xlsx?since=2000-01-01")
    assert sheet["Content-Type"] == exporting.TYPES["xlsx"]
    assert client.get("/directives/register/?unit=x&since=no&page=0").status_code == 200


def test_who_does_not_see_directives_does_not_see_the_register(world, client, cast):
    client.force_login(cast["outsider"])
    for path in ("", "tasks/", "units.csv"):
        assert client.get(f"/directives/register/{path}").status_code == 404
