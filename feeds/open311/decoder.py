"""Raw Open311 bodies to reports, every request accounted for."""

from __future__ import annotations

from typing import Any

import numpy as np

from feeds.core.decoding import Batch, Decoded, Delivery, Reject
from layers.citizen_reports.services import NewReport

from .reading import Unreadable, entries, read, request_id

RAW_LENGTH = 2_000
LAYER = "citizen_reports"


class Open311Decoder:
    """Keeps nothing between calls: what is known twice, the layer tells."""

    def __init__(self, feed: Any = None) -> None:
        self.feed = feed

    def decode(self, batches: list[Batch]) -> Decoded:
        decoded = Decoded()
        records: list[NewReport] = []
        for batch in batches:
            found = self._batch(batch, decoded)
            records += found
            if found:
                newest = max(record.requested_at for record in found)
                decoded.event_to[batch.id] = newest.timestamp()
        if records:
            decoded.deliveries.append(
                Delivery(
                    layer=LAYER,
                    records=records,
                    weights=np.ones(len(records), dtype=np.int64),
                    sources=[record.source for record in records],
                )
            )
        return decoded

    @staticmethod
    def _batch(batch: Batch, decoded: Decoded) -> list[NewReport]:
        own_id = batch.meta.get("id") or request_id(batch.source, batch.body)
        records = []
        try:
            listed = list(entries(batch.body, batch.meta.get("content_type", "")))
        except Unreadable as bad:
            decoded.reject(_reject(batch, 1, bad))
            return []
        for number, entry in enumerate(listed, 1):
            name = own_id if len(listed) == 1 else f"{own_id}-{number}"
            try:
                record = read(
                    entry,
                    source=batch.source,
                    own_id=name,
                    received_at=batch.received_at,
                )
            except Unreadable as bad:
                decoded.reject(_reject(batch, number, bad))
            else:
                records.append(record)
        return records


def _reject(batch: Batch, number: int, bad: Unreadable) -> Reject:
    return Reject(
        batch_id=batch.id,
        source=batch.source,
        line_no=number,
        reason=bad.reason,
        raw=batch.body[:RAW_LENGTH].decode("utf-8", "replace"),
        detail=bad.detail,
    )
