"""Raw feed documents to press items, every entry accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from feeds.core.decoding import Batch
from feeds.core.documents import DocumentDecoder, Refused
from layers.press.services import NewItem

from .reading import Unreadable, items


class RssDecoder(DocumentDecoder):
    layer = "press"

    def moment(self, record: NewItem) -> datetime:
        return record.published_at

    def entries(self, batch: Batch) -> Iterator[NewItem | Refused]:
        number = 0
        found = items(batch.body, source=batch.source, received_at=batch.received_at)
        try:
            for number, entry in enumerate(found, 1):
                if isinstance(entry, Unreadable):
                    yield Refused(number, entry.reason, entry.detail)
                else:
                    yield entry
        except Unreadable as bad:
            yield Refused(number + 1, bad.reason, bad.detail)
