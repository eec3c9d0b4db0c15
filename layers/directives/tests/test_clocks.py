"""Clocks of tasks: warnings, the ladder, suspension, steps that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from layers.core.delivery.models import Delivery
from layers.core.models import Event
from layers.directives import (
    escalation,
    services,
    telling,
)
from layers.directives.access import (
    RefusedError,
)
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Directive, Task
from layers.directives.services import act

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64


def log(directive: Directive) -> list[tuple[str, str | None]]:
    return list(
        Event.objects.filter(layer="directives", feature_id=directive.pk)
        .order_by("id")
        .values_list("kind", "actor__username")
    )


@pytest.mark.parametrize(
    ("before", "slug"),
    [
        ((), "start"),
        ((), "report"),
        (("receive", "start"), "receive"),
        (("receive", "start"), "return"),
        (("receive", "start", "report"), "start"),
    ],
)
def begun(directive: Directive, ago: timedelta) -> datetime:
    """The directive's only task began so long ago: an hour needed, a day by law."""
    at = timezone.now() - ago
    Task.objects.update(
        issued_at=at,
        needed_by=at + timedelta(hours=1),
        legal_deadline=at + timedelta(days=1),
    )
    Directive.objects.update(issued_at=at)
    return at


def marks(directive: Directive, kind: str, name: str) -> list[int]:
    events = Event.objects.filter(kind=kind, feature_id=directive.pk)
    return [event.new[name] for event in events.order_by("happened_at", "id")]


def test_an_overdue_directive_says_so_once(directive):
    assert escalation.tick() == 0
    begun(directive, timedelta(hours=3))
    assert escalation.tick() == 1
    assert escalation.tick() == 0
    directive.refresh_from_db()
    assert directive.clock == "overdue"
    assert [kind for kind, _who in log(directive)].count("clock.overdue") == 1


def test_what_passed_while_down_is_told_late_with_its_own_moment(directive):
    at = begun(directive, timedelta(hours=3))
    escalation.tick()
    assert marks(directive, "task.warned", "share") == [50, 75, 90, 100]
    events = Event.objects.filter(kind="task.warned").order_by("happened_at")
    gone = [(event.happened_at - at) / timedelta(minutes=1) for event in events]
    assert gone == pytest.approx([30, 45, 54, 60], abs=0.01)
    assert marks(directive, "task.escalated", "to") == [
        "unit",
        "unit_above",
        "supervisor",
    ]


def test_the_ladder_goes_on_to_the_leader_and_the_law(directive):
    begun(directive, timedelta(hours=26))
    escalation.tick()
    assert marks(directive, "task.escalated", "to")[-1] == "leader"
    assert Event.objects.filter(kind="task.legal_overdue").count() == 1
    before = Event.objects.count()
    escalation.tick()
    assert Event.objects.count() == before


def test_a_tick_that_breaks_off_leaves_nothing_half_told(directive, monkeypatch):
    begun(directive, timedelta(hours=3))
    whole = telling.send

    def killed(directive, task, key, *rest):
        if ":100:" in key:
            raise KeyboardInterrupt
        whole(directive, task, key, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(telling, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            escalation.tick()
    assert marks(directive, "task.warned", "share") == []
    escalation.tick()
    assert marks(directive, "task.warned", "share") == [50, 75, 90, 100]


def test_the_clocks_stand_while_suspended(directive, people):
    act(directive.pk, "suspend", people["leader"], text="storm")
    before = Task.objects.get()
    stood = timedelta(hours=2)
    Directive.objects.update(paused_at=timezone.now() - stood)
    Task.objects.update(issued_at=before.issued_at - stood)
    assert escalation.tick() == 0
    act(directive.pk, "resume", people["leader"])
    after = Task.objects.get()
    late = timedelta(seconds=30)
    assert stood <= after.needed_by - before.needed_by < stood + late
    assert stood <= after.legal_deadline - before.legal_deadline < stood + late
    directive.refresh_from_db()
    assert directive.clock == "in_time"
    assert directive.needed_by == after.needed_by


def test_a_step_begins_when_the_one_before_it_is_reported(world, people):
    tasks = (
        TaskDraft(unit_id=world["east"], needed_min=30),
        TaskDraft(unit_id=world["west"], step=2, after_step=1, needed_min=60),
    )
    draft = Draft(source="p", external_id="s", title="Two", body="-", tasks=tasks)
    directive = services.create(draft, people["operator"])
    act(directive.pk, "issue", people["leader"])
    assert [t.status for t in directive.tasks.order_by("step")] == ["issued", "draft"]
    with pytest.raises(RefusedError):
        act(directive.pk, "receive", people["west"])
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "report", people["east"], text="done")
    second = directive.tasks.get(step=2)
    assert second.status == "issued"
    assert second.needed_by - second.issued_at == timedelta(hours=1)
    directive.refresh_from_db()
    assert directive.needed_by == second.needed_by


def test_a_late_report_is_late(directive, people):
    begun(directive, timedelta(days=3))
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "report", people["east"], text="at last")
    act(directive.pk, "close", people["leader"])
    directive.refresh_from_db()
    assert directive.outcome == "late"


def notices(directive: Directive) -> list[Delivery]:
    rows = Delivery.objects.filter(message__feature_id=directive.pk)
    return list(rows.select_related("message").order_by("pk"))


def test_after_an_outage_of_days_each_person_is_told_once_how_it_stands(
    directive, cast, people
):
    task = directive.tasks.get()
    task.assignee = people["east"].user
    task.save()
    known = {entry.pk for entry in notices(directive)}
    begun(directive, timedelta(days=4))
    escalation.tick()
    told = [entry for entry in notices(directive) if entry.pk not in known]
    recipients = [entry.recipient for entry in told]
    assert len(recipients) == len(set(recipients))
    by_user = {entry.user_id: entry.message for entry in told}
    assert {cast["leader"].pk, cast["supervisor"].pk, people["east"].id} <= set(by_user)
    now = by_user[people["east"].id]
    assert now.key.startswith("task.legal_overdue")
    assert "told late" in now.body["en"]
    assert len(marks(directive, "task.warned", "share")) == 4, "the log has them all"
    escalation.tick()
    assert len(notices(directive)) == len(known) + len(told)


def test_a_mark_that_passes_in_time_is_told_without_a_word_about_being_late(
    directive, people
):
    Task.objects.update(assignee=people["east"].user)
    begun(directive, timedelta(minutes=31))
    escalation.tick()
    [told] = [e for e in notices(directive) if e.message.key.startswith("task.warned")]
    assert "50" in told.message.subject["en"]
    assert "told late" not in told.message.body["en"]
    begun(directive, timedelta(minutes=46))
    escalation.tick()
    keys = [e.message.key for e in notices(directive) if e.user_id == people["east"].id]
    assert len(keys) == 2, "the next mark is told in its turn"
