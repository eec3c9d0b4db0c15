"""Clock rules over the past: the newest rows as they were, again and again."""

from __future__ import annotations

import numpy as np

from layers.alerts.kinds.silence import SilenceParams
from layers.core.ingest import Ints, Observed

from .booking import Change
from .trial import Trial, joined, only

# The clock looks every minute; over long spans it would take too long to do the same.
LEAST_S, MOST_S, MOST_TICKS = 60.0, 900.0, 4_000


def step_of(since: float, until: float) -> float:
    """Seconds between two looks."""
    return float(np.clip((until - since) / MOST_TICKS, LEAST_S, MOST_S))


class Live:
    """The newest row of every feature as of a moment of the past."""

    def __init__(self, step_s: float, since: float) -> None:
        self.step_s = step_s
        self.next_at = since + step_s
        self.rows: Observed | None = None

    def pass_by(self, trial: Trial, fresh: Observed, until: float) -> None:
        """Move the rows on by ``fresh`` and look at every tick up to ``until``."""
        order = np.argsort(fresh.at, kind="stable")
        at = fresh.at[order]
        start = 0
        while self.next_at <= until:
            end = int(np.searchsorted(at, self.next_at, side="right"))
            self._move(only(fresh, order[start:end]))
            start = end
            if self.rows is not None:
                trial.look(self.rows, now=self.next_at)
            self.next_at += self.step_s
        self._move(only(fresh, order[start:]))

    def finish(self, trial: Trial, until: float) -> None:
        """The ticks after the last observation."""
        while self.rows is not None and self.next_at <= until:
            trial.look(self.rows, now=self.next_at)
            self.next_at += self.step_s

    def _move(self, fresh: Observed) -> None:
        if not len(fresh):
            return
        fresh = only(fresh, np.lexsort((fresh.at, fresh.feature_id)))
        both = joined(self.rows, fresh) if self.rows is not None else fresh
        last = np.ones(len(both), dtype=bool)
        last[:-1] = both.feature_id[1:] != both.feature_id[:-1]
        self.rows = only(both, last)


class Silences:
    """Silence from the gaps between observations, without a clock: exact and quick."""

    def __init__(self, params: SilenceParams) -> None:
        self.limit_s = params.minutes * 60
        self.last: Observed | None = None

    def pass_by(self, trial: Trial, fresh: Observed) -> None:
        """Book the silences that ended by ``fresh``."""
        both = joined(self.last, fresh) if self.last is not None else fresh
        gap = np.diff(both.at)
        same = both.feature_id[1:] == both.feature_id[:-1]
        silent = np.flatnonzero(same & (gap >= self.limit_s))
        self._tell(trial, both, silent, silent + 1)
        last = np.append(~same, True)
        self.last = only(both, last)

    def finish(self, trial: Trial, until: float) -> None:
        """Book the silences that still last at the end of the span."""
        if self.last is None:
            return
        silent = np.flatnonzero(until - self.last.at >= self.limit_s)
        self._tell(trial, self.last, silent, np.full(len(silent), -1))

    def _tell(self, trial: Trial, rows: Observed, begun: Ints, ended: Ints) -> None:
        changes: list[Change] = []
        for first, then in zip(begun.tolist(), ended.tolist(), strict=True):
            changes.append(_change(rows, first, rows.at[first] + self.limit_s, on=True))
            if then >= 0:
                changes.append(_change(rows, then, rows.at[then], on=False))
        trial.book.apply(changes)


def _change(rows: Observed, row: int, at: float, *, on: bool) -> Change:
    return Change(
        subject=int(rows.feature_id[row]),
        title=rows.title[row],
        unit_id=int(rows.unit_id[row]),
        lon=float(rows.lon[row]),
        lat=float(rows.lat[row]),
        at=float(at),
        on=on,
    )
