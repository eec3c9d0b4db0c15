"""How far a trial is, and what it has read."""

from __future__ import annotations

from collections.abc import Callable

# So much before the span is looked at as well: what stands when it begins is no alert.
WARM_UP_S = 6 * 3_600.0
Progress = Callable[[float, int], None]


class Seen:
    """What was read, and how far the work is."""

    def __init__(
        self, since: float, until: float, progress: Progress, passes: int
    ) -> None:
        self.since, self.until, self.progress = since, until, progress
        self.passes, self.done, self.rows = passes, 0, 0
        self.counted = 0
        self.first = self.last = self.step_s = 0.0

    def saw(self, first: float, last: float, rows: int, start: float) -> None:
        """One batch: its times, its rows, and where its pass began."""
        self.rows += rows
        if self.done == 0:
            self.counted += rows
            self.first = first if not self.first else min(self.first, first)
            self.last = max(self.last, last)
        share = (last - start) / max(self.until - start, 1.0)
        self.progress((self.done + min(max(share, 0.0), 1.0)) / self.passes, self.rows)
