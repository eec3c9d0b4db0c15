"""Putting messages of several sentences together."""

from __future__ import annotations

from dataclasses import dataclass, field

from .nmea import Sentence

EXPIRE_S = 5.0
# By our own clock: a part that waits longer (batches come some seconds late) has
# lost its rest. And so many messages wait at most.
WAIT_S = 15.0
MAX_PENDING = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A raw line and where it stood."""

    batch_id: int
    line_no: int
    source: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """When (epoch s) and by whom a part was heard. ``timed``: its source said when.
    ``key`` tells stations or tag-block groups of one source apart."""

    time: float
    timed: bool
    received: float
    receiver: str
    key: str
    grouped: bool = False
    flags: int = 0


@dataclass(slots=True)
class Message:
    """A complete payload. ``lines`` are all that went into it."""

    payload: bytes
    fill_bits: int
    heard: Heard
    lines: list[Line]


@dataclass(slots=True)
class _Pending:
    total: int
    heard: Heard
    parts: dict[int, tuple[Sentence, Line]] = field(default_factory=dict)


Key = tuple[str, str, bytes, bytes, int]


class Assembler:
    """Keyed by (source, station or group, channel, sequence, total).

    Base stations use the same sequence numbers at the same time, so the station
    that heard a part belongs to the key; the parts of a tag-block group carry the
    group's number instead, and only the first of them the time.

    A part that comes again takes the place of the first; a key that is used again
    later than ``EXPIRE_S`` is another message.
    """

    def __init__(self) -> None:
        self._pending: dict[Key, _Pending] = {}
        self.replaced: list[Line] = []
        self.expired: list[Line] = []

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, sentence: Sentence, line: Line, heard: Heard) -> Message | None:
        """The message that the sentence completes, if it does."""
        channel, sequence = sentence.channel, sentence.sequence
        key = (line.source, heard.key, channel, sequence, sentence.total)
        pending = self._pending.get(key)
        if pending is not None and self._is_new(pending, sentence, heard):
            self._expire(key)
            pending = None
        if pending is None:
            pending = self._pending[key] = _Pending(sentence.total, heard)
            if len(self._pending) > MAX_PENDING:
                self._expire(next(iter(self._pending)))
        known = pending.parts.get(sentence.part)
        if known is not None:
            self.replaced.append(known[1])
        pending.parts[sentence.part] = (sentence, line)
        if len(pending.parts) < pending.total:
            return None
        del self._pending[key]
        return self._complete(pending)

    @staticmethod
    def _is_new(pending: _Pending, sentence: Sentence, heard: Heard) -> bool:
        """The key is used again: too late, or another payload for a known part."""
        follows = heard.grouped and not heard.timed
        if not follows and abs(heard.time - pending.heard.time) > EXPIRE_S:
            return True
        known = pending.parts.get(sentence.part)
        return known is not None and known[0].payload != sentence.payload

    def expire(self, received: float) -> None:
        """Give up what has waited for too long by our own clock."""
        for key in [
            key
            for key, pending in self._pending.items()
            if received - pending.heard.received > WAIT_S
        ]:
            self._expire(key)

    def end(self, source: str) -> None:
        """Nothing more comes from the source."""
        for key in [key for key in self._pending if key[0] == source]:
            self._expire(key)

    def _expire(self, key: Key) -> None:
        pending = self._pending.pop(key)
        self.expired += [line for _sentence, line in pending.parts.values()]

    @staticmethod
    def _complete(pending: _Pending) -> Message:
        ordered = [pending.parts[number] for number in sorted(pending.parts)]
        return Message(
            payload=b"".join(sentence.payload for sentence, _line in ordered),
            fill_bits=ordered[-1][0].fill_bits,
            heard=pending.heard,
            lines=[line for _sentence, line in ordered],
        )
