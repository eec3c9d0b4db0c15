"""Rule states between PostgreSQL and columns: one load and one save for all rules."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
from django.db import connection

from . import series
from .kinds.base import LATE_S, TAIL, Bools, Ints, States, blank_states, no_states

SQL = Path(__file__).parent / "sql"
STATES_OF = (SQL / "states_of.sql").read_text()
SAVE = (SQL / "save_states.sql").read_text()
FORGET = (SQL / "forget_states.sql").read_text()
# A steady state is written again after so long, not with every fix.
STEADY_S = LATE_S / 6
# (the rule of each state after, or of all; states before; states after): the latter
# begin with the rows of the former.
Change = tuple[Ints | int, States, States]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """States of many rules, ordered by (rule, series, zone)."""

    rule: Ints
    states: States

    def of(self, rule_id: int) -> States:
        """Those of one rule."""
        return self.states.take(self.rule == rule_id)


def load(layer: str, ids: Ints) -> Known:
    """What all rules remember of these series."""
    with connection.cursor() as cursor:
        features = np.unique(series.features(ids)).tolist()
        # as one text: thousands of numbers one by one take longer than the query
        cursor.execute(STATES_OF, [layer, "{" + ",".join(map(str, features)) + "}"])
        rows = cursor.fetchall()
    if not rows:
        return Known(np.zeros(0, dtype=np.int64), no_states())
    rule, states = _columns(rows)
    mine = np.isin(states.feature_id, ids)
    if not mine.all():
        rule, states = rule[mine], states.take(mine)
    return Known(rule, states)


def load_rule(rule_id: int, layer: str) -> States:
    """Every state of one rule, ordered by series and zone."""
    condition = "feature_id = ANY(%s::bigint[])"
    statement = STATES_OF.replace(condition, "rule_id = %s")
    with connection.cursor() as cursor:
        cursor.execute(statement, [layer, rule_id])
        rows = cursor.fetchall()
    return _columns(rows)[1] if rows else no_states()


def _columns(rows: list[tuple[Any, ...]]) -> tuple[Ints, States]:
    """The rule of each row, and the states."""
    rule, feature, part, zone, version, active, since, last_at, memory = zip(
        *rows, strict=True
    )
    kept = [orjson.loads(text) for text in memory]

    def integers(values: Any) -> Ints:
        return np.array(values, dtype=np.int64)

    def moments(values: Any, blank: float) -> np.ndarray:
        found = [blank if value is None else value for value in values]
        return np.round(np.array(found, dtype=np.float64), 3)

    ids = series.numbers(integers(feature), None if not any(part) else part)
    states = blank_states(ids, integers(zone), integers(version))
    states.active = np.array(active, dtype=bool)
    states.since = moments(since, np.nan)
    states.last_at = moments(last_at, -np.inf)
    states.base_active = np.array([entry["active"] for entry in kept], dtype=bool)
    states.base_at = moments((entry["at"] for entry in kept), -np.inf)
    states.base_class = integers([entry["class"] for entry in kept])
    states.base_start = moments((entry["start"] for entry in kept), np.nan)
    states.base_count = integers([entry["count"] for entry in kept])
    _fill_tails(states, [entry["tail"][-TAIL:] for entry in kept])
    order = np.lexsort((states.zone_id, states.feature_id, rule))
    if (np.diff(order) == 1).all():
        return integers(rule), states
    return integers(rule)[order], states.take(order)


def _fill_tails(states: States, tails: list[list[list[float]]]) -> None:
    width = np.array([len(tail) for tail in tails], dtype=np.int64)
    flat = np.array([entry for tail in tails for entry in tail]).reshape(-1, 2)
    row = np.repeat(np.arange(len(tails)), width)
    column = np.arange(len(row)) - np.repeat(np.cumsum(width) - width, width)
    states.tail_at[row, column] = flat[:, 0]
    states.tail_class[row, column] = flat[:, 1].astype(np.int64)


def _memories(states: States) -> list[dict[str, Any]]:
    """The unconfirmed part of each state."""
    width = (states.tail_class != 0).sum(axis=1).tolist()
    columns = zip(
        states.base_active.tolist(),
        _finite(states.base_at),
        states.base_class.tolist(),
        _finite(states.base_start),
        states.base_count.tolist(),
        states.tail_at.tolist(),
        states.tail_class.tolist(),
        width,
        strict=True,
    )
    return [
        {
            "active": active,
            "at": at,
            "class": cls,
            "start": start,
            "count": count,
            "tail": list(zip(moments[:n], classes[:n], strict=True)),
        }
        for active, at, cls, start, count, moments, classes, n in columns
    ]


def _finite(values: np.ndarray) -> list[float | None]:
    return [value if abs(value) < np.inf else None for value in values.tolist()]


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


def save(layer: str, changes: list[Change]) -> None:
    """Write what differs, of all rules at once."""
    changes = [entry for entry in changes if entry[2] is not entry[1] and len(entry[2])]
    if not changes:
        return
    old = _whole([old for _rule, old, _new in changes])
    new = _whole([new for _rule, _old, new in changes])
    rule = np.concatenate(
        [np.broadcast_to(rule, len(new)) for rule, _old, new in changes]
    )
    # where in ``new`` the rows of ``old`` are: at the beginning of each rule's
    size, held = _lengths(changes, 2), _lengths(changes, 1)
    first = np.repeat(np.cumsum(size) - size - np.cumsum(held) + held, held)
    known = first + np.arange(len(first))
    same = new.take(known)
    silent = quiet(new)
    write = ~silent
    write[known] &= ~steady(old, same) & _differs(old, same)
    gone, kept = known[silent[known]], np.flatnonzero(write)
    with connection.cursor() as cursor:
        if len(gone):
            cursor.execute(FORGET, [_rows(_names(rule[gone], new.take(gone)))])
        if len(kept):
            written = _written(rule[kept], new.take(kept))
            cursor.execute(SAVE, [layer, _rows(written)])


def _rows(columns: dict[str, list[Any]]) -> str:
    """Columns as rows, in JSON: of all that goes to the database the quickest."""
    rows = zip(*columns.values(), strict=True)
    return orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows]).decode()


def _lengths(changes: list[Change], place: Literal[1, 2]) -> Ints:
    return np.array([len(entry[place]) for entry in changes], dtype=np.int64)


def _whole(found: list[States]) -> States:
    """All of them as one."""
    return States(
        **{
            f.name: np.concatenate([getattr(states, f.name) for states in found])
            for f in fields(States)
        }
    )


def _names(rule: Ints, states: States) -> dict[str, list[Any]]:
    """What names a state."""
    return {
        "rule_id": rule.tolist(),
        "feature_id": series.features(states.feature_id).tolist(),
        "part": series.parts(states.feature_id),
        "zone_id": states.zone_id.tolist(),
    }


def _written(rule: Ints, states: States) -> dict[str, list[Any]]:
    return {
        **_names(rule, states),
        "zone_version": states.zone_version.tolist(),
        "active": states.active.tolist(),
        "since": _finite(states.since),
        "last_at": _finite(states.last_at),
        "memory": _memories(states),
    }


def _differs(old: States, new: States) -> Bools:
    m = len(old)
    return (
        (new.last_at[:m] != old.last_at)
        | (new.active[:m] != old.active)
        | (new.zone_version[:m] != old.zone_version)
        | (new.tail_class[:m] != old.tail_class).any(axis=1)
    )
