"""What is stored stands beside what comes: late rows in their order, and before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from layers.alerts import ruleset
from layers.alerts.models import Alert
from layers.core.ingest import Observed
from layers.core.spec import registry

from . import trial
from .test_ingest import INSIDE, fix
from .trial import START, Fix, deliver

# What the trial layer has stored: (boat, seconds after START, level).
KEPT: list[tuple[int, float, float]] = []


def reader(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None = None
) -> Iterator[Observed]:
    rows = sorted(
        row
        for row in KEPT
        if since <= START + row[1] < until and (ids is None or row[0] in ids)
    )
    n = len(rows)
    yield Observed(
        feature_id=np.array([row[0] for row in rows], dtype=np.int64),
        at=np.array([START + row[1] for row in rows]),
        lon=np.full(n, INSIDE[0]),
        lat=np.full(n, INSIDE[1]),
        unit_id=np.zeros(n, dtype=np.int64),
        title=[""] * n,
        newest=np.ones(n, dtype=bool),
        values={"level": np.array([row[2] for row in rows])},
    )


@pytest.fixture
def storing(world):
    KEPT.clear()
    path = "layers.alerts.tests.test_history.reader"
    with registry.override(replace(trial.boats_layer(), observations=path)):
        yield


def send(*fixes: Fix) -> None:
    """Stored and looked at, as a writer does; by a process that remembers nothing."""
    ruleset.forget()
    KEPT.extend((one.boat, one.t, one.level) for one in fixes)
    deliver(*fixes)


def level(t: float, value: float) -> Fix:
    return fix(t, INSIDE, level=value)


def rate_rule() -> None:
    params = {"field": "level", "limit": 10, "window_minutes": 60}
    trial.rule(kind="rate", params=params, zone_layer="", zone_filter="")


def test_a_rate_is_measured_from_what_was_stored_before(storing):
    rate_rule()
    send(level(-3_000, 1))
    send(level(0, 40))
    assert Alert.objects.get().active


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_whatever_the_order_a_rate_ends_the_same(storing, order):
    rate_rule()
    sent = [level(-3_000, 1), level(-1_000, 1), level(0, 40)]
    for place in order:
        send(sent[place])
    assert Alert.objects.get().active


def test_a_late_value_in_the_middle_of_what_lasts_does_not_end_it(storing):
    params = {"field": "level", "limit": 10, "minutes": 5}
    trial.rule(kind="threshold", params=params, zone_layer="", zone_filter="")
    send(level(-600, 11))
    send(level(0, 11))
    send(level(-300, 12))
    alert = Alert.objects.get()
    assert alert.active
    assert alert.repeats == 0
