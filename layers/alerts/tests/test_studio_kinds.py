"""Each kind that can be tried on stored rows finds there what the live engine raised
on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from django.utils import timezone

from layers.alerts import clock
from layers.alerts.kinds import kinds
from layers.alerts.models import Alert, Rule
from layers.alerts.studio import trying
from layers.core.spec import registry

from . import trial
from .trial import Fix

STEPS, COUNT = 50, 8
SPAN = trial.START - 7_200, trial.START + 3_600
RULES = {
    "threshold": {"field": "level", "limit": 70, "deadband": 10},
    "rate": {"field": "level", "limit": 300, "window_minutes": 10, "deadband": 60},
    "forecast": {
        "field": "level", "limit": 80, "ahead_minutes": 10, "window_minutes": 8,
        "deadband_minutes": 5, "least": 4,
    },
    "speed": {"limit_kn": 8},
    "zone": {"on": "inside", "fixes": 2},
}  # fmt: skip
ZONED = {"zone", "speed"}


def quiet(share: float, rows: int) -> None:
    pass


@pytest.fixture
def remembered(world) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """The trial layer offers what its table of observations holds."""
    reader = f"{trial.stored.__module__}.{trial.stored.__name__}"
    with registry.override(replace(registry[trial.BOATS], observations=reader)):
        yield


def wander() -> list[list[Fix]]:
    """Batches of boats that go to and fro, and a level that rises and falls."""
    phase = np.random.default_rng(6).uniform(0, 6.28, COUNT)
    return [
        [
            Fix(
                boat + 1, 60.0 * step - 3_600,
                106.05 + 0.05 * float(np.sin(step / 4 + phase[boat])),
                19.05 + 0.004 * boat,
                level=float(50 + 40 * np.sin(step / 5 + phase[boat])),
                speed_kn=float(6 + 5 * np.sin(step / 3 + phase[boat])),
            )
            for boat in range(COUNT)
        ]
        for step in range(STEPS)
    ]  # fmt: skip


def live(batches: list[list[Fix]]) -> None:
    """The engine hears them one by one; somebody acknowledges at once, so that what is
    over is closed and what comes back is an alert of its own."""
    for batch in batches:
        trial.deliver(*batch)
        for alert in Alert.objects.filter(acked_at=None):
            alert.acked_at = timezone.now()
            if not alert.active:
                alert.closed_at = timezone.now()
            alert.save()


def raised_by(rule: Rule) -> list[tuple[int | None, int]]:
    rows = Alert.objects.filter(rule=rule)
    return sorted((a.feature_id, round(a.raised_at.timestamp())) for a in rows)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_a_kind_tried_on_stored_rows_finds_what_was_raised(remembered, kind) -> None:
    zone = {} if kind in ZONED else {"zone_layer": "", "zone_filter": ""}
    rule = trial.rule(kind=kind, params=RULES[kind], **zone)
    assert trying.way(rule) == "observations"
    live(wander())
    known = raised_by(rule)
    assert len(known) >= COUNT / 2, "the rows do not make this kind speak"
    found = trying.run(rule, None, *SPAN, quiet)
    assert found["rows"] == STEPS * COUNT
    told = found["draft"]["listed"]
    said = sorted((a["subject"], round(a["raised_at"])) for a in told)
    # what comes back soon is a repeat in the trial, and an alert of its own when
    # somebody closes it at once
    assert set(said) <= set(known)
    assert len(said) + sum(a["repeats"] for a in told) == len(known)
    assert {subject for subject, _at in said} == {subject for subject, _at in known}


def test_a_deadline_tried_on_todays_rows_finds_what_the_clock_raised(
    remembered,
) -> None:
    live([[Fix(n, -3_000.0, 106.05, 19.05) for n in range(1, 7)]])
    for n in range(1, 7):
        at = trial.START - 2_000 + 500 * n
        trial.set_boat(n, due=datetime.fromtimestamp(at, UTC))
    params = {"field": "due", "minutes_after": 1}
    rule = trial.rule(kind="deadline", params=params, zone_layer="", zone_filter="")
    assert trying.way(rule) == "rows"
    clock.tick()
    known = raised_by(rule)
    assert len(known) >= 3
    found = trying.run(rule, None, *SPAN, quiet)["draft"]["listed"]
    now = timezone.now().timestamp()
    said = sorted((a["subject"], round(a["raised_at"])) for a in found)
    assert [row for row in said if row[1] <= now] == known


BY_THE_CLOCK = {
    # with the fifth boat of eight, and with the second, which is 400 m away
    "count": ({"at_least": 5, "window_minutes": 60}, -550),
    "proximity": ({"metres": 500, "fresh_minutes": 60}, -580),
}


@pytest.mark.parametrize("kind", sorted(BY_THE_CLOCK))
def test_what_the_clock_looks_at_is_found_on_stored_rows(remembered, kind) -> None:
    params, begins = BY_THE_CLOCK[kind]
    rule = trial.rule(kind=kind, params=params, zone_layer="", zone_filter="")
    assert trying.way(rule) == "observations"
    boats = 8 if kind == "count" else 2
    live(
        [
            [
                Fix(n, 10.0 * n - 600, 106.1, 19.05 + 0.0036 * n)
                for n in range(1, boats + 1)
            ]
        ]
    )
    clock.tick()
    known = Alert.objects.filter(rule=rule)
    found = trying.run(rule, None, trial.START - 900, trial.START, quiet)["draft"]
    assert (known.count(), found["alerts"]) == (1, 1)
    alert, told = known.get(), found["listed"][0]
    if alert.feature_id is not None:
        assert told["subject"] == alert.feature_id
    # the trial looks every so often, as the clock does, which began only now
    begin = trial.START + begins
    assert begin <= told["raised_at"] <= begin + 60
    assert told["raised_at"] <= alert.raised_at.timestamp()


@pytest.mark.parametrize("name", sorted(kinds))
def test_every_kind_says_what_it_is_tried_on(world, name) -> None:
    """A kind that is not named in this file must be tried elsewhere, or say why not."""
    tried = {*RULES, *BY_THE_CLOCK, "deadline"}
    elsewhere = {"silence", "event", "compound", "crossing", "pace"}
    assert name in tried | elsewhere
