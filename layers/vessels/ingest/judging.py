"""What is thought of the fixes of a delivery: branch and flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.flags import SUSPECT
from layers.vessels.identity import directory

from .heads import Memory
from .late import judge_late, order_of
from .params import Params, params
from .records import Records
from .stream import judge_delivery, older


@dataclass(slots=True)
class Verdict:
    """Branch and flags of n fixes, and judgements of stored fixes that changed:
    device ids, records, and the branches that these were on before."""

    branch: Ints
    flags: Ints
    changed_device: Ints
    changed: Records
    was: Ints


def judge_fixes(
    device_id: Ints, fixes: Records, memories: dict[int, Memory]
) -> Verdict:
    """Judge fixes not seen before, in any order; brings ``memories`` up to date."""
    p = params()
    hard = hard_knots(device_id, p)
    states = {id: memory.state for id, memory in memories.items()}
    branch, flags = np.zeros((2, len(fixes)), np.int64)
    parts: list[tuple[Ints, Records, Ints]] = []
    late = older(device_id, fixes, states)
    for id in np.unique(device_id[late]).tolist():
        mine = np.flatnonzero(late & (device_id == id))
        mine = mine[order_of(fixes[mine])]
        told, changed, was, states[id] = judge_late(
            id, fixes[mine], states[id], float(hard[mine[0]]), p
        )
        memories[id].state = states[id]
        branch[mine], flags[mine] = told["branch"], told["flags"]
        parts.append((np.full(len(changed), id), changed, was))
    rest = np.flatnonzero(~late)
    judged = judge_delivery(device_id[rest], fixes[rest], hard[rest], states, p)
    branch[rest], flags[rest] = judged.branch, judged.flags
    parts.append((judged.changed_device, judged.changed, judged.was))
    for id, state in judged.states.items():
        memories[id].state = state
    _keep_newest(device_id, fixes, memories)
    devices, changes, before = zip(*parts, strict=True)
    return Verdict(
        branch,
        flags,
        np.concatenate(devices),
        np.concatenate(changes),
        np.concatenate(before),
    )


def hard_knots(device_id: Ints, p: Params) -> Floats:
    """Per fix, the speed that its device cannot exceed."""
    ids, spot = np.unique(device_id, return_inverse=True)
    fitted = directory.fitted(ids.tolist())
    limits = {"aircraft": p.aircraft_knots, "fishing": p.fishing_knots}
    paces = (fitted[id][0][-1].pace if fitted[id].get(0) else "" for id in ids.tolist())
    return np.array([limits.get(pace, p.hard_knots) for pace in paces])[spot]


def _keep_newest(device_id: Ints, fixes: Records, memories: dict[int, Memory]) -> None:
    sound: Bools = fixes["given"] & int(SUSPECT) == 0
    ids, spot = np.unique(device_id[sound], return_inverse=True)
    newest = np.full(len(ids), -np.inf)
    np.maximum.at(newest, spot, fixes["at"][sound])
    for id, at in zip(ids.tolist(), newest.tolist(), strict=True):
        memories[id].newest = max(memories[id].newest, at)
