"""What a kind of feed says about itself. Imports no models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from layers.core.registry import Registry
from layers.core.spec import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKind:
    """A protocol that the system speaks.

    ``decoder`` is the dotted path of a class with the contract of
    :class:`feeds.core.decoding.Decoder`; ``receivers`` are dotted paths of
    coroutines ``(Receiver) -> None`` that the receiver process runs; ``layers``
    are the slugs that the kind delivers to; ``window`` is how far back the
    decoder's memory reaches (fragments, repeats).

    Feeds with settings of their own (``Feed.config``): ``listener`` is the dotted
    path of a coroutine ``(Receiver, feed slug, config) -> None``, ``check`` of a
    function that raises ValueError for settings that nobody could use.
    ``together``: one decoder reads all feeds of the kind in one order, so that it
    sees what several of them heard. ``related`` is the dotted path of a function
    that finds the other lines of a message (see :mod:`feeds.core.raw`); ``entry`` of
    a function ``(feed, body, number) -> bytes | None`` for kinds whose entries are
    not the lines of a batch. ``rank`` is the dotted path of a function
    ``(body, meta, received_at) -> int``: batches of lower rank are read first,
    those of rank 0 as they came and by themselves, so that a backlog does not hold
    up what is sent now. Only for decoders without ``window`` whose layers do not
    care for the order. ``receipt`` is the dotted path of a function
    ``(InboxBatch) -> dataclass`` for kinds whose batches are files: what became of
    each line.
    """

    slug: str
    title: Text
    decoder: str
    layers: tuple[str, ...]
    receivers: tuple[str, ...] = ()
    listener: str = ""
    check: str = ""
    related: str = ""
    entry: str = ""
    rank: str = ""
    receipt: str = ""
    together: bool = False
    expected_every: timedelta | None = None
    window: timedelta = timedelta(seconds=0)
    order: int = 100


feed_kinds: Registry[FeedKind] = Registry("feed kind")
