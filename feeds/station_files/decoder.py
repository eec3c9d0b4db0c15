"""Station files of the inbox, as readings of the stations layer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from feeds.core.decoding import NOT_DATA, Batch, Decoded, Delivery, Reject
from feeds.core.models import Feed
from layers.stations.ingest.readings import readings
from layers.stations.queries import Address, addresses

from . import swift
from .identify import Finder
from .parsing import Line, Parsed, parse


@dataclass(slots=True)
class Rows:
    """The values of a group of files, one list per column."""

    station: list[int] = field(default_factory=list)
    parameter: list[str] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    received: list[float] = field(default_factory=list)
    batch: list[int] = field(default_factory=list)
    source: list[str] = field(default_factory=list)

    def add(self, batch: Batch, station: Address, found: swift.Columns) -> None:
        """All values of one file; the unit of a series wins over an empty one."""
        symbols, units, times, values, statuses = found
        own, count = station.units, len(symbols)
        self.station += [station.id] * count
        self.parameter += symbols
        self.unit += [own.get(*pair) for pair in zip(symbols, units, strict=True)]
        self.at += times
        self.value += values
        self.status += statuses
        self.received += [batch.received_at.timestamp()] * count
        self.batch += [batch.id] * count
        self.source += [batch.source] * count


class StationFileDecoder:
    """One batch is one file; nothing is remembered between files."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def decode(self, batches: list[Batch]) -> Decoded:
        whose = Finder(addresses())
        decoded = Decoded()
        rows = Rows()
        # as received, not as ranked: of two values for one time the later one counts
        for batch in sorted(batches, key=lambda one: (one.received_at, one.id)):
            station = whose(batch.meta.get("account", ""), path_of(batch.meta))
            found = _plain(batch, station)
            if found is None or station is None:
                found = _tolerant(batch, station, decoded)
            if station is not None and found and found[0]:
                rows.add(batch, station, found)
                decoded.event_to[batch.id] = max(found[2])
        if rows.at:
            decoded.deliveries.append(self._delivery(rows))
        return decoded

    def _delivery(self, rows: Rows) -> Delivery:
        return Delivery(
            layer=self.layer,
            records=readings(
                rows.station, rows.parameter, rows.unit, rows.at, rows.value,
                rows.status, rows.received, rows.batch,
            ),
            weights=np.ones(len(rows.at), dtype=np.int64),
            sources=rows.source,
        )  # fmt: skip

    @property
    def layer(self) -> str:
        from .feed import FEED

        return FEED.layers[0]


def _plain(batch: Batch, station: Address | None) -> swift.Columns | None:
    """The values of a file without anything to remark, or None."""
    if station is None:
        return None
    found = swift.columns(batch.body, batch.received_at.timestamp())
    if found is None:
        return None
    own = station.units
    for symbol, unit in zip(found[0], found[1], strict=True):
        if unit and own.get(symbol, unit) != unit:
            return None
    return found


def _tolerant(batch: Batch, station: Address | None, decoded: Decoded) -> swift.Columns:
    """What can be used of any file; the rest goes to quarantine, line by line."""
    parsed = parse(batch.body, batch.received_at.timestamp(), name_of(batch.meta))
    if parsed.blank:
        decoded.counts[(batch.source, NOT_DATA, "blank")] += parsed.blank
    rejected = [(bad.number, bad.reason, bad.raw, bad.detail) for bad in parsed.bad]
    taken: list[Line] = []
    for line in parsed.lines:
        reason = refusal(line, station)
        if reason is None:
            taken.append(line)
        else:
            where = f"file {path_of(batch.meta)}"
            rejected.append((line.number, reason, line.raw, where))
    for number, reason, raw, detail in rejected:
        decoded.reject(Reject(batch.id, batch.source, number, reason, raw, detail))
    return (
        [line.symbol for line in taken],
        [line.unit for line in taken],
        [line.at for line in taken],
        [line.value for line in taken],
        [line.status for line in taken],
    )


def refusal(line: Line, station: Address | None) -> str | None:
    """Why a well-formed line cannot be taken, or None."""
    if station is None:
        return "unknown_station"
    unit = station.units.get(line.symbol)
    if unit is not None and line.unit and line.unit != unit:
        return "other_unit"
    return None


def path_of(meta: dict[str, Any]) -> str:
    return str(meta.get("path", ""))


def name_of(meta: dict[str, Any]) -> str:
    return path_of(meta).rsplit("/", 1)[-1]


def warnings_of(parsed: Parsed) -> list[tuple[int, str]]:
    """(line number, warning) of lines that were taken with a remark."""
    return [(line.number, text) for line in parsed.lines for text in line.warnings]
