"""Putting messages of several sentences together."""

from __future__ import annotations

from dataclasses import dataclass, field

from .nmea import Sentence, Tag

EXPIRE_S = 5.0


@dataclass(slots=True)
class Line:
    """A raw line and where it stood."""

    batch_id: int
    line_no: int
    source: str
    raw: bytes


@dataclass(slots=True)
class Message:
    """A complete payload. ``lines`` are all that went into it."""

    payload: bytes
    fill_bits: int
    time: float
    lines: list[Line]

    @property
    def source(self) -> str:
        return self.lines[0].source


@dataclass(slots=True)
class _Pending:
    total: int
    time: float
    parts: dict[int, tuple[Sentence, Line]] = field(default_factory=dict)


Key = tuple[str, str, bytes, bytes, int]


class Assembler:
    """Keyed by (source, station or group, channel, sequence, total).

    Base stations use the same sequence numbers at the same time, so the station
    that heard a part belongs to the key; the parts of a tag-block group carry the
    group's number instead, and only the first of them the time.

    A part that comes again takes the place of the first; parts older than
    ``EXPIRE_S`` by the clock of their source are given back as incomplete.
    """

    def __init__(self) -> None:
        self._pending: dict[Key, _Pending] = {}
        self.replaced: list[Line] = []
        self.expired: list[Line] = []

    def add(
        self, sentence: Sentence, line: Line, tag: Tag, received: float
    ) -> Message | None:
        """The message that the sentence completes, if it does.

        ``received`` (epoch s) is used where neither the tag nor the part before
        it has a time.
        """
        time = received if tag.time is None else tag.time
        if sentence.total == 1:
            return Message(sentence.payload, sentence.fill_bits, time, [line])
        heard = f"g{tag.group[2]}" if tag.group else tag.station
        key = (line.source, heard, sentence.channel, sentence.sequence, sentence.total)
        pending = self._pending.get(key)
        if pending is not None and tag.time is None and tag.group:
            time = pending.time
        if pending is not None and self._is_new(pending, sentence, time):
            self._expire(key)
            pending = None
        if pending is None:
            pending = _Pending(sentence.total, time)
            self._pending[key] = pending
        known = pending.parts.get(sentence.part)
        if known is not None:
            self.replaced.append(known[1])
        pending.parts[sentence.part] = (sentence, line)
        if len(pending.parts) < pending.total:
            return None
        del self._pending[key]
        return self._complete(pending)

    @staticmethod
    def _is_new(pending: _Pending, sentence: Sentence, time: float) -> bool:
        """The key is used again: too late, or another payload for a known part."""
        if abs(time - pending.time) > EXPIRE_S:
            return True
        known = pending.parts.get(sentence.part)
        return known is not None and known[0].payload != sentence.payload

    def expire(self, source: str, time: float | None) -> None:
        """Give up parts of ``source`` older than its clock allows (None: all)."""
        for key in [key for key in self._pending if key[0] == source]:
            if time is None or abs(time - self._pending[key].time) > EXPIRE_S:
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
            time=pending.time,
            lines=[line for _sentence, line in ordered],
        )
