"""A province to evaluate rules on: 100,000 features, 1,000 rules of six kinds, what
they remember, and what was stored of the last hour. All of it is rolled back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from django.db import connection

from layers.alerts import evaluation, storage, verdicts
from layers.alerts.kinds.base import States, blank_states
from layers.alerts.models import Rule
from layers.alerts.tests import trial
from layers.core.ingest import Observed
from layers.core.spec import Layer, by_role
from layers.core.versions import begin_change

FEATURES = 100_000
BATCH = 5_000
# One feature in so many is a gauge with a value that rules over rates watch.
GAUGE = 50
FIELDS = 70
WEST, SOUTH, EAST, NORTH = 105.0, 18.5, 107.5, 20.5
ZONES = 400
# Rows of each gauge in the last hour.
HISTORY = 12
MIX = {
    "threshold": 350, "zone": 250, "crossing": 100, "rate": 50, "silence": 150,
    "event": 100,
}  # fmt: skip
# Of the features, how many have a state of some rule that lasts.
HELD_SHARE = 0.05
NORMAL, LIMIT = 50.0, 90.0
SEED = 7

STORE = """
CREATE TABLE bench_gauge (
    id bigint, at double precision, flow double precision, PRIMARY KEY (id, at)
)
"""


def reader(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None = None
) -> Iterator[Observed]:
    """Stored values of gauges, as ``layers.core.observations`` wants them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, flow FROM bench_gauge"
            " WHERE id = ANY(%s) AND at >= %s AND at < %s ORDER BY id, at",
            [ids, since, until],
        )
        rows = cursor.fetchall()
    if not rows:
        return
    table = np.array(rows)
    n = len(table)
    yield Observed(
        feature_id=table[:, 0].astype(np.int64),
        at=table[:, 1],
        lon=np.full(n, np.nan),
        lat=np.full(n, np.nan),
        unit_id=np.zeros(n, dtype=np.int64),
        title=[""] * n,
        newest=np.ones(n, dtype=bool),
        values={"flow": table[:, 2]},
    )


def layer() -> Layer:
    """The trial boats, with stored observations."""
    return replace(trial.boats_layer(), observations="tests.bench._alerts.reader")


