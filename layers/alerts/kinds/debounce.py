"""The machine behind most kinds: a condition that must hold before it counts.

Every fix says +1 (condition), -1 (no condition) or 0 (no evidence: inside the
dead band). A run of equal fixes is confirmed once it has enough fixes and lasts
long enough; the state is that of the last confirmed run. Recent fixes are kept
with the state and re-evaluated in order of time, so fixes may arrive in any
order: within LATE_S the result is that of the right order.

Instead of a run, ``of`` values may be asked for: the condition holds once so many of
the last ``of`` say so, and is over once that many can no longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_noop

from .columns import LATE_S, TAIL, Batch, States, Transitions, merged, nothing_changed
from .search import Bools, Floats, Ints

REVISED = gettext_noop("observations that came late show otherwise")


@dataclass(frozen=True, slots=True)
class Confirm:
    """Fixes and seconds a run needs to be believed: (to begin, to end). ``of``: it
    takes ``fixes[0]`` of the last so many, in no run; 0: a run."""

    fixes: tuple[int, int]
    seconds: tuple[float, float]
    of: int = 0

    @property
    def context(self) -> int:
        """Fixes before one that decide with it, kept although they are settled."""
        return max(self.of - 1, 0)


@dataclass(slots=True)
class Evidence:
    """Fixes of all pairs, flat, sorted by (pair, at). ``row`` -1: from the tail."""

    pair: Ints
    at: Floats
    cls: Ints
    row: Ints

    def take(self, which: Bools) -> Evidence:
        return Evidence(
            self.pair[which], self.at[which], self.cls[which], self.row[which]
        )


def expand(states: States, batch: Batch) -> tuple[Ints, Ints]:
    """Every (state row, batch row) of the same feature.

    ``states`` in any order, ``batch`` ordered by feature. Shapes: (e,), (e,).
    """
    first = np.searchsorted(batch.feature_id, states.feature_id, side="left")
    last = np.searchsorted(batch.feature_id, states.feature_id, side="right")
    counts = last - first
    pair = np.repeat(np.arange(len(states)), counts)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pair, np.repeat(first, counts) + offset


def gather(states: States, pair: Ints, row: Ints, at: Floats, cls: Ints) -> Evidence:
    """New fixes merged into the kept tails: in order, each moment once, none older
    than what is already folded away."""
    kept_pair, kept_col = np.nonzero(states.tail_class)
    all_pair = np.concatenate([kept_pair, pair])
    all_at = np.concatenate([states.tail_at[kept_pair, kept_col], at])
    all_cls = np.concatenate([states.tail_class[kept_pair, kept_col], cls])
    all_row = np.concatenate([np.full(len(kept_pair), -1), row])
    usable = (all_cls != 0) & ((all_row < 0) | (all_at > states.base_at[all_pair]))
    # at one moment the condition wins, whoever told first; then the tail
    order = np.lexsort((all_row, -all_cls, all_at, all_pair))
    order = order[usable[order]]
    found = Evidence(all_pair[order], all_at[order], all_cls[order], all_row[order])
    again = np.zeros(len(order), dtype=bool)
    again[1:] = (found.pair[1:] == found.pair[:-1]) & (found.at[1:] == found.at[:-1])
    return found.take(~again)


def fold(
    states: States, seen: Evidence, confirm: Confirm
) -> tuple[States, Transitions]:
    """Run the machine over the evidence: new states and confirmed changes."""
    settled = seen.at <= states.base_at[seen.pair]
    if not confirm.of and settled.any():
        seen, settled = seen.take(~settled), settled[~settled]
    n = len(seen.pair)
    if n == 0:
        return states, nothing_changed()
    index = np.arange(n)
    head = np.ones(n, dtype=bool)
    head[1:] = seen.pair[1:] != seen.pair[:-1]
    first = np.maximum.accumulate(np.where(head, index, 0))
    start, count = _runs(states, seen, head)
    if confirm.of:
        ok = _of_last(seen, first, confirm) & ~settled
    else:
        off = (seen.cls < 0).astype(np.int64)
        ok = (count >= np.asarray(confirm.fixes)[off]) & (
            seen.at - start >= np.asarray(confirm.seconds)[off]
        )
    told = np.maximum.accumulate(np.where(ok, index, -1))
    after = np.where(
        told >= first, seen.cls[np.maximum(told, 0)] > 0, states.base_active[seen.pair]
    )
    before = np.empty(n, dtype=bool)
    before[1:] = after[:-1]
    before[head] = states.base_active[seen.pair[head]]
    changed = np.flatnonzero(after != before)
    new = _advance(states, seen, (start, count, after, settled), confirm.context)
    _mark_since(new, seen, changed)
    return new, _told(states, new, seen, changed, after)


def _of_last(seen: Evidence, first: Ints, confirm: Confirm) -> Bools:
    """Whether enough of the last ``of`` fixes say what each one says."""
    index = np.arange(len(seen.pair))
    over = np.concatenate([[0], np.cumsum(seen.cls > 0)])
    begin = np.maximum(first, index - confirm.of + 1)
    yes = over[index + 1] - over[begin]
    no = index + 1 - begin - yes
    needed = confirm.fixes[0]
    return np.where(seen.cls > 0, yes >= needed, no > confirm.of - needed)


def _told(
    states: States, new: States, seen: Evidence, changed: Ints, after: Bools
) -> Transitions:
    """The changes that are news, and what late fixes took back."""
    m = len(states)
    # what the kept tail says was told before, unless something came in between
    mixed = np.bincount(
        seen.pair[(seen.row >= 0) & (seen.at <= states.last_at[seen.pair])], minlength=m
    )
    news = (seen.row[changed] >= 0) | (mixed[seen.pair[changed]] > 0)
    told_now = changed[news]
    # what ends before what begins at the same moment
    moved = told_now[np.lexsort((after[told_now], seen.at[told_now]))]
    pair = seen.pair[moved]
    found = Transitions(
        state=pair,
        row=seen.row[moved],
        at=seen.at[moved],
        on=after[moved],
        late=seen.at[moved] < states.last_at[pair],
    )
    back = np.flatnonzero(
        (new.active != states.active) & (np.bincount(pair, minlength=m) == 0)
    )
    if not len(back):
        return found
    on = new.active[back]
    when = states.since[back]
    new.since[back] = np.where(on, when, np.nan)
    taken = Transitions(
        state=back,
        row=np.full(len(back), -1),
        at=when,
        on=on,
        late=np.ones(len(back), dtype=bool),
        # what goes on after all is raised again, and needs no excuse
        reason=["" if begun else REVISED for begun in on],
    )
    return merged([found, taken])


def _runs(states: States, seen: Evidence, head: Bools) -> tuple[Floats, Ints]:
    """For every fix: start and length so far of the run of equal fixes it is in."""
    n = len(seen.pair)
    begins = head.copy()
    begins[1:] |= seen.cls[1:] != seen.cls[:-1]
    run_first = np.maximum.accumulate(np.where(begins, np.arange(n), 0))
    carried = (
        head[run_first]
        & (states.base_count[seen.pair] > 0)
        & (states.base_class[seen.pair] == seen.cls)
    )
    start = np.where(carried, states.base_start[seen.pair], seen.at[run_first])
    count = np.arange(n) - run_first + 1
    return start, count + np.where(carried, states.base_count[seen.pair], 0)


def _advance(
    states: States,
    seen: Evidence,
    runs: tuple[Floats, Ints, Bools, Bools],
    context: int,
) -> States:
    """States after the evidence (``runs``: start, count, state after, settled); what
    is too old to be re-ordered is folded away but for the ``context`` before it."""
    start, count, after, settled = runs
    m, n = len(states), len(seen.pair)
    new = states.take(np.arange(m))
    end = np.searchsorted(seen.pair, np.arange(m), side="right") - 1
    has = np.bincount(seen.pair, minlength=m) > 0
    new.last_at[has] = np.maximum(new.last_at[has], seen.at[end[has]])
    new.active[has] = after[end[has]]
    from_end = end[seen.pair] - np.arange(n)
    open_ = ~settled & (from_end < TAIL - context)
    open_ &= seen.at > new.last_at[seen.pair] - LATE_S
    size = np.bincount(seen.pair, weights=open_, minlength=m).astype(np.int64)
    folded = np.unique(seen.pair[~settled & ~open_])
    last = end[folded] - size[folded]
    new.base_active[folded] = after[last]
    new.base_at[folded] = seen.at[last]
    new.base_class[folded] = seen.cls[last]
    new.base_start[folded] = start[last]
    new.base_count[folded] = count[last]
    keep = from_end < size[seen.pair] + context
    width = np.bincount(seen.pair, weights=keep, minlength=m).astype(np.int64)
    new.tail_at[has] = np.nan
    new.tail_class[has] = 0
    column = width[seen.pair] - 1 - from_end
    new.tail_at[seen.pair[keep], column[keep]] = seen.at[keep]
    new.tail_class[seen.pair[keep], column[keep]] = seen.cls[keep]
    return new


def _mark_since(new: States, seen: Evidence, changed: Ints) -> None:
    """``since``: the last confirmed change of each pair (later ones overwrite)."""
    new.since[seen.pair[changed]] = seen.at[changed]


def forget_pending(states: States, which: Bools) -> States:
    """Keep the confirmed state of ``which`` and drop what was still unconfirmed:
    their zone has another outline now, so half a confirmation proves nothing."""
    new = states.take(np.arange(len(states)))
    new.base_active[which] = states.active[which]
    new.base_at[which] = states.last_at[which]
    new.base_count[which] = 0
    new.base_class[which] = 0
    new.tail_at[which] = np.nan
    new.tail_class[which] = 0
    return new
