"""Messages of the inbox as readings of stations."""

from __future__ import annotations

import numpy as np

from feeds.core.decoding import Batch, Decoded, Delivery, Reject
from feeds.core.models import Feed
from layers.stations.ingest.readings import readings

from .book import Book, Value
from .entries import Entry, entries
from .feed import FEED


class SensorThingsDecoder:
    """One batch is one message, or the lines of many of a broker. Nothing is
    remembered between them."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def decode(self, batches: list[Batch]) -> Decoded:
        decoded = Decoded()
        book = Book()
        values: list[tuple[Value, Batch]] = []
        for batch in batches:
            taken = self._batch(batch, book, decoded)
            values += [(value, batch) for value in taken]
            if taken:
                newest = max(value.at for value in taken)
                decoded.event_to[batch.id] = float(newest)
        if values:
            decoded.deliveries.append(_delivery(values))
        return decoded

    def _batch(self, batch: Batch, book: Book, decoded: Decoded) -> list[Value]:
        taken = []
        refused = batch.meta.get("refused", {})
        form = str(batch.meta.get("form", "mqtt"))
        received = batch.received_at.timestamp()
        for entry in entries(form, batch.body, batch.meta, book, received):
            forbidden = refused.get(str(entry.number))
            if entry.value is not None and forbidden is None:
                taken.append(entry.value)
            else:
                decoded.reject(_reject(batch, entry, forbidden))
        return taken


def _reject(batch: Batch, entry: Entry, forbidden: str | None) -> Reject:
    return Reject(
        batch_id=batch.id,
        source=batch.source,
        line_no=entry.number,
        reason=forbidden or entry.reason,
        raw=entry.raw,
        detail=entry.detail,
    )


def _delivery(values: list[tuple[Value, Batch]]) -> Delivery:
    found = [value for value, _batch in values]
    batches = [batch for _value, batch in values]
    return Delivery(
        layer=FEED.layers[0],
        records=readings(
            [value.series.station_id for value in found],
            [value.series.symbol for value in found],
            [value.series.unit for value in found],
            [float(value.at) for value in found],
            [value.value for value in found],
            [value.status for value in found],
            [batch.received_at.timestamp() for batch in batches],
            [batch.id for batch in batches],
            [value.series.averaging for value in found],
        ),
        weights=np.ones(len(found), dtype=np.int64),
        sources=[batch.source for batch in batches],
    )
