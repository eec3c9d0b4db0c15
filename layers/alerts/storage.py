"""Rule states between PostgreSQL and columns."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from django.db import connection

from .kinds.base import LATE_S, TAIL, Bools, Ints, States, blank_states

SQL = Path(__file__).parent / "sql"
STATES_OF = (SQL / "states_of.sql").read_text()
SAVE = (SQL / "save_states.sql").read_text()
FORGET = (SQL / "forget_states.sql").read_text()
# A steady state is written again after so long, not with every fix.
STEADY_S = LATE_S / 6


def load(layer: str, features: Ints) -> dict[int, States]:
    """States of these features by rule id, each ordered by (feature, zone)."""
    with connection.cursor() as cursor:
        cursor.execute(STATES_OF, [layer, features.tolist()])
        rows = cursor.fetchall()
    return {
        rule_id: _columns(list(group))
        for rule_id, group in groupby(rows, lambda r: r[0])
    }


def load_rule(rule_id: int, layer: str) -> States:
    """Every state of one rule, ordered by feature and zone."""
    condition = "feature_id = ANY(%s)"
    statement = STATES_OF.replace(condition, "rule_id = %s")
    with connection.cursor() as cursor:
        cursor.execute(statement, [layer, rule_id])
        return _columns(cursor.fetchall())


def _columns(rows: list[tuple[Any, ...]]) -> States:
    def integers(column: int) -> Ints:
        return np.array([row[column] for row in rows], dtype=np.int64)

    states = blank_states(integers(1), integers(2), integers(3))
    for at, (
        _rule,
        _feature,
        _zone,
        _version,
        active,
        since,
        last_at,
        memory,
    ) in enumerate(rows):
        kept = orjson.loads(memory) if isinstance(memory, str | bytes) else memory
        states.active[at] = active
        states.since[at] = np.nan if since is None else round(since, 3)
        states.last_at[at] = -np.inf if last_at is None else round(last_at, 3)
        states.base_active[at] = kept["active"]
        states.base_at[at] = -np.inf if kept["at"] is None else kept["at"]
        states.base_class[at] = kept["class"]
        states.base_start[at] = np.nan if kept["start"] is None else kept["start"]
        states.base_count[at] = kept["count"]
        for column, (moment, cls) in enumerate(kept["tail"][-TAIL:]):
            states.tail_at[at, column] = moment
            states.tail_class[at, column] = cls
    return states


def _memory(states: States, at: int) -> str:
    width = int((states.tail_class[at] != 0).sum())
    return orjson.dumps(
        {
            "active": bool(states.base_active[at]),
            "at": _finite(states.base_at[at]),
            "class": int(states.base_class[at]),
            "start": _finite(states.base_start[at]),
            "count": int(states.base_count[at]),
            "tail": list(
                zip(
                    states.tail_at[at, :width].tolist(),
                    states.tail_class[at, :width].tolist(),
                    strict=True,
                )
            ),
        }
    ).decode()


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def quiet(states: States) -> Bools:
    """Pairs with nothing worth keeping: not active and no sign of the condition."""
    return (
        ~states.active
        & ~states.base_active
        & (states.base_class <= 0)
        & ~((states.tail_class > 0).any(axis=1))
    )


def steady(old: States, new: States) -> Bools:
    """For the first ``len(old)`` rows of ``new``: nothing has changed but the time."""
    m = len(old)
    return (
        new.active[:m]
        & old.active
        & (new.zone_version[:m] == old.zone_version)
        & (old.tail_class >= 0).all(axis=1)
        & (new.tail_class[:m] >= 0).all(axis=1)
        & (new.last_at[:m] - old.last_at < STEADY_S)
    )


def save(rule_id: int, layer: str, old: States, new: States) -> None:
    """Write what differs; ``new`` begins with the rows of ``old`` in their order."""
    m = len(old)
    silent = quiet(new)
    gone = np.flatnonzero(silent[:m])
    write = ~silent
    write[:m] &= ~steady(old, new) & _differs(old, new)
    kept = new.take(np.flatnonzero(write))
    with connection.cursor() as cursor:
        if len(gone):
            cursor.execute(
                FORGET,
                [rule_id, new.feature_id[gone].tolist(), new.zone_id[gone].tolist()],
            )
        if not len(kept):
            return
        cursor.execute(
            SAVE,
            [
                rule_id,
                layer,
                kept.feature_id.tolist(),
                kept.zone_id.tolist(),
                kept.zone_version.tolist(),
                kept.active.tolist(),
                [_finite(value) for value in kept.since],
                [_finite(value) for value in kept.last_at],
                [_memory(kept, at) for at in range(len(kept))],
            ],
        )


def _differs(old: States, new: States) -> Bools:
    m = len(old)
    return (
        (new.last_at[:m] != old.last_at)
        | (new.active[:m] != old.active)
        | (new.zone_version[:m] != old.zone_version)
        | (new.tail_class[:m] != old.tail_class).any(axis=1)
    )
