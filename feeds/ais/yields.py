"""From complete messages to vessel reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import xxhash

from feeds.core.decoding import ACCEPTED, DUPLICATE, Tally
from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.reports import Heard, Static, VesselReports

from . import statics
from .assembly import Line
from .checking import check
from .fields import POSITIONS, STATICS, Payloads
from .group import Group
from .messages import CLASSES, class_codes
from .nmea import BadLine
from .positions import Positions, correct_second
from .repeats import Heads, Repeats, Verdict

# Types that share a layout are read together.
LAYOUTS = ((1, 2, 3), (4, 11), (5,), (9,), (18,), (19,), (21,), (24,), (27,))


@dataclass(slots=True)
class Yield:
    """Reports with the lines and the sender of each record; lines without any."""

    reports: VesselReports
    weights: Ints
    sources: list[str]
    counts: Tally
    bad: list[tuple[Line, BadLine]] = field(default_factory=list)


def make(group: Group, repeats: Repeats) -> Yield:
    """Check, tell repeats, decode; every line of the group ends in one count."""
    data = np.frombuffer(group.text, np.uint8)
    checked = check(group, data)
    kind, mmsi = checked.kind, checked.mmsi
    rows = np.flatnonzero(checked.reason == 0)
    bad = [
        (line, problem)
        for row in np.flatnonzero(checked.reason).tolist()
        for problem in [checked.problem(group, row)]
        for line in group.lines(row)
    ]
    digest = group.digests(rows)
    verdict = repeats.judge(digest, group.time[rows])
    read = _Reading(group, data, rows, kind[rows], mmsi[rows])
    at = np.where(
        read.positions.there, correct_second(group.time[rows], read.positions.second),
        np.nan,
    )  # fmt: skip
    taken = ~verdict.repeated
    said = read.statics(taken)
    voice = _voices(group.names)[group.receiver[rows]]
    heard = _heard(group, rows, read, verdict, digest, at, voice)
    heads = Heads(digest, group.time[rows], at, voice, group.received[rows])
    repeats.remember(heads.take(taken), float(group.received.max(initial=0)))
    yielded = _reports(group, rows, read, digest, at, taken, said)
    yielded.reports.heard = heard
    yielded.bad = bad
    _tally(yielded.counts, group, rows[verdict.repeated], DUPLICATE)
    return yielded


class _Reading:
    """Decoded columns of the messages at ``rows``."""

    def __init__(
        self, group: Group, data: np.ndarray, rows: Ints, kind: Ints, mmsi: Ints
    ) -> None:
        self.group, self.rows, self.kind, self.mmsi = group, rows, kind, mmsi
        self.positions = Positions.of(len(rows))
        self._payloads: dict[int, tuple[Ints, Payloads]] = {}
        for layout in LAYOUTS:
            mine = np.flatnonzero(np.isin(kind, layout))
            if not len(mine):
                continue
            where = rows[mine]
            payloads = Payloads(
                data, group.start[where], group.length[where], group.fill[where]
            )
            if layout[0] in POSITIONS:
                self.positions.read(layout[0], mine, payloads)
            if layout[0] in STATICS:
                self._payloads[layout[0]] = (mine, payloads)
        self.classes = class_codes(mmsi, kind)

    def statics(self, taken: Bools) -> list[statics.Said]:
        """What the messages that are no repeats say; also mends ``classes``."""
        found: list[statics.Said] = []
        for kind, (mine, payloads) in self._payloads.items():
            chosen = taken[mine]
            rows = mine[chosen]
            if not len(rows):
                continue
            raw = statics.read(kind, payloads.take(chosen), self.mmsi[rows])
            if kind == statics.EXTENDED_B:
                slow = statics.quiet(
                    self.positions.speed_kn[rows], self.positions.heading_deg[rows]
                )
                raw["quiet"] = slow * (raw["ship_type"] == 0)
            found += statics.gather(raw, rows, self.group.source[self.rows[rows]])
        return found


def _voices(names: list[str]) -> Ints:
    """Names of receivers as numbers that stay the same from group to group."""
    return np.array(
        [xxhash.xxh3_64_intdigest(name.encode()) - (1 << 63) for name in names],
        np.int64,
    )


def _heard(
    group: Group,
    rows: Ints,
    read: _Reading,
    verdict: Verdict,
    digest: Ints,
    at: Floats,
    voice: Ints,
) -> list[Heard]:
    """Further receivers of positions that are known, each once."""
    again = np.flatnonzero(verdict.repeated)
    inside = verdict.head[again] >= 0
    head = np.maximum(verdict.head[again], 0)
    first_at = np.where(inside, at[head], verdict.at[again])
    first_voice = np.where(inside, voice[head], verdict.receiver[again])
    further = np.isfinite(first_at) & (first_voice != voice[again])
    found: dict[tuple[int, int], Heard] = {}
    for row, moment in zip(
        again[further].tolist(), first_at[further].tolist(), strict=True
    ):
        found.setdefault(
            (int(digest[row]), int(voice[row])),
            Heard(
                f"mmsi:{read.mmsi[row]:09d}",
                moment,
                int(digest[row]),
                group.names[group.receiver[rows[row]]],
            ),
        )
    return list(found.values())


def _reports(
    group: Group,
    rows: Ints,
    read: _Reading,
    digest: Ints,
    at: Floats,
    taken: Bools,
    said: list[statics.Said],
) -> Yield:
    spoken = {index: entry for entry in said for index in entry.rows}
    classes = [CLASSES[code] for code in read.classes.tolist()]
    for index, entry in spoken.items():
        classes[index] = entry.content.vessel_class or classes[index]
    chosen = np.flatnonzero(taken & read.positions.there)
    mmsi, device = np.unique(read.mmsi[chosen], return_inverse=True)
    of_key = [""] * len(mmsi)
    for index, key in zip(chosen.tolist(), device.tolist(), strict=True):
        of_key[key] = classes[index] or of_key[key]
    where = rows[chosen]
    used, receiver = np.unique(group.receiver[where], return_inverse=True)
    place = read.positions
    names = group.names
    lone, weights, senders_of = _statics(group, rows, said, taken & place.there)
    reports = VesselReports(
        keys=[f"mmsi:{number:09d}" for number in mmsi.tolist()],
        classes=of_key,
        receivers=[names[index] for index in used.tolist()],
        device=device.astype(np.int64),
        receiver=receiver.astype(np.int64),
        at=at[chosen],
        lon=place.lon[chosen],
        lat=place.lat[chosen],
        speed_kn=place.speed_kn[chosen],
        course_deg=place.course_deg[chosen],
        heading_deg=place.heading_deg[chosen],
        turn_deg_min=place.turn_deg_min[chosen],
        error_m=place.error_m[chosen],
        status=place.status[chosen],
        message_type=read.kind[chosen],
        digest=digest[chosen],
        flags=place.flags[chosen] | group.flags[where],
        batch_id=group.batch_id[where],
        line_no=group.line_no[where],
        statics=lone,
    )
    counts: Tally = Counter()
    silent = taken & ~place.there
    silent[list(spoken)] = False
    _tally(counts, group, rows[silent], ACCEPTED)
    return Yield(
        reports=reports,
        weights=np.concatenate([group.weight[where], weights]).astype(np.int64),
        sources=[names[index] for index in group.source[where].tolist()] + senders_of,
        counts=counts,
    )


def _statics(
    group: Group, rows: Ints, said: list[statics.Said], placed: Bools
) -> tuple[list[Static], list[int], list[str]]:
    """Each content at its first and its last time; lines of messages that also
    gave a position are counted there."""
    reports: list[Static] = []
    weights: list[int] = []
    sources: list[str] = []
    for entry in said:
        lines = [0 if placed[r] else int(group.weight[rows[r]]) for r in entry.rows]
        times = [float(group.time[rows[r]]) for r in entry.rows]
        ends = sorted({times.index(min(times)), times.index(max(times))})
        for number, index in enumerate(ends):
            row = rows[entry.rows[index]]
            receiver = group.names[group.receiver[row]]
            report = replace(entry.content, at=times[index], receiver=receiver)
            reports.append(report)
            weights.append(lines[0] if len(ends) > 1 and not number else sum(
                lines[1:] if len(ends) > 1 else lines
            ))  # fmt: skip
            sources.append(group.names[group.source[row]])
    return reports, weights, sources


def _tally(counts: Tally, group: Group, rows: Ints, outcome: str) -> None:
    """Count the lines of messages by sender."""
    if not len(rows):
        return
    per_source = np.bincount(group.source[rows], weights=group.weight[rows])
    for index in np.flatnonzero(per_source).tolist():
        counts[(group.names[index], outcome, "")] += int(per_source[index])
