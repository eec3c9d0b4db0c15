"""When a sentence was heard, by the order of trust.

1. the receiver's own time: tag block ``c:`` or a Gatehouse wrapper;
2. where that cannot be believed (wrong checksum, before 1990, days ahead), or is
   missing in a recording: the last believed time of the same source, since a source
   that dates its lines may be late;
3. the time at which we received the line.

The UTC second inside the message then corrects up to ± 30 s. Base stations (type 4
and 11) are asked only for recordings without any times, once, when they are played
(:mod:`feeds.ais.recordings`): live, our own clock is always better.

A line is late when it came more than ten minutes after its time. What was played
from a recording is judged by the recording's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from feeds.core.decoding import Batch
from layers.core.ingest import Bools, Floats, Ints

from .lines import BELIEVED, DOUBTED, SENTENCE, UNTAGGED, WRAPPER, Envelopes, Lines
from .nmea import Sentence

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
AHEAD_S = 300.0
IMPOSSIBLE_S = 86_400.0
LATE_S = 600.0
# Sources that said nothing for so long, and more than so many, are forgotten.
FORGET_S = 3_600.0
MAX_SOURCES = 10_000


# What a tag block or wrapper says: its worth, time, station.
Said = tuple[int, float, str]


@dataclass(slots=True)
class Clock:
    """What is known of a source: its last believed time and the newest one (epoch
    s), the wrapper that waits for its sentence, the part of a message that came
    last, when we heard it last."""

    last: float = np.nan
    newest: float = np.nan
    wrapper: Said | None = None
    part: tuple[Sentence, Said] | None = None
    received: float = 0.0


@dataclass(slots=True)
class Dated:
    """Columns for all lines; only those of sentences mean something."""

    time: Floats
    timed: Bools
    ahead: Bools
    late: Bools
    unsure: Bools
    station: Ints


class Clocks:
    """One clock for each source."""

    def __init__(self) -> None:
        self._of: dict[str, Clock] = {}

    def end(self, source: str) -> None:
        self._of.pop(source, None)

    def forget(self, now: float) -> None:
        surplus = len(self._of) - MAX_SOURCES
        old = [s for s, c in self._of.items() if c.received < now - FORGET_S]
        for source in old or list(self._of)[: max(surplus, 0)]:
            del self._of[source]

    def date(self, lines: Lines, found: Envelopes, batches: list[Batch]) -> Dated:
        """The times of all sentences; moves the clocks of their sources."""
        names = list(dict.fromkeys(batch.source for batch in batches))
        number = {name: index for index, name in enumerate(names)}
        of_batch = np.array([number[b.source] for b in batches])
        at = np.array([b.received_at.timestamp() for b in batches])
        played = np.array([bool(b.meta.get("recording")) for b in batches])
        no = np.zeros(len(lines.start), bool)
        dated = Dated(
            time=at[lines.batch],
            timed=no,
            ahead=no.copy(),
            late=no.copy(),
            unsure=no.copy(),
            station=found.station,
        )
        rows = np.flatnonzero((found.what == SENTENCE) | (found.what == WRAPPER))
        source = of_batch[lines.batch[rows]]
        for index in np.unique(source).tolist():
            mine = rows[source == index] if len(names) > 1 else rows
            clock = self._of.pop(names[index], None) or Clock()
            self._of[names[index]] = clock
            clock.received = float(at[of_batch == index].max())
            _wrap(clock, found, mine)
            mine = mine[found.what[mine] == SENTENCE]
            if len(mine):
                _continue(clock, found, mine)
                _date(clock, found, dated, mine, bool(played[lines.batch[mine[0]]]))
        return dated


def _wrap(clock: Clock, found: Envelopes, rows: Ints) -> None:
    """Give sentences without a tag what the wrapper before them says."""
    wrapper = found.what[rows] == WRAPPER
    if not wrapper.any() and clock.wrapper is None:
        return
    after = np.append(False, wrapper[:-1]) & ~wrapper
    taken = np.flatnonzero(after & (found.tag[rows] == UNTAGGED))
    for name in ("tag", "time", "station"):
        column = getattr(found, name)
        column[rows[taken]] = column[rows[taken - 1]]
    if clock.wrapper and not wrapper[0] and found.tag[rows[0]] == UNTAGGED:
        _put(found, int(rows[0]), clock.wrapper)
    clock.wrapper = _get(found, int(rows[-1])) if wrapper[-1] else None


def _get(found: Envelopes, row: int) -> Said:
    station = list(found.stations)[found.station[row]]
    return int(found.tag[row]), float(found.time[row]), station


def _put(found: Envelopes, row: int, said: Said) -> None:
    found.tag[row], found.time[row] = said[:2]
    found.station[row] = found.name(said[2])


def _continue(clock: Clock, found: Envelopes, rows: Ints) -> None:
    """A part without a tag behind the part before it was heard with that one:
    Gatehouse and many receivers tag the first part only."""
    last = clock.part
    parts = np.intersect1d(np.array(list(found.parts), np.int64), rows)
    places = np.searchsorted(rows, parts)
    for row, index in zip(parts.tolist(), places.tolist(), strict=True):
        sentence = found.parts[row]
        before = int(rows[index - 1]) if index else -1
        if before in found.parts:
            last = (found.parts[before], _get(found, before))
        elif before >= 0:
            last = None
        if last and found.tag[row] == UNTAGGED and _follows(last[0], sentence):
            _put(found, row, last[1])
    end = int(rows[-1])
    clock.part = (found.parts[end], _get(found, end)) if end in found.parts else None


def _follows(first: Sentence, second: Sentence) -> bool:
    return (
        second.part == first.part + 1
        and second.total == first.total
        and second.sequence == first.sequence
        and second.channel == first.channel
    )


def _date(
    clock: Clock, found: Envelopes, dated: Dated, rows: Ints, played: bool
) -> None:
    received = dated.time[rows]
    time, tag = found.time[rows], found.tag[rows]
    impossible = (time < EARLIEST) | (time > received + IMPOSSIBLE_S)
    doubted = (tag == DOUBTED) | impossible
    ahead = ~doubted & (time > received + AHEAD_S)
    believed = (tag == BELIEVED) & np.isfinite(time) & ~doubted & ~ahead
    index = np.maximum.accumulate(np.where(believed, np.arange(len(rows)), -1))
    last = np.where(index >= 0, time[np.maximum(index, 0)], clock.last)
    # the lines of a recording came when those around them did, not when it is played
    own = np.where(believed, time, np.where(doubted | played, last, np.nan))
    timed = np.isfinite(own)
    dated.time[rows] = np.where(timed, own, received)
    dated.timed[rows] = timed
    dated.ahead[rows] = ahead
    dated.unsure[rows] = doubted & ~timed & played
    if played:
        reference = np.where(
            np.isfinite(found.stamp[rows]), found.stamp[rows], _newest(clock, own)
        )
        dated.late[rows] = own < reference - LATE_S
    else:
        dated.late[rows] = own < received - LATE_S
    if believed.any():
        clock.last = float(time[np.flatnonzero(believed)[-1]])


def _newest(clock: Clock, own: Floats) -> Floats:
    """A recording's clock at each line: the newest time so far that a second line
    bears out, so that one line from the future does not make all others late."""
    rows = np.flatnonzero(np.isfinite(own))
    result = np.full(len(own), np.nan)
    if not len(rows):
        return result
    time = own[rows]
    borne_out = np.minimum(
        time, np.append(time[1:], time[-2:-1] if len(time) > 1 else time)
    )
    start = -np.inf if np.isnan(clock.newest) else clock.newest
    newest = np.maximum(np.maximum.accumulate(borne_out), start)
    result[rows] = newest
    clock.newest = float(newest[-1])
    return result
