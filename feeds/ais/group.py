"""The complete messages of a group of batches as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xxhash

from feeds.core.decoding import Batch
from layers.core.ingest import Floats, Ints
from layers.vessels.flags import Flag

from .assembly import Line, Message
from .clocks import Dated
from .lines import Envelopes, Lines

SIGN = 1 << 63


@dataclass(frozen=True, slots=True)
class Finished:
    """A message of several sentences; ``row`` is the line that completed it."""

    row: int
    message: Message


@dataclass(slots=True)
class Group:
    """n messages in order of their last line. The payload is ``start``/``length``
    in ``text``. ``receiver`` and ``source`` index ``names``; ``batch_id`` and
    ``line_no`` name the first line; ``several`` holds the messages of more than one
    line by row."""

    text: bytes
    names: list[str]
    start: Ints
    length: Ints
    fill: Ints
    time: Floats
    received: Floats
    flags: Ints
    receiver: Ints
    source: Ints
    batch_id: Ints
    line_no: Ints
    weight: Ints
    several: dict[int, Message]

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def of(
        cls,
        text: Lines,
        found: Envelopes,
        dated: Dated,
        batches: list[Batch],
        single: Ints,
        finished: list[Finished],
    ) -> Group:
        """Messages of one line from the arrays, the others from the assembler."""
        names = dict(found.stations)
        of_batch = np.array([_spot(names, batch.source) for batch in batches])
        batch = text.batch[single]
        station = dated.station[single]
        received = np.array([b.received_at.timestamp() for b in batches])
        flags = int(Flag.LATE) * dated.late + int(Flag.CLOCK) * dated.unsure
        one = {
            "start": found.payload[single],
            "length": found.length[single],
            "fill": found.fill[single],
            "time": dated.time[single],
            "received": received[batch],
            "flags": flags[single],
            "receiver": np.where(station > 0, station, of_batch[batch]),
            "source": of_batch[batch],
            "batch_id": np.array([b.id for b in batches])[batch],
            "line_no": text.number[single],
            "weight": np.ones(len(single), np.int64),
        }
        if not finished:
            return cls(text=text.text, names=list(names), several={}, **one)
        many = _columns(finished, len(text.text), names)
        rows = np.concatenate([single, [entry.row for entry in finished]])
        order = np.argsort(rows, kind="stable")
        place = np.argsort(order, kind="stable")[len(single) :].tolist()
        payloads = b"".join(entry.message.payload for entry in finished)
        return cls(
            text=text.text + payloads,
            names=list(names),
            several={p: f.message for p, f in zip(place, finished, strict=True)},
            **{n: np.concatenate([one[n], many[n]])[order] for n in one},
        )

    def lines(self, row: int) -> list[Line]:
        """The raw lines of a message."""
        if row in self.several:
            return self.several[row].lines
        start, end = int(self.start[row]), int(self.start[row])
        start = self.text.rfind(b"\n", 0, start) + 1
        end = self.text.index(b"\n", end)
        return [
            Line(
                int(self.batch_id[row]),
                int(self.line_no[row]),
                self.names[self.source[row]],
                self.text[start:end].rstrip(b"\r"),
            )
        ]

    def digests(self, rows: Ints) -> Ints:
        """The names of messages: a hash of the payload, the same wherever heard."""
        text, digest = self.text, xxhash.xxh3_64_intdigest
        first = self.start[rows]
        spans = zip(first.tolist(), (first + self.length[rows]).tolist(), strict=True)
        return np.array(
            [digest(text[begin:end]) - SIGN for begin, end in spans], np.int64
        )


def _spot(names: dict[str, int], name: str) -> int:
    return names.setdefault(name, len(names))


def _columns(
    finished: list[Finished], offset: int, names: dict[str, int]
) -> dict[str, np.ndarray]:
    messages = [entry.message for entry in finished]
    length = np.array([len(message.payload) for message in messages])
    heard = [message.heard for message in messages]
    first = [message.lines[0] for message in messages]
    return {
        "start": offset + np.cumsum(length) - length,
        "length": length,
        "fill": np.array([message.fill_bits for message in messages]),
        "time": np.array([entry.time for entry in heard]),
        "received": np.array([entry.received for entry in heard]),
        "flags": np.array([entry.flags for entry in heard]),
        "receiver": np.array([_spot(names, entry.receiver) for entry in heard]),
        "source": np.array([_spot(names, line.source) for line in first]),
        "batch_id": np.array([line.batch_id for line in first]),
        "line_no": np.array([line.line_no for line in first]),
        "weight": np.array([len(message.lines) for message in messages]),
    }
