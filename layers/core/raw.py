"""The raw lines behind stored data, as evidence.

Feeds keep what they received; layers name a line by (batch, line number), or a whole
batch. The feed side registers where they are found, since core knows nothing above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

Ref = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line as it was received.

    ``line_no`` counts from 1 in the batch. ``sha256`` (hex) is that of the line's
    bytes without its line end, ``batch_digest`` that of the whole batch as it was
    stored on arrival. ``text`` is the line as Latin-1, byte for byte. ``others``
    are the further lines of a message that came in several, in order.
    """

    batch_id: int
    line_no: int
    text: str
    source: str
    received_at: datetime
    batch_digest: str
    sha256: str
    others: tuple[RawLine, ...] = field(default=())


Provider = Callable[[set[Ref]], dict[Ref, RawLine]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Where raw lines are found; called once at start by whoever keeps them."""
    if provider not in _providers:
        _providers.append(provider)


def lookup(refs: Iterable[Ref]) -> dict[Ref, RawLine]:
    """The lines that are (still) kept, by (batch id, line number)."""
    wanted = set(refs)
    found: dict[Ref, RawLine] = {}
    for provider in _providers:
        if wanted - found.keys():
            found |= provider(wanted - found.keys())
    return found


@dataclass(frozen=True, slots=True)
class RawBatch:
    """A whole batch as it was received: a file, or messages that came together.

    ``body``: its bytes, ``digest`` (hex, SHA-256) of them as stored on arrival.
    ``name``: the path that the sender gave, if any.
    """

    batch_id: int
    name: str
    source: str
    received_at: datetime
    digest: str
    body: bytes


BatchProvider = Callable[[set[int]], Iterable[RawBatch]]
_keepers: list[BatchProvider] = []


def register_batches(provider: BatchProvider) -> None:
    """Where whole batches are found; called once at start by whoever keeps them."""
    if provider not in _keepers:
        _keepers.append(provider)


def batches(ids: Iterable[int]) -> dict[int, RawBatch]:
    """The batches that are (still) kept, by id."""
    wanted = set(ids)
    found = {batch.batch_id: batch for keep in _keepers for batch in keep(wanted)}
    return dict(sorted(found.items()))
