"""Station files of the inbox, as readings of the stations layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from feeds.core.decoding import NOT_DATA, Batch, Decoded, Delivery, Reject
from feeds.core.models import Feed
from layers.stations.ingest.readings import readings
from layers.stations.queries import Address, addresses

from .identify import find
from .parsing import Line, Parsed, parse

Row = tuple[int, str, str, float, float, int, float, int]


class StationFileDecoder:
    """One batch is one file; nothing is remembered between files."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def decode(self, batches: list[Batch]) -> Decoded:
        known = addresses()
        decoded = Decoded()
        rows: list[Row] = []
        sources: list[str] = []
        for batch in batches:
            found = self._file(batch, known, decoded)
            rows += found
            sources += [batch.source] * len(found)
        if rows:
            columns = list(zip(*rows, strict=True))
            decoded.deliveries.append(
                Delivery(
                    layer=self.layer,
                    records=readings(*columns),
                    weights=np.ones(len(rows), dtype=np.int64),
                    sources=sources,
                )
            )
        return decoded

    @property
    def layer(self) -> str:
        from .feed import FEED

        return FEED.layers[0]

    def _file(
        self, batch: Batch, known: Sequence[Address], decoded: Decoded
    ) -> list[Row]:
        received = batch.received_at.timestamp()
        parsed = parse(batch.body, received, name_of(batch.meta))
        station = find(known, batch.meta.get("account", ""), path_of(batch.meta))
        if parsed.blank:
            decoded.counts[(batch.source, NOT_DATA, "blank")] += parsed.blank
        for bad in parsed.bad:
            decoded.reject(
                Reject(
                    batch.id, batch.source, bad.number, bad.reason, bad.raw, bad.detail
                )
            )
        rows = []
        for line in parsed.lines:
            reason = refusal(line, station)
            if reason is None and station is not None:
                rows.append(_row(line, station, received, batch.id))
                continue
            detail = f"file {path_of(batch.meta)}"
            decoded.reject(
                Reject(
                    batch.id, batch.source, line.number, reason or "", line.raw, detail
                )
            )
        if rows:
            decoded.event_to[batch.id] = max(row[3] for row in rows)
        return rows


def refusal(line: Line, station: Address | None) -> str | None:
    """Why a well-formed line cannot be taken, or None."""
    if station is None:
        return "unknown_station"
    unit = station.units.get(line.symbol)
    if unit is not None and line.unit and line.unit != unit:
        return "other_unit"
    return None


def _row(line: Line, station: Address, received: float, batch_id: int) -> Row:
    unit = station.units.get(line.symbol, line.unit)
    return (
        station.id, line.symbol, unit, line.at, line.value, line.status, received,
        batch_id,
    )  # fmt: skip


def path_of(meta: dict[str, Any]) -> str:
    return str(meta.get("path", ""))


def name_of(meta: dict[str, Any]) -> str:
    return path_of(meta).rsplit("/", 1)[-1]


def warnings_of(parsed: Parsed) -> list[tuple[int, str]]:
    """(line number, warning) of lines that were taken with a remark."""
    return [(line.number, text) for line in parsed.lines for text in line.warnings]
