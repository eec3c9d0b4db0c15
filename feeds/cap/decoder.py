"""Raw CAP documents to warnings, every message accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from feeds.core.decoding import Batch
from feeds.core.documents import DocumentDecoder, Refused
from layers.core.cap import CapError, read
from layers.hazard_warnings.services import Told


class CapDecoder(DocumentDecoder):
    layer = "hazard_warnings"

    def moment(self, record: Told) -> datetime:
        return record.message.sent

    def entries(self, batch: Batch) -> Iterator[Told | Refused]:
        # the chain of a sender may come over several feeds: it is one all the same
        try:
            found = read(batch.body)
        except CapError as error:
            yield Refused(1, error.reason, error.detail)
            return
        for number, entry in enumerate(found, 1):
            if isinstance(entry, CapError):
                yield Refused(number, entry.reason, entry.detail)
            else:
                yield Told("cap", entry, batch.received_at)
