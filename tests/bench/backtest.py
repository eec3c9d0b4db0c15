"""Back-tests of rules over stored positions: a threshold and a zone, each beside the
version in force. ``IOC_BENCH_BACKTEST``: how many positions (5 million).
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from typing import Any

import shapely
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from layers.alerts.models import Rule
from layers.alerts.studio import trying
from layers.core.drawn import Drawing, make
from layers.core.spec import by_role
from tests.bench import Row
from tests.bench._positions import positions

SIZE = int(os.environ.get("IOC_BENCH_BACKTEST", "5_000_000"))
DAYS = 30
BUDGET_S = 60.0
# Across the loops of the made-up vessels, so that many go in and out.
AREA = shapely.box(106.6, 19.0, 107.2, 19.8)


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    with positions(SIZE, DAYS) as fleet:
        zones = by_role("zones")
        with transaction.atomic():
            zone_id = make(zones, Drawing(title="bench", shape=AREA, source="bench"))
            for name, rule in _rules(zones.slug, zone_id).items():
                yield _tried(name, rule, fleet.rows)
            transaction.set_rollback(True)


def _rules(zones: str, zone_id: int) -> dict[str, Rule]:
    given: dict[str, Any] = {
        "layer": by_role("vessels").slug,
        "severity": "medium",
        "updated_at": timezone.now(),
    }
    speed = {"field": "speed_kn", "limit": 4.5, "deadband": 1, "fixes": 2}
    inside = {"on": "inside", "hysteresis_m": 200}
    return {
        "threshold": Rule(slug="bench-t", kind="threshold", params=speed, **given),
        "zone": Rule(
            slug="bench-z", kind="zone", params=inside, zone_layer=zones,
            zone_id=zone_id, **given,
        ),
    }  # fmt: skip


def _tried(name: str, rule: Rule, stored: int) -> Row:
    told = []
    now = time.time()
    started = time.perf_counter()
    found = trying.run(
        rule,
        rule,
        now - (DAYS + 2) * 86_400,
        now,
        lambda share, rows: told.append(rows),
    )
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(
        name=f"back-test, {name}, draft and version in force",
        value=seconds,
        unit="s",
        budget=f"< {BUDGET_S:.0f}",
        passed=seconds < BUDGET_S and found["rows"] >= 0.99 * stored,
        note=f"{found['rows']:,} fixes, {found['draft']['alerts']:,} alerts,"
        f" told {len(told)} times, {peak:,.0f} MB at most",
    )
