"""Raw feed documents to press items, every entry accounted for."""

from __future__ import annotations

from typing import Any

import numpy as np

from feeds.core.decoding import Batch, Decoded, Delivery, Reject
from layers.press.services import NewItem

from .reading import Unreadable, items

LAYER = "press"
RAW_LENGTH = 2_000


class RssDecoder:
    """Keeps nothing between calls: what is known twice, the layer tells."""

    def __init__(self, feed: Any = None) -> None:
        self.feed = feed

    def decode(self, batches: list[Batch]) -> Decoded:
        decoded = Decoded()
        records: list[NewItem] = []
        for batch in batches:
            found = self._batch(batch, decoded)
            records += found
            if found:
                newest = max(record.published_at for record in found)
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
    def _batch(batch: Batch, decoded: Decoded) -> list[NewItem]:
        records: list[NewItem] = []
        number = 0
        try:
            for number, found in enumerate(
                items(batch.body, source=batch.source, received_at=batch.received_at),
                1,
            ):
                if isinstance(found, Unreadable):
                    decoded.reject(_reject(batch, number, found))
                else:
                    records.append(found)
        except Unreadable as bad:
            decoded.reject(_reject(batch, number + 1, bad))
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
