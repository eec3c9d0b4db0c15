"""Telling a provider's failure from the silence of its vessels. Pure.

A vessel that falls silent is late alone; a provider that fails makes late, one after
the other, all whose turn to report it is. So those whose turn passed in a window of
time are held against those who were heard in it. That does not depend on when vessels
report, nor on how much more often than they must.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Floats


@dataclass(frozen=True, slots=True)
class OutageParams:
    """``few`` late and at least ``few_share`` of those whose turn it was, or ``many``
    and ``many_share``, is an outage. Looked for in each of ``windows_s``: a short one
    finds the failure of a great provider before anybody is accused, a long one that of
    a small one. ``back_share``: so many heard again end it."""

    few: int = 7
    few_share: float = 0.5
    many: int = 20
    many_share: float = 0.3
    windows_s: tuple[float, ...] = (1_800.0, 3_600.0, 7_200.0)
    back_share: float = 0.8


@dataclass(frozen=True, slots=True)
class Finding:
    """An outage since ``began`` (epoch s): ``late`` vessels of ``expected``."""

    began: float
    expected: int
    late: int


def detect(
    now: float, heard: Floats, every: Floats, params: OutageParams
) -> Finding | None:
    """Whether a provider fails.

    For its n vessels at sea that owe reports: ``heard`` the last report, or when the
    clock was started anew (epoch s), ``every`` seconds between reports, without grace.
    It is dated back to the last report before everything stopped, or, where some
    still come, to the first one that did not.
    """
    due = heard + every
    for window in params.windows_s:
        is_late = (due <= now) & (due > now - window)
        late = int(is_late.sum())
        expected = late + int((heard > now - window).sum())
        if (late >= params.few and late >= params.few_share * expected) or (
            late >= params.many and late >= params.many_share * expected
        ):
            newest, missing = float(heard.max()), float(due[is_late].min())
            return Finding(min(newest, missing), expected, late)
    return None


def over(
    now: float, began: float, heard: Floats, every: Floats, params: OutageParams
) -> bool:
    """Whether an open outage has ended: most of those who were on time when it began
    are heard again. Columns as in :func:`detect`, accused or not."""
    concerned = heard + every > began
    again = concerned & (heard > began) & (heard > now - np.maximum(every, 1))
    return int(again.sum()) >= params.back_share * int(concerned.sum())
