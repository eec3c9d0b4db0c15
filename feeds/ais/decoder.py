"""Raw AIS batches to vessel reports, every line accounted for."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from feeds.core.decoding import (
    DUPLICATE,
    NOT_DATA,
    Batch,
    Decoded,
    Delivery,
    Reject,
)
from layers.vessels.flags import Flag
from layers.vessels.reports import Builder, join

from . import envelopes, lines
from .assembly import Assembler, Heard, Line
from .clocks import Clocks, Dated
from .group import Finished, Group
from .lines import BAD, NOT_AIS, ROW, SENTENCE, WRAPPER, Envelopes, Lines
from .nmea import BadLine
from .repeats import Repeats
from .table_rows import read_row
from .yields import Yield, make


class AisDecoder:
    """Keeps parts that wait for the rest, what was heard within 30 s, and the clock
    of each source; all of it bounded."""

    def __init__(self, feed: Any = None) -> None:
        self._assembler = Assembler()
        self._repeats = Repeats()
        self._clocks = Clocks()

    def decode(self, batches: list[Batch]) -> Decoded:
        """Read a group of batches in order, as one set of arrays."""
        decoded = Decoded()
        if not batches:
            return decoded
        text = lines.split(batches)
        found = envelopes.read(text)
        dated = self._clocks.date(text, found, batches)
        self._count(decoded, text, found, batches)
        self._refuse(decoded, text, found, dated, batches)
        group = self._collect(decoded, text, found, dated, batches)
        yielded = make(group, self._repeats)
        table = self._rows(decoded, text, found, batches)
        self._forget(decoded, batches)
        _deliver(decoded, yielded, table)
        return decoded

    @staticmethod
    def _count(
        decoded: Decoded, text: Lines, found: Envelopes, batches: list[Batch]
    ) -> None:
        """Lines that are no data, per source; the last time in each batch."""
        plain = (found.what == NOT_AIS) | (found.what == WRAPPER)
        per_batch = np.bincount(text.batch[plain], minlength=len(batches)).tolist()
        for batch, count in zip(batches, per_batch, strict=True):
            if count:
                decoded.counts[(batch.source, NOT_DATA, "")] += count

    def _refuse(
        self,
        decoded: Decoded,
        text: Lines,
        found: Envelopes,
        dated: Dated,
        batches: list[Batch],
    ) -> None:
        """Lines whose envelope is broken or whose time lies ahead."""
        for row, bad in found.bad:
            _reject(decoded, _line(text, batches, row), bad.reason, bad.detail)
        for row in np.flatnonzero(dated.ahead).tolist():
            found.what[row] = BAD
            by = found.time[row] - batches[text.batch[row]].received_at.timestamp()
            line = _line(text, batches, row)
            _reject(decoded, line, "time_ahead", f"by {by:.0f} s")
        heard = np.flatnonzero(found.what == SENTENCE)
        last = np.searchsorted(text.batch[heard], np.arange(len(batches)), "right") - 1
        for index, batch in enumerate(batches):
            row = heard[last[index]] if last[index] >= 0 else -1
            if row >= 0 and text.batch[row] == index:
                decoded.event_to[batch.id] = float(dated.time[row])

    def _collect(
        self,
        decoded: Decoded,
        text: Lines,
        found: Envelopes,
        dated: Dated,
        batches: list[Batch],
    ) -> Group:
        """All complete messages of the group, in order of their last line."""
        finished = self._assemble(decoded, text, found, dated, batches)
        single = found.what == SENTENCE
        single[list(found.parts)] = False
        return Group.of(text, found, dated, batches, np.flatnonzero(single), finished)

    def _assemble(
        self,
        decoded: Decoded,
        text: Lines,
        found: Envelopes,
        dated: Dated,
        batches: list[Batch],
    ) -> list[Finished]:
        """Put parts together; account for those that came twice or never."""
        stations = list(found.stations)
        finished: list[Finished] = []
        rows = [row for row in sorted(found.parts) if found.what[row] == SENTENCE]
        at = 0
        for index, batch in enumerate(batches):
            while at < len(rows) and text.batch[rows[at]] == index:
                row = rows[at]
                heard = _heard(row, found, dated, batch, stations)
                line = _line(text, batches, row)
                message = self._assembler.add(found.parts[row], line, heard)
                if message is not None:
                    finished.append(Finished(row, message))
                at += 1
            if batch.meta.get("end"):
                self._assembler.end(batch.source)
                self._clocks.end(batch.source)
        self._assembler.expire(batches[-1].received_at.timestamp())
        for line in self._assembler.replaced:
            decoded.counts[(line.source, DUPLICATE, "")] += 1
        self._assembler.replaced.clear()
        for line in self._assembler.expired:
            _reject(decoded, line, "incomplete")
        self._assembler.expired.clear()
        return finished

    @staticmethod
    def _rows(
        decoded: Decoded, text: Lines, found: Envelopes, batches: list[Batch]
    ) -> tuple[Builder, list[str]]:
        """Rows of tables of positions, one JSON object each."""
        reports = Builder()
        sources: list[str] = []
        for row in np.flatnonzero(found.what == ROW).tolist():
            line = _line(text, batches, row)
            try:
                time = read_row(orjson.loads(line.raw), reports, line)
            except orjson.JSONDecodeError as error:
                _reject(decoded, line, "malformed", str(error))
            except BadLine as bad:
                _reject(decoded, line, bad.reason, bad.detail)
            else:
                sources.append(line.source)
                decoded.event_to[line.batch_id] = time
        return reports, sources

    def _forget(self, decoded: Decoded, batches: list[Batch]) -> None:
        self._clocks.forget(batches[-1].received_at.timestamp())


def _heard(
    row: int, found: Envelopes, dated: Dated, batch: Batch, stations: list[str]
) -> Heard:
    station = stations[dated.station[row]]
    group = found.groups.get(row)
    return Heard(
        time=float(dated.time[row]),
        timed=bool(dated.timed[row]),
        received=batch.received_at.timestamp(),
        receiver=station or batch.source,
        key=station if group is None else f"g{group}",
        grouped=group is not None,
        flags=int(Flag.LATE) * bool(dated.late[row])
        | int(Flag.CLOCK) * bool(dated.unsure[row]),
    )


def _line(text: Lines, batches: list[Batch], row: int) -> Line:
    batch = batches[text.batch[row]]
    return Line(batch.id, int(text.number[row]), batch.source, text.raw(row))


def _reject(decoded: Decoded, line: Line, reason: str, detail: str = "") -> None:
    decoded.reject(
        Reject(
            batch_id=line.batch_id,
            source=line.source,
            line_no=line.line_no,
            reason=reason,
            raw=line.raw.decode("latin-1"),
            detail=detail,
        )
    )


def _deliver(
    decoded: Decoded, yielded: Yield, table: tuple[Builder, list[str]]
) -> None:
    """Count what needs no delivery; hand the rest to the layer."""
    reports, sources = table
    decoded.counts.update(yielded.counts)
    for line, bad in yielded.bad:
        _reject(decoded, line, bad.reason, bad.detail)
    if not len(yielded.reports) + len(reports) + len(yielded.reports.heard):
        return
    records = yielded.reports
    weights, senders = yielded.weights, yielded.sources
    if len(reports):
        # rows of tables are positions: they stand before the static reports
        end = records.positions
        weights = np.insert(weights, end, [1] * len(reports))
        senders = [*senders[:end], *sources, *senders[end:]]
        records = join([records, reports.build()])
    decoded.deliveries.append(
        Delivery(layer="vessels", records=records, weights=weights, sources=senders)
    )
