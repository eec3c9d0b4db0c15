"""The tables of directives: states, clocks, steps of playbooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from layers.directives import rules
from layers.directives.playbooks import Step

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        (["issued"], "issued"),
        (["closed", "in_progress"], "in_progress"),
        (["reported", "received"], "received"),
        (["reported", "reported"], "reported"),
        (["reported", "returned"], "returned"),
    ],
)
def test_a_directive_is_as_far_as_its_least_advanced_task(tasks, expected):
    assert rules.status_of(tasks) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (0.5, "early"),
        (1.0, "early"),
        (1.5, "on_time"),
        (24.0, "on_time"),
        (24.1, "late"),
    ],
)
def test_the_outcome_by_both_clocks(done, expected):
    found = rules.outcome_of(T0 + done * HOUR, T0 + HOUR, T0 + 24 * HOUR)
    assert found == expected


def test_every_act_begins_and_ends_in_known_states():
    known = {name for name, _title in rules.STATUSES}
    for act in rules.ACTS.values():
        assert act.sources <= known
        assert act.to is None or act.to in known


def test_every_state_but_the_ends_can_be_left():
    ends = {rules.CLOSED, rules.WITHDRAWN}
    left = set().union(*(act.sources for act in rules.ACTS.values()))
    assert {name for name, _title in rules.STATUSES} - ends <= left


BASE = {"title": "Step", "text": "Do it", "needed_by_min": 1, "deadline_min": 2}


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "for $nobody"},
        {"text": "costs 5$"},
        {"addressee": "role"},
        {"needed_by_min": 0},
        {"unknown": True},
    ],
)
def test_a_step_that_could_not_be_filled_is_refused(changes):
    with pytest.raises(ValidationError):
        Step.model_validate({**BASE, **changes})


def test_placeholders_are_filled():
    step = Step.model_validate({**BASE, "text": "$feature in $zone, 5$$"})
    assert step.filled({"feature": "TH-1", "zone": "A"}) == "TH-1 in A, 5$"
