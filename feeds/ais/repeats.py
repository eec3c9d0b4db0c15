"""Messages heard again within 30 s, by whatever receiver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

REPEAT_S = 30.0
# What was heard is kept so long by our own clock (a slow replay takes that long for
# its 30 s), and so many messages at most: 30 s of 30,000 a second and more.
KEPT_S = 120.0
LIMIT = 1_200_000
FRESH = 8_192


@dataclass(slots=True)
class Heads:
    """First receptions, ordered by ``digest``: the time of the message, its time in
    the history (NaN: no position), who heard it, when we got it."""

    digest: Ints
    time: Floats
    at: Floats
    receiver: Ints
    received: Floats

    @classmethod
    def none(cls) -> Heads:
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, real, real, whole, real)

    def take(self, rows: Ints | Bools) -> Heads:
        return Heads(*(getattr(self, name)[rows] for name in self.__slots__))

    def find(self, digest: Ints) -> tuple[Ints, Bools]:
        """Row of each digest, and whether it is there."""
        row = np.searchsorted(self.digest, digest)
        row = np.minimum(row, max(len(self.digest) - 1, 0))
        if not len(self.digest):
            return row, np.zeros(len(digest), bool)
        return row, self.digest[row] == digest

    def merged(self, newer: Heads) -> Heads:
        """Both; of a digest that is in both the newer head."""
        both = Heads(
            *(
                np.concatenate([getattr(self, name), getattr(newer, name)])
                for name in self.__slots__
            )
        )
        order = np.argsort(both.digest, kind="stable")
        digest = both.digest[order]
        last = np.append(digest[1:] != digest[:-1], True)[: len(digest)]
        return both.take(order[last])


@dataclass(slots=True)
class Verdict:
    """``repeated`` messages; ``head`` is the row of the first reception in the same
    group, -1 where it was earlier: then ``at`` and ``receiver`` are its own."""

    repeated: Bools
    head: Ints
    at: Floats
    receiver: Ints


class Repeats:
    """What was heard lately: a small fresh part and a large settled one."""

    def __init__(self) -> None:
        self._settled = Heads.none()
        self._fresh = Heads.none()

    def __len__(self) -> int:
        return len(self._settled.digest) + len(self._fresh.digest)

    def judge(self, digest: Ints, time: Floats) -> Verdict:
        """Which messages (in order of arrival) repeat an earlier one.

        A window begins with the message that is taken, so a station that says the
        same for ever is heard every 30 s.
        """
        verdict = self._before(digest, time)
        order = np.argsort(digest, kind="stable")
        bounds = np.flatnonzero(np.diff(digest[order])) + 1
        first = np.concatenate([[0], bounds]) if len(order) else bounds
        size = np.diff(np.append(first, len(order)))
        for begin, count in zip(
            first[size > 1].tolist(), size[size > 1].tolist(), strict=True
        ):
            _within(verdict, time, order[begin : begin + count].tolist())
        return verdict

    def _before(self, digest: Ints, time: Floats) -> Verdict:
        count = len(digest)
        verdict = Verdict(
            np.zeros(count, bool),
            np.full(count, -1),
            np.full(count, np.nan),
            np.zeros(count, np.int64),
        )
        for heads in (self._settled, self._fresh):
            row, there = heads.find(digest)
            seen = np.flatnonzero(there)
            near = np.abs(time[seen] - heads.time[row[seen]]) <= REPEAT_S
            # the fresh part is asked last: it knows better
            verdict.repeated[seen] = near
            verdict.at[seen] = heads.at[row[seen]]
            verdict.receiver[seen] = heads.receiver[row[seen]]
        return verdict

    def remember(self, heads: Heads, now: float) -> None:
        """Keep the messages that were taken; ``heads`` in order of arrival."""
        self._fresh = self._fresh.merged(heads)
        if len(self._fresh.digest) > max(FRESH, len(self._settled.digest) // 4):
            self._settled = self._settled.merged(self._fresh)
            self._fresh = Heads.none()
        for name in ("_settled", "_fresh"):
            part: Heads = getattr(self, name)
            old = part.received < now - KEPT_S
            if old.sum() * 4 > len(old):
                setattr(self, name, part.take(~old))
        if len(self._settled.digest) > LIMIT:
            received = self._settled.received
            limit = np.partition(received, len(received) - LIMIT)[-LIMIT]
            self._settled = self._settled.take(received > limit)


def _within(verdict: Verdict, time: Floats, rows: list[int]) -> None:
    """Receptions of one payload in one group, in order."""
    head = -1
    for row in rows:
        if head >= 0 and abs(time[row] - time[head]) <= REPEAT_S:
            verdict.repeated[row] = True
            verdict.head[row] = head
        elif not verdict.repeated[row]:
            head = row
