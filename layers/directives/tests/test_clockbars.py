"""Bar, badge, halo on the map and register say the same of one clock, whatever was
done to it: suspended, extended, issued anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from layers.core.scope import everything
from layers.directives import clockbars, escalation, extending, services, timing
from layers.directives.clockbars import Bar
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.mapping.links import collection
from layers.directives.models import Directive, Task
from layers.directives.register import queries
from layers.directives.register.asking import asked_of
from layers.directives.services import act

HOUR = timedelta(hours=1)
TIMES = ("issued_at", "needed_by", "legal_deadline")


def pass_time(directive: Directive, span: timedelta) -> None:
    """As if so long had gone by since everything that has happened so far."""
    back = {name: F(name) - span for name in TIMES}
    directive.tasks.update(**back)
    Directive.objects.filter(pk=directive.pk).update(
        **back, paused_at=F("paused_at") - span
    )


def shown(directive: Directive) -> list[Bar]:
    """The bars of the only task; everything else that shows the clock must agree."""
    escalation.tick()
    directive = Directive.objects.get(pk=directive.pk)
    task = directive.tasks.get()
    with override("en"):
        bars = clockbars.bars(task, directive)
        timing.derive(directive, [task], timezone.now())
        assert clockbars.bars_of(directive, [task]) == bars
    assert bars[0].state == task.clock == directive.clock
    stored = Directive.objects.get(pk=directive.pk).clock
    assert stored == directive.clock
    halo = next(
        feature["properties"]
        for feature in collection(everything())["features"]
        if feature["properties"]["kind"] == "clock"
    )
    assert halo["clock"] == directive.clock
    if halo["running"]:
        left = halo["due_at"] - timezone.now().timestamp()
        gone = 100 * (1 - left / halo["span_s"])
        assert min(max(gone, 0), 100) == pytest.approx(bars[0].share, abs=1)
        part = "overdue" if bars[1].state == "overdue" else "in_time"
        now = timezone.now()
        asked = asked_of({"since": "2020-01-01"}, now.date())
        row = queries.by_unit(everything(), asked, now)[0]
        assert (row["in_time"], row["overdue"]) == (
            (1, 0) if part == "in_time" else (0, 1)
        )
    return bars


def test_a_clock_that_stood_goes_on_from_where_it_was(directive, people):
    pass_time(directive, HOUR / 2)
    assert [bar.share for bar in shown(directive)] == [50, 2]
    act(directive.pk, "suspend", people["leader"], text="storm")
    pass_time(directive, 100 * HOUR)
    for bar, share in zip(shown(directive), (50, 2), strict=True):
        assert (bar.state, bar.share) == ("stopped", share)
        assert bar.words.startswith("Stopped with")
    act(directive.pk, "resume", people["leader"])
    needed, legal = shown(directive)
    assert (needed.share, needed.state, legal.share) == (50, "in_time", 2)
    pass_time(directive, HOUR / 4)
    assert shown(directive)[0].state == "due_soon"


def test_what_was_over_when_it_stopped_says_by_how_much(directive, people):
    pass_time(directive, 3 * HOUR)
    act(directive.pk, "suspend", people["leader"], text="storm")
    pass_time(directive, 30 * HOUR)
    needed, legal = shown(directive)
    assert (needed.words, needed.share) == ("Stopped 2 h 0 min over", 100)
    assert legal.words.startswith("Stopped with 20 h 59 min")


def test_more_time_makes_the_clock_longer_and_keeps_what_is_gone(directive, people):
    pass_time(directive, 9 * HOUR)
    assert shown(directive)[0].state == "overdue"
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = task.issued_at + 36 * HOUR
    asked = extending.ask(task.pk, people["east"], until=until, reason="High sea")
    extending.decide(asked.pk, people["leader"], grant=True)
    for bar in shown(directive):
        assert (bar.share, bar.state, bar.until) == (25, "in_time", until)
    # extended and suspended: neither is counted twice
    act(directive.pk, "suspend", people["leader"], text="storm")
    pass_time(directive, 50 * HOUR)
    act(directive.pk, "resume", people["leader"])
    assert [bar.share for bar in shown(directive)] == [25, 25]


def test_issued_anew_the_whole_time_begins_again(directive, people, world):
    pass_time(directive, HOUR * 0.8)
    assert shown(directive)[0].state == "due_soon"
    act(directive.pk, "return", people["east"], text="Not our waters")
    act(directive.pk, "issue", people["leader"], unit_id=world["west"])
    needed, legal = shown(directive)
    assert [needed.share, legal.share] == [0, 0]
    assert needed.words == "59 min left"


def test_past_the_law_the_register_counts_it_as_the_bar_does(directive):
    pass_time(directive, 2 * HOUR)
    assert [bar.state for bar in shown(directive)] == ["overdue", "in_time"]
    pass_time(directive, 30 * HOUR)
    assert [bar.state for bar in shown(directive)] == ["overdue", "overdue"]


def test_what_is_reported_has_no_clock(directive, people):
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "report", people["east"], text="done")
    assert [(bar.state, bar.words) for bar in shown(directive)] == [("stopped", "")] * 2


def test_the_directive_shows_the_clock_of_its_worst_task(world, people):
    tasks = (
        TaskDraft(unit_id=world["east"], needed_min=600),
        TaskDraft(unit_id=world["west"], needed_min=120),
    )
    draft = Draft(source="p", external_id="w", title="Two", body="-", tasks=tasks)
    directive = services.create(draft, people["operator"])
    act(directive.pk, "issue", people["leader"])
    # nine of ten hours are gone for the one; the other was issued a minute ago
    slow = Task.objects.get(unit_id=world["east"])
    slow.issued_at -= 9 * HOUR
    slow.needed_by -= 9 * HOUR + timedelta(seconds=1)
    slow.save()
    Task.objects.filter(unit_id=world["west"]).update(
        needed_by=timezone.now() + 2 * HOUR
    )
    directive.refresh_from_db()
    found = list(directive.tasks.all())
    timing.derive(directive, found, timezone.now())
    bar = clockbars.bars_of(directive, found)[0]
    assert (directive.clock, bar.state, bar.until) == (
        "due_soon",
        "due_soon",
        slow.needed_by,
    )


def test_the_page_shows_the_clock_of_now_before_the_beat_has_looked(
    directive, people, client
):
    pass_time(directive, 2 * HOUR)
    client.force_login(people["leader"].user)
    page = client.get(f"/directives/{directive.pk}/").content.decode()
    assert "clock-bar clock-overdue" in page
    assert "badge-critical" in page
    assert Directive.objects.get().clock == "in_time"
