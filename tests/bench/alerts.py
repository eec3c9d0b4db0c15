"""Rules against observations: what one batch costs, part by part.

1,000 rules of six kinds, 100,000 features, batches of 5,000 observations. Measured is
the whole ingest stage ``rules`` inside the transaction that stores the observations:
states loaded, rules evaluated, states saved, events and alerts written. The writer of
the layer and the commit are not in it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from django.core.management import call_command
from django.db import transaction

from layers.alerts import evaluation, ruleset, sight, storage, verdicts
from layers.alerts.models import Alert, RuleState
from layers.alerts.tests import trial
from layers.core.spec import registry
from tests.bench import Row
from tests.bench._alerts import BATCH, FEATURES, MIX, Province, layer

BATCHES, WARM = 20, 3
BUDGET_MS = 200.0
# What begins in a batch: nothing, or as much as a bad minute brings.
BEGINNINGS = (0, 10, 50)
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("rules read", ruleset, "plan"),
    ("batch prepared", evaluation, "of_observed"),
    ("states loaded", storage, "load"),
    ("rules chosen", evaluation, "_due"),
    ("history read", evaluation, "_with_history"),
    ("rules evaluated", evaluation, "_judged"),
    ("filters asked", verdicts, "_only_wanted"),
    ("states saved", storage, "save"),
    ("told: events, alerts", verdicts, "tell_all"),
)


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        with trial.trial_world(), registry.override(layer()):
            yield from _rows()
        transaction.set_rollback(True)
    ruleset.forget()


def _rows() -> Iterator[Row]:
    province = Province()
    province.fill()
    ruleset.forget()
    started = time.perf_counter()
    plan = ruleset.plan(trial.BOATS)
    for _places, look in plan.screens:
        look(sight.of_observed(layer(), province.batch(trial.START, 0), ()).batch)
    took = time.perf_counter() - started
    mix = ", ".join(f"{count} {kind}" for kind, count in MIX.items())
    yield Row("rules read the first time, zones indexed", took, "s", note=mix)
    states = RuleState.objects.filter(layer=trial.BOATS).count()
    at = trial.START
    for fresh in BEGINNINGS:
        before = Alert.objects.count()
        with _parts() as spent:
            times = []
            for number in range(WARM + BATCHES):
                at += 60.0
                observed = province.batch(at, fresh)
                if number == WARM:
                    spent.clear()
                started = time.perf_counter()
                with transaction.atomic():
                    evaluation.run(layer(), observed)
                times.append(1_000 * (time.perf_counter() - started))
        raised = (Alert.objects.count() - before) / (WARM + BATCHES)
        note = f"{FEATURES:,} features, {states:,} states at first"
        yield from _figures(times[WARM:], fresh, note, raised)
        for name, _module, _function in STAGES:
            cost = 1_000 * spent[name] / BATCHES
            yield Row(f"  {name}", cost, "ms", note="mean of a batch")


def _figures(times: list[float], fresh: int, note: str, raised: float) -> Iterator[Row]:
    what = f"{BATCH:,} observations, {sum(MIX.values()):,} rules, {fresh} begin"
    note = f"{note}; {raised:.1f} alerts raised a batch"
    for name, value in (
        ("median", float(np.median(times))),
        ("95 %", float(np.percentile(times, 95))),
    ):
        yield Row(
            f"{what}: {name}",
            value,
            "ms",
            budget=f"< {BUDGET_MS:.0f} ms",
            passed=value < BUDGET_MS,
            note=note if name == "median" else "",
        )


@contextmanager
def _parts() -> Iterator[dict[str, float]]:
    """Seconds spent in each part."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - started

        return call

    with ExitStack() as stack:
        for name, module, function in STAGES:
            real = getattr(module, function)
            stack.enter_context(patch.object(module, function, timed(name, real)))
        yield spent
