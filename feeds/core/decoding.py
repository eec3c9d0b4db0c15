"""The contract between the drain and a feed kind's decoder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

ACCEPTED = "accepted"
DUPLICATE = "duplicate"
NOT_DATA = "not_data"
REJECTED = "rejected"

# (source, outcome, reason) -> lines
Tally = Counter[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Raw bytes of one inbox row. ``received_at`` is aware UTC."""

    id: int
    source: str
    received_at: datetime
    body: bytes
    meta: dict[str, Any]
    feed_id: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that could not be read: kept whole, with its reason."""

    batch_id: int
    source: str
    line_no: int
    reason: str
    raw: str
    detail: str = ""


@dataclass(slots=True)
class Delivery:
    """Records for one layer. ``weights`` says how many lines made each record,
    ``sources`` which sender they came from; both have one entry per record."""

    layer: str
    records: Any
    weights: npt.NDArray[np.int64]
    sources: list[str]


@dataclass(slots=True)
class Decoded:
    """What a group of batches held. Lines of records are counted by the drain,
    once the layer has said which of them are duplicates."""

    deliveries: list[Delivery] = field(default_factory=list)
    counts: Tally = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    event_to: dict[int, float] = field(default_factory=dict)

    def reject(self, entry: Reject) -> None:
        self.rejects.append(entry)
        self.counts[(entry.source, REJECTED, entry.reason)] += 1


class Decoder(Protocol):
    """Turns raw batches into records.

    The memory it keeps between calls (fragments, repeats) must depend on nothing
    but the batches it was given: after a crash the drain makes a new decoder and
    shows it the batches of the last ``window`` again.
    """

    def decode(self, batches: list[Batch]) -> Decoded:
        """Read batches in order. Errors of lines become rejects, never raise."""
        ...
