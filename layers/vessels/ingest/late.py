"""Fixes that come after what followed them was judged long ago.

They are judged together with what is stored around them, so a file of yesterday that
comes today gives the tracks that it would have given yesterday.
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Ints
from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.queries import fixes_of

from .params import Params
from .records import RECORD, TAIL, Records, of_fixes
from .segmenter import Head, Tracks, advance, as_fixes

OURS = ~int(Flag.JUMP | Flag.FROZEN)


def judge_late(
    device_id: int, fixes: Records, state: bytes, hard_knots: float, p: Params
) -> tuple[Records, Records, Ints, bytes]:
    """Judge fixes of one device older than its state.

    Returns them judged and in order of time, stored fixes whose judgement changed and
    the branches that they were on, and the state with the number of branches that
    there are now.
    """
    held = np.frombuffer(state, RECORD).copy()
    begin = held["at"][held["head"] != TAIL].max()
    stored = _stored(device_id, fixes, begin, p)
    rows = np.concatenate([stored, fixes])
    rows = rows[np.lexsort((rows["digest"], rows["at"]))]
    first = fixes["at"].min()
    tracks = _before(stored[stored["at"] < first], p)
    tracks.next_branch = int(held["next_branch"].max())
    if not tracks.heads:
        # Older than everything known: the first track is that of the first vessel.
        tracks.free = [0]
    rows = rows[rows["at"] >= first]
    for fix in as_fixes(rows):
        advance(tracks, fix, hard_knots, p)
    held["next_branch"] = tracks.next_branch

    keys = zip(rows["at"].tolist(), rows["digest"].tolist(), strict=True)
    was = rows[["branch", "flags"]].copy()
    for row, key in enumerate(keys):
        fix = tracks.judged[key]
        rows["branch"][row], rows["flags"][row] = fix.branch, fix.flags
    new = _among(rows, fixes)
    # What the state holds is judged with what comes next.
    changed = ~new & ~_among(rows, held) & (rows[["branch", "flags"]] != was)
    before = was["branch"][changed].astype(np.int64)
    return rows[new], rows[changed], before, held.tobytes()


def _stored(device_id: int, fixes: Records, begin: float, p: Params) -> Records:
    """What is stored around, as far as it is not held in the state."""
    around = fixes_of(
        [device_id],
        fixes["at"].min() - p.gap_s,
        min(fixes["at"].max() + p.gap_s, begin),
    )
    rows = of_fixes(around)
    rows["given"] = around.flags & OURS
    rows["branch"] = around.branch
    return rows[(rows["given"] & int(SUSPECT) == 0) & (rows["at"] < begin)]


def _before(stored: Records, p: Params) -> Tracks:
    """The tracks that were open before."""
    credible = stored[stored["flags"] & int(SUSPECT) == 0]
    heads = []
    for branch in np.unique(credible["branch"]).tolist():
        mine = credible[credible["branch"] == branch][-p.memory :]
        heads.append(Head(branch, p.open_fixes, as_fixes(mine)))
    return Tracks(heads=heads)


def _among(rows: Records, wanted: Records) -> Bools:
    keys: set[tuple[float, int]] = set(
        zip(wanted["at"].tolist(), wanted["digest"].tolist(), strict=True)
    )
    have = zip(rows["at"].tolist(), rows["digest"].tolist(), strict=True)
    return np.fromiter((key in keys for key in have), bool, len(rows))


def order_of(rows: Records) -> Ints:
    """The order that :func:`judge_late` gives its fixes back in."""
    return np.lexsort((rows["digest"], rows["at"]))