class Province:
    """Places and values of the features; a batch of observations at a time."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(SEED)
        self.lon = self.random.uniform(WEST, EAST, FEATURES)
        self.lat = self.random.uniform(SOUTH, NORTH, FEATURES)
        self.held = np.zeros(FEATURES, dtype=np.int64)  # rule + 1 of what lasts

    def settle(self) -> None:
        """Every feature is looked at once, without a word: who is in a zone has been
        there before. Without it each batch would raise hundreds of alerts."""
        with patch.object(verdicts, "tell_all", lambda outcomes: 0):
            for first in range(0, FEATURES, BATCH):
                ids = np.arange(first, min(first + BATCH, FEATURES))
                evaluation.run(layer(), self.batch(trial.START - 30, 0, ids))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE alerts_rulestate")

    def batch(self, at: float, fresh: int, ids: np.ndarray | None = None) -> Observed:
        """One observation of each of 5,000 features; ``fresh`` of them go beyond a
        limit for the first time, what lasts goes on."""
        if ids is None:
            ids = np.sort(self.random.choice(FEATURES, BATCH, replace=False))
        values = {f"v{n}": self.random.normal(NORMAL, 5, BATCH) for n in range(FIELDS)}
        for rule in np.unique(self.held[ids]).tolist():
            if rule:
                mine = self.held[ids] == rule
                values[f"v{(rule - 1) % FIELDS}"][mine] = LIMIT + 200
        begun = self.random.choice(BATCH, fresh, replace=False)
        values["v0"][begun] = LIMIT + 1
        values["flow"] = np.where(ids % GAUGE == 0, NORMAL, np.nan)
        values["before_at"] = np.full(BATCH, at - 60)
        values["before_lon"] = self.lon[ids] - 1e-3
        values["before_lat"] = self.lat[ids]
        return Observed(
            feature_id=(ids + 1).astype(np.int64),
            at=np.full(BATCH, at),
            lon=self.lon[ids],
            lat=self.lat[ids],
            unit_id=np.zeros(BATCH, dtype=np.int64),
            title=[f"TH-{n:06d}" for n in ids.tolist()],
            newest=np.ones(BATCH, dtype=bool),
            values=values,
        )

    def fill(self) -> None:
        """Live rows, zones, rules, states, and the last hour of the gauges."""
        now = trial.START
        with connection.cursor() as cursor:
            cursor.execute(STORE)
            cursor.execute(
                "INSERT INTO trial_boats (id, title, at, geom) SELECT id,"
                " 'TH-' || id, to_timestamp(%s), ST_Point(x, y, 4326)"
                " FROM unnest(%s::float8[], %s::float8[])"
                " WITH ORDINALITY AS t (x, y, id)",
                [now - 60, self.lon.tolist(), self.lat.tolist()],
            )
            cursor.execute(
                "INSERT INTO bench_gauge SELECT id, %s - 300 * n, %s"
                " FROM generate_series(1, %s, %s) AS i (id),"
                " generate_series(1, %s) AS h (n)",
                [now, NORMAL, FEATURES, GAUGE, HISTORY],
            )
            self._zones(cursor)
            begin_change(trial.AREAS)
        rules = Rule.objects.bulk_create(list(_rules()))
        begin_change(by_role("alarms").slug)
        self._states([rule for rule in rules if rule.kind == "threshold"], now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE alerts_rulestate; ANALYZE trial_boats")
            cursor.execute("ANALYZE bench_gauge")
        self.settle()

    def _zones(self, cursor: object) -> None:
        side = self.random.uniform(0.005, 0.03, ZONES)
        x = self.random.uniform(WEST, EAST, ZONES)
        y = self.random.uniform(SOUTH, NORTH, ZONES)
        cursor.execute(  # type: ignore[attr-defined]
            "INSERT INTO trial_areas (id, title, geom) SELECT id, 'Area ' || id,"
            " ST_Buffer(ST_Point(x, y, 4326), r)"
            " FROM unnest(%s::float8[], %s::float8[], %s::float8[])"
            " WITH ORDINALITY AS t (x, y, r, id)",
            [x.tolist(), y.tolist(), side.tolist()],
        )

    def _states(self, rules: list[Rule], now: float) -> None:
        """One feature in twenty has a condition that lasts, spread over the rules."""
        held = self.random.choice(FEATURES, int(FEATURES * HELD_SHARE), replace=False)
        for number, rule in enumerate(rules):
            mine = np.sort(held[number :: len(rules)])
            self.held[mine] = number + 1
            states = _lasting(mine + 1, now)
            storage.save(
                trial.BOATS, [(rule.pk, blank_states(*[mine[:0]] * 3), states)]
            )


def _lasting(feature_id: np.ndarray, now: float) -> States:
    nowhere = np.zeros(len(feature_id), dtype=np.int64)
    states = blank_states(feature_id, nowhere, nowhere.copy())
    states.active[:] = states.base_active[:] = True
    states.since[:], states.last_at[:] = now - 3_600, now - 60
    states.base_at[:] = states.base_start[:] = now - 3_600
    states.base_class[:], states.base_count[:] = 1, 1
    states.tail_at[:, 0], states.tail_class[:, 0] = now - 60, 1
    return states


def _rules() -> Iterator[Rule]:
    """Rules of each kind, each with its own limit, zone or event."""
    for kind, count in MIX.items():
        for n in range(count):
            zoned = kind in ("zone", "crossing")
            yield Rule(
                slug=f"bench-{kind}-{n}",
                title=f"{kind} {n}",
                kind=kind,
                layer=trial.BOATS,
                params=_params(kind, n),
                zone_layer=trial.AREAS if zoned else "",
                zone_id=n % ZONES + 1 if zoned else None,
                feature_filter="kind = 'fishing'" if n % 3 == 0 else "",
                severity="low",
            )


def _params(kind: str, n: int) -> dict[str, object]:
    if kind == "threshold":
        # the first of a field is the lowest: what goes beyond is beyond few
        limit = LIMIT if n == 0 else LIMIT + 5 + n / 10
        return {"field": f"v{n % FIELDS}", "limit": limit, "deadband": 2}
    if kind == "rate":
        return {"field": "flow", "limit": 10 + n, "window_minutes": 30}
    if kind == "crossing":
        return {"direction": "inward"}
    if kind == "silence":
        return {"minutes": 60 + n}
    if kind == "event":
        return {"began": f"bench.began{n}", "ended": f"bench.ended{n}"}
    return {"hysteresis_m": 100}
