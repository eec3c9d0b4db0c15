"""From the ladder to states and events: who owes what since which minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from layers.core import events
from layers.core.events import Happening
from layers.core.ingest import Ints

from .ladder import BROKEN, CLIMB, STEPS, Span, Standing, ladder
from .reading import Ships

SQL = Path(__file__).parent.parent / "sql"
SAVE = (SQL / "duties_ladder_save.sql").read_text()
SLUG = "vessels"
# Every step's event.
EVENTS = {
    "missed": "vms.missed",
    "silent_6h": "vms.silent_6h",
    "silent_10d": "vms.silent_10d",
    "broken_silent": "device.report_due",
    "overdue": "device.overdue",
}
REPORTED, RETRACTED = "vms.reported", "vms.retracted"


@dataclass(slots=True)
class Told:
    """One vessel's steps before and now."""

    row: int
    before: str
    after: str
    reached: int


def update(ships: Ships, outages: list[Span], now: datetime) -> set[int]:
    """Write the ladder's states and tell what is new; the vessels that changed."""
    at = now.timestamp()
    ships.fleet.sea[~ships.owes] = np.nan
    standing = ladder(ships.fleet, outages)
    reached = _held(ships, standing, standing.reached(at))
    steps = standing.names(reached)
    differs = [
        row
        for row in range(len(ships))
        if _written(ships, row) != _wanted(ships, standing, row, steps, reached)
    ]
    happened: list[Happening] = []
    for row in differs:
        told = Told(row, ships.step[row], steps[row], int(reached[row]))
        happened += list(_news(ships, standing, told))
    events.record(happened)
    _save(ships, standing, steps, reached, differs)
    return {int(ships.id[row]) for row in differs if ships.step[row] != steps[row]}


def _held(ships: Ships, standing: Standing, reached: Ints) -> Ints:
    """Nobody climbs while reports are still being read: the newest may be a minute
    away in the inbox. What is due is told afterwards, with its own minute."""
    reached = reached.copy()
    for row in np.flatnonzero(ships.fresh & (reached > 0)).tolist():
        same = _whole(standing.start[row]) == _whole(ships.counted_from[row])
        step = STEPS.index(ships.step[row]) if same else 0
        reached[row] = min(int(reached[row]), step - CLIMB if step > CLIMB else step)
    return reached


def _next(standing: Standing, row: int, count: int) -> tuple[str, float]:
    """The next step above the present one, and when."""
    later = standing.due[row, count:]
    if not len(later) or not np.isfinite(later.min()):
        return "", np.nan
    base = CLIMB if standing.broken[row] else 0
    return STEPS[base + count + 1 + int(later.argmin())], float(later.min())


def _since(standing: Standing, row: int, count: int) -> float:
    return float(standing.due[row, count - 1]) if count else np.nan


def _wanted(
    ships: Ships, standing: Standing, row: int, steps: list[str], reached: Ints
) -> tuple[Any, ...]:
    count = int(reached[row])
    name, due = _next(standing, row, count)
    return (
        steps[row],
        _whole(_since(standing, row, count)),
        name,
        _whole(due),
        _whole(standing.start[row]),
    )


def _written(ships: Ships, row: int) -> tuple[Any, ...]:
    return (
        ships.step[row],
        _whole(ships.step_since[row]),
        ships.next_step[row],
        _whole(ships.next_at[row]),
        _whole(ships.counted_from[row]),
    )


def _whole(value: float) -> int | None:
    """Milliseconds, as they come back from the database."""
    return round(value * 1000) if np.isfinite(value) else None


def _news(ships: Ships, standing: Standing, told: Told) -> list[Happening]:
    """Events of one vessel, each at its own minute."""
    row, found = told.row, []
    start = standing.start[row]
    anew = _whole(start) != _whole(ships.counted_from[row])
    if told.before and told.before != BROKEN and (anew or not told.after):
        found += _ended(ships, standing, told)
    base = CLIMB if standing.broken[row] else 0
    for count in range(1, told.reached + 1):
        kind = EVENTS.get(STEPS[base + count])
        due = float(standing.due[row, count - 1])
        if kind and due <= standing.due[row, told.reached - 1]:
            found.append(_happening(ships, row, kind, due, start))
    return found


def _ended(ships: Ships, standing: Standing, told: Told) -> list[Happening]:
    """The end of a silence: a report, the port, or that it was none at all."""
    row = told.row
    start, began = float(standing.start[row]), float(ships.counted_from[row])
    since = float(ships.step_since[row])
    heard = np.fmax(ships.fleet.heard[row], ships.fleet.manual[row])
    reported = bool(heard > began)
    late = bool(ships.first[row] <= since)
    if reported:
        why = "late_reports" if late else "reported"
        at = float(np.fmax(ships.after[row], since) if late else heard)
        at = float(ships.after[row]) if np.isfinite(ships.after[row]) else at
    else:
        why, at = ("in_port" if np.isnan(start) else "outage"), since
    found = [_happening(ships, row, REPORTED, at, began, reason=why)]
    if why in ("late_reports", "outage"):
        found.append(_happening(ships, row, RETRACTED, at, began, reason=why))
    return found


def _happening(
    ships: Ships, row: int, kind: str, at: float, start: float, reason: str = ""
) -> Happening:
    place = ships.fleet.provider[row]
    provider = ships.providers[place].code if place >= 0 else ""
    lon, lat = float(ships.lon[row]), float(ships.lat[row])
    placed = bool(np.isfinite(lon))
    return Happening(
        key=f"{kind}:{ships.id[row]}:{start:.3f}:{at:.3f}",
        kind=kind,
        layer=SLUG,
        feature_id=int(ships.id[row]),
        title=ships.title[row],
        unit_id=ships.unit_id[row],
        lon=lon if placed else None,
        lat=lat if placed else None,
        new={
            "group": provider,
            "silent_since": datetime.fromtimestamp(start, UTC).isoformat(),
        },
        reason=reason,
        happened_at=datetime.fromtimestamp(at, UTC),
    )


def _save(
    ships: Ships, standing: Standing, steps: list[str], reached: Ints, rows: list[int]
) -> None:
    if not rows:
        return
    nexts = [_next(standing, row, int(reached[row])) for row in rows]
    providers = [ships.fleet.provider[row] for row in rows]
    columns: list[list[Any]] = [
        [int(ships.id[row]) for row in rows],
        [ships.providers[p].title if p >= 0 else "" for p in providers],
        [steps[row] for row in rows],
        [_moment(_since(standing, row, int(reached[row]))) for row in rows],
        [name for name, _due in nexts],
        [_moment(due) for _name, due in nexts],
        [_moment(float(standing.start[row])) for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, columns)


def _moment(epoch_s: float) -> datetime | None:
    return datetime.fromtimestamp(epoch_s, UTC) if np.isfinite(epoch_s) else None
