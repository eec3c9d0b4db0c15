"""Raw Open311 bodies to reports, every request accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from feeds.core.decoding import Batch
from feeds.core.documents import DocumentDecoder, Refused
from layers.citizen_reports.services import NewReport

from .reading import Unreadable, entries, read, request_id


class Open311Decoder(DocumentDecoder):
    layer = "citizen_reports"

    def moment(self, record: NewReport) -> datetime:
        return record.requested_at

    def entries(self, batch: Batch) -> Iterator[NewReport | Refused]:
        own_id = batch.meta.get("id") or request_id(batch.source, batch.body)
        try:
            listed = list(entries(batch.body, batch.meta.get("content_type", "")))
        except Unreadable as bad:
            yield Refused(1, bad.reason, bad.detail)
            return
        for number, entry in enumerate(listed, 1):
            name = own_id if len(listed) == 1 else f"{own_id}-{number}"
            try:
                yield read(
                    entry,
                    source=batch.source,
                    own_id=name,
                    received_at=batch.received_at,
                )
            except Unreadable as bad:
                yield Refused(number, bad.reason, bad.detail)
