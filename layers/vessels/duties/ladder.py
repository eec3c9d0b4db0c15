"""The ladder of silence: what a vessel owes, counted from its last report.

Decree 26/2019/ND-CP article 44 as amended by 37/2024: a position every 2 hours at
sea; with a broken device one by other means every 6 hours, and back in port within
10 days. Pure functions on arrays of one length n; times are seconds since 1970 UTC.

What a provider failed to deliver is nobody's silence: time within an outage does not
count, and who had been on time when it began starts anew when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

# In the order in which they come. The second three are those of a broken device.
MISSED, SILENT, VIOLATION = "missed", "silent_6h", "silent_10d"
BROKEN, BROKEN_SILENT, OVERDUE = "broken", "broken_silent", "overdue"
STEPS = ("", MISSED, SILENT, VIOLATION, BROKEN, BROKEN_SILENT, OVERDUE)
CLIMB = 3  # steps of each of the two ladders
NEVER = np.inf


@dataclass(frozen=True, slots=True)
class Span:
    """An outage of ``provider`` (an index) in [began, ended), infinite while open."""

    provider: int
    began: float
    ended: float = NEVER


@dataclass(slots=True, kw_only=True)
class Fleet:
    """Columns of length n. ``heard``: last counted report, NaN: none yet. ``sea``: at
    sea since then, NaN: in port. ``broken``: device broken since, NaN: it works.
    ``manual``: last position told by people. ``provider``: index, -1: none.
    ``interval`` includes the grace; these four are seconds.
    """

    heard: Floats
    sea: Floats
    broken: Floats
    manual: Floats
    provider: Ints
    interval: Floats
    silent: Floats
    back: Floats
    by_hand: Floats

    def __len__(self) -> int:
        return len(self.heard)


@dataclass(slots=True)
class Standing:
    """``start``: what is counted from (NaN: nothing is owed). ``due``: when each step
    is reached, (n, 3), infinite: never. ``broken``: which of the two ladders."""

    start: Floats
    due: Floats
    broken: Bools

    def reached(self, now: float) -> Ints:
        """The highest step that is reached by ``now``: 0 to 3."""
        return np.where(self.due <= now, np.arange(1, CLIMB + 1), 0).max(
            axis=1, initial=0
        )

    def names(self, count: Ints) -> list[str]:
        """The step that ``count`` steps lead to; a broken device is a step itself."""
        at = np.where(self.broken, np.maximum(count + CLIMB, CLIMB + 1), count)
        return [STEPS[number] for number in at.tolist()]


def ladder(fleet: Fleet, outages: Iterable[Span] = ()) -> Standing:
    """When each vessel reaches each step if nothing more is heard of it."""
    broken = np.isfinite(fleet.broken)
    # The duty begins when the vessel leaves; what people tell counts while broken.
    start = np.fmax(fleet.heard, fleet.sea)
    start = np.where(broken, np.fmax(np.fmax(start, fleet.manual), fleet.broken), start)
    start = np.where(np.isnan(fleet.sea), np.nan, start)
    limits = np.column_stack([fleet.interval, fleet.silent, fleet.back])
    due = start[:, None] + limits
    with np.errstate(invalid="ignore"):  # an open outage has no end: inf - inf
        for span in sorted(outages, key=lambda span: span.began):
            start, due = _without(fleet, limits, start, due, span)
    if broken.any():
        # the words of people do not pass through the provider: nothing is excused
        told = np.fmax(np.fmax(fleet.heard, fleet.manual), fleet.broken)
        due[broken] = np.column_stack(
            [fleet.broken, told + fleet.by_hand, fleet.broken + fleet.back]
        )[broken]
    due[np.isnan(start)] = NEVER
    return Standing(start, due, broken & ~np.isnan(start))


def _without(
    fleet: Fleet, limits: Floats, start: Floats, due: Floats, span: Span
) -> tuple[Floats, Floats]:
    """``start`` and ``due`` with one outage taken out."""
    mine = (fleet.provider == span.provider) & (span.ended > start)
    on_time = mine & (due[:, 0] > span.began)
    start = np.where(on_time, np.fmax(start, span.ended), start)
    due = np.where(on_time[:, None], start[:, None] + limits, due)
    late = (mine & ~on_time)[:, None] & (due > span.began)
    lost = span.ended - np.fmax(span.began, start)
    return start, np.where(late, due + lost[:, None], due)
