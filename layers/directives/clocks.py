"""Both clocks of a draft, were it issued now: what the operator sees before signing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Minutes of a task, which step it is and which it waits for. ``working``: the
    legal minutes are office hours."""

    needed_min: int | None
    legal_min: int | None
    working: bool = False
    step: int = 1
    after_step: int = 0


@dataclass(frozen=True, slots=True)
class Clocks:
    needed_by: datetime | None
    legal_deadline: datetime | None


def clocks_of(tasks: Sequence[Timed], now: datetime) -> list[Clocks]:
    """When each task's clocks end. A task that waits for a step begins when the last
    of that step is needed by: the latest that it can begin in time."""
    days = calendar.current()
    found: dict[int, Clocks] = {}
    begins = {0: now}
    for step in sorted({task.step for task in tasks}):
        ends = []
        for place, task in enumerate(tasks):
            if task.step != step:
                continue
            start = begins.get(task.after_step, now)
            needed = _later(start, task.needed_min)
            legal = (
                days.add(start, task.legal_min)
                if task.working and task.legal_min
                else _later(start, task.legal_min)
            )
            found[place] = Clocks(needed, legal)
            ends.append(needed or legal or start)
        begins[step] = max(ends)
    return [found[place] for place in range(len(tasks))]


def _later(start: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else start + timedelta(minutes=minutes)
