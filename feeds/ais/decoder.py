"""Raw AIS batches to vessel reports, every line accounted for."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import Any

import numpy as np
import orjson
import xxhash
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from feeds.core.decoding import (
    ACCEPTED,
    DUPLICATE,
    NOT_DATA,
    Batch,
    Decoded,
    Delivery,
    Reject,
)
from layers.vessels.reports import Static, VesselReports

from . import messages
from .assembly import Assembler, Line, Message
from .nmea import BadLine, Tag, is_ais, parse, read_wrapper, split_tag
from .table_rows import read_row

REPEAT_S = 30.0
AHEAD_S = 300.0
# What was heard is kept so long by our own clock (a slow replay takes that long
# for its 30 s), and so many messages at most: 30 s of 30,000 a second and more.
SEEN_S = 600.0
SEEN_LIMIT = 1_200_000
# Bits of a message by type: (fewest, most). Other types vary freely.
LENGTHS = {
    1: (168, 168), 2: (168, 168), 3: (168, 168), 4: (168, 168), 5: (420, 426),
    9: (168, 168), 11: (168, 168), 18: (168, 168), 19: (312, 312), 21: (270, 364),
    24: (156, 168), 27: (96, 168),
}  # fmt: skip
NO_TAG = Tag()
MAX_MMSI = 999_999_999
ARMOUR = frozenset(range(48, 88)) | frozenset(range(96, 120))


class _Output:
    """What one call of decode gathers."""

    def __init__(self) -> None:
        self.decoded = Decoded()
        self.reports = VesselReports()
        self.weights: list[int] = []
        self.static_weights: list[int] = []
        self.static_sources: list[str] = []

    def deliver(self) -> Decoded:
        if len(self.reports):
            self.decoded.deliveries.append(
                Delivery(
                    layer="vessels",
                    records=self.reports,
                    weights=np.asarray(self.weights + self.static_weights),
                    sources=self.reports.source + self.static_sources,
                )
            )
        return self.decoded


class AisDecoder:
    """Keeps fragments that wait for the rest and what was heard within 30 s."""

    def __init__(self, feed: Any = None) -> None:
        self._assembler = Assembler()
        # digest -> (time of the message, time of reception), last heard last
        self._seen: dict[int, tuple[float, float]] = {}
        self._wrapper: dict[str, Tag] = {}
        # the last believed time of each source
        self._clock: dict[str, float] = {}

    def decode(self, batches: list[Batch]) -> Decoded:
        out = _Output()
        for batch in batches:
            clock: float | None = None
            for number, raw in enumerate(batch.body.splitlines(), 1):
                time = self._line(out, batch, number, raw)
                clock = time if time is not None else clock
            if clock is not None:
                self._assembler.expire(batch.source, clock)
                out.decoded.event_to[batch.id] = clock
            if batch.meta.get("end"):
                self._assembler.expire(batch.source, None)
            self._settle(out)
        if batches:
            self._forget_old(batches[-1].received_at.timestamp())
        return out.deliver()

    def _line(
        self, out: _Output, batch: Batch, number: int, raw: bytes
    ) -> float | None:
        """Deal with one line; its time when it was a sentence."""
        line = Line(batch.id, number, batch.source, raw)
        try:
            if raw.startswith(b"{"):
                return self._row(out, batch, line)
            return self._sentence(out, batch, line)
        except BadLine as bad:
            self._reject(out, line, bad.reason, bad.detail)
        return None

    def _sentence(self, out: _Output, batch: Batch, line: Line) -> float | None:
        tag, rest = split_tag(line.raw.strip())
        start = rest.find(b"!") if rest[:1] not in (b"!", b"$") else 0
        sentence = rest[start:] if start > 0 else rest
        if not is_ais(sentence):
            self._not_ais(out, batch, sentence, tag)
            return None
        wrapper = self._wrapper.pop(batch.source, NO_TAG)
        tag = wrapper if tag is None or tag == NO_TAG else tag
        if not tag.believed:
            tag = Tag(time=self._clock.get(batch.source))
        received = batch.received_at.timestamp()
        if tag.time is not None and tag.time > received + AHEAD_S:
            raise BadLine("time_ahead", f"by {tag.time - received:.0f} s")
        if tag.time is not None:
            self._clock[batch.source] = tag.time
        message = self._assembler.add(parse(sentence), line, tag, received)
        if message is not None:
            self._message(out, batch, message)
        return received if tag.time is None else tag.time

    def _not_ais(
        self, out: _Output, batch: Batch, sentence: bytes, tag: Tag | None
    ) -> None:
        """Count the line; a wrapper, or a tag block by itself, says the time and
        the station of the sentence behind it."""
        if sentence.startswith(b"$PGHP"):
            self._wrapper[batch.source] = read_wrapper(sentence) or NO_TAG
        elif not sentence and tag is not None and tag.time is not None:
            self._wrapper[batch.source] = tag
        out.decoded.counts[(batch.source, NOT_DATA, "")] += 1

    def _message(self, out: _Output, batch: Batch, message: Message) -> None:
        digest = xxhash.xxh3_64_intdigest(message.payload) - (1 << 63)
        if self._repeated(digest, message.time, batch.received_at.timestamp()):
            out.decoded.counts[(batch.source, DUPLICATE, "")] += len(message.lines)
            return
        try:
            content = _content(message)
        except BadLine as bad:
            for line in message.lines:
                self._reject(out, line, bad.reason, bad.detail)
            return
        self._emit(out, content, message, digest)

    def _emit(self, out: _Output, content: Any, message: Message, digest: int) -> None:
        kind = int(content.msg_type)
        weight = len(message.lines)
        if kind in messages.POSITION_TYPES and messages.has_position(content):
            messages.add_position(
                out.reports,
                content,
                time=message.time,
                digest=digest,
                source=message.source,
            )
            out.weights.append(weight)
            weight = 0
        if kind in messages.STATIC_TYPES:
            static = messages.static_report(content, time=message.time, digest=digest)
            if static is not None:
                self._add_static(out, static, weight, message.source)
                weight = 0
        if weight:
            # heard and kept in the inbox, but nothing to draw
            out.decoded.counts[(message.source, ACCEPTED, "")] += weight

    @staticmethod
    def _add_static(out: _Output, static: Static, weight: int, source: str) -> None:
        out.reports.statics.append(static)
        out.static_weights.append(weight)
        out.static_sources.append(source)

    def _row(self, out: _Output, batch: Batch, line: Line) -> float:
        """A row of a table of positions, as one JSON object."""
        try:
            row = orjson.loads(line.raw)
        except orjson.JSONDecodeError as error:
            raise BadLine("malformed", str(error)) from None
        time = read_row(row, out.reports, batch.source, line.raw)
        out.weights.append(1)
        return time

    def _repeated(self, digest: int, time: float, received: float) -> bool:
        """Heard within 30 s already, by whatever receiver."""
        last = self._seen.pop(digest, None)
        self._seen[digest] = (time, received)
        return last is not None and abs(time - last[0]) <= REPEAT_S

    def _forget_old(self, received: float) -> None:
        """Bound the memory: what was not heard for longest goes first."""
        surplus = len(self._seen) - SEEN_LIMIT
        old = [
            digest
            for digest, _entry in takewhile(
                lambda item: item[1][1] < received - SEEN_S, self._seen.items()
            )
        ]
        if surplus > len(old):
            old = list(islice(self._seen, surplus))
        for digest in old:
            del self._seen[digest]

    def _settle(self, out: _Output) -> None:
        """Account for fragments that came twice or whose rest never came."""
        for line in self._assembler.replaced:
            out.decoded.counts[(line.source, DUPLICATE, "")] += 1
        self._assembler.replaced.clear()
        for line in self._assembler.expired:
            self._reject(out, line, "incomplete")
        self._assembler.expired.clear()

    @staticmethod
    def _reject(out: _Output, line: Line, reason: str, detail: str = "") -> None:
        out.decoded.reject(
            Reject(
                batch_id=line.batch_id,
                source=line.source,
                line_no=line.line_no,
                reason=reason,
                raw=line.raw.decode("latin-1"),
                detail=detail,
            )
        )


def _content(message: Message) -> Any:
    """The decoded message; raises BadLine with a named reason."""
    payload = message.payload
    if not payload:
        raise BadLine("empty_payload")
    if not ARMOUR.issuperset(payload):
        raise BadLine("armour", "a character outside the six-bit alphabet")
    if not 0 <= message.fill_bits <= 5:
        raise BadLine("malformed", "fill bits")
    vector = bit_vector(payload, message.fill_bits)
    kind = vector.get(0, 6)
    if kind == 0 or kind not in MSG_CLASS:
        raise BadLine("unknown_type", f"type {kind}")
    bits = len(payload) * 6 - message.fill_bits
    fewest, most = LENGTHS.get(kind, (40, 10_000))
    if not fewest <= bits <= most:
        raise BadLine("length", f"type {kind} with {bits} bits")
    if vector.get_num(8, 30, False) > MAX_MMSI:
        raise BadLine("mmsi", "more than nine digits")
    try:
        return MSG_CLASS[kind].from_vector(vector)
    except (AISBaseException, ValueError, TypeError, OverflowError) as error:
        raise BadLine("undecodable", f"{type(error).__name__}: {error}") from error
