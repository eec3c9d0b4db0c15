"""Decoding of whole documents: one batch is one document of some entries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import numpy as np

from .decoding import Batch, Decoded, Delivery, Reject

RAW_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Refused:
    """Entry ``number`` (from 1) of a document cannot be read; ``raw`` is the entry,
    or "" for the beginning of the document."""

    number: int
    reason: str
    detail: str = ""
    raw: str = ""


class DocumentDecoder(ABC):
    """Keeps nothing between calls: what is known twice, the layer tells.

    A subclass names the ``layer`` and yields, entry by entry, a record with a
    ``source``, or what was refused.
    """

    layer: ClassVar[str]

    def __init__(self, feed: Any = None) -> None:
        self.feed = feed

    @abstractmethod
    def entries(self, batch: Batch) -> Iterator[Any]:
        """Records and :class:`Refused` of one document, in order."""

    @abstractmethod
    def moment(self, record: Any) -> datetime:
        """The time of a record, aware."""

    def decode(self, batches: list[Batch]) -> Decoded:
        decoded = Decoded()
        records: list[Any] = []
        for batch in batches:
            found = self._batch(batch, decoded)
            records += found
            if found:
                newest = max(self.moment(record) for record in found)
                decoded.event_to[batch.id] = newest.timestamp()
        if records:
            decoded.deliveries.append(
                Delivery(
                    layer=self.layer,
                    records=records,
                    weights=np.ones(len(records), dtype=np.int64),
                    sources=[record.source for record in records],
                )
            )
        return decoded

    def _batch(self, batch: Batch, decoded: Decoded) -> list[Any]:
        records = []
        for found in self.entries(batch):
            if isinstance(found, Refused):
                decoded.reject(_reject(batch, found))
            else:
                records.append(found)
        return records


def _reject(batch: Batch, refused: Refused) -> Reject:
    return Reject(
        batch_id=batch.id,
        source=batch.source,
        line_no=refused.number,
        reason=refused.reason,
        raw=refused.raw or batch.body[:RAW_LENGTH].decode("utf-8", "replace"),
        detail=refused.detail,
    )
