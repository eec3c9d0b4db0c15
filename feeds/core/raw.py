"""Raw lines out of the inbox (see :mod:`layers.core.raw`)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from django.utils.module_loading import import_string

from layers.core.raw import RawBatch, RawLine, Ref

from .inbox import decompress
from .models import Feed, InboxBatch
from .spec import feed_kinds

# A message's other lines are in the same batch or in one of the next of its sender.
FOLLOWING = 5


class Related(Protocol):
    """What ``FeedKind.related`` names: finds the other lines of a message."""

    def __call__(self, lines: list[RawLine], index: int) -> list[int]:
        """Indices of the other lines of the message that ``lines[index]`` belongs
        to; ``lines`` are consecutive lines of one sender."""
        ...


def lookup(refs: set[Ref]) -> dict[Ref, RawLine]:
    """The lines of the inbox at ``refs``, each with the others of its message."""
    by_batch: dict[int, list[int]] = defaultdict(list)
    for batch_id, line_no in refs:
        by_batch[batch_id].append(line_no)
    found: dict[Ref, RawLine] = {}
    rows = InboxBatch.objects.filter(pk__in=by_batch).select_related("feed")
    for row in rows.iterator(chunk_size=20):
        kind = feed_kinds.get(row.feed.kind)
        if kind is not None and kind.entry:
            found |= _entries(row, kind.entry, by_batch[row.pk])
            continue
        lines = _lines(row)
        for number in by_batch[row.pk]:
            if 1 <= number <= len(lines):
                found[(row.pk, number)] = _whole(row, lines, number - 1)
    return found


def batches(ids: set[int]) -> Iterator[RawBatch]:
    """The whole batches of the inbox with these ids."""
    for row in InboxBatch.objects.filter(pk__in=ids).iterator(chunk_size=200):
        yield RawBatch(
            batch_id=row.pk,
            name=str(row.meta.get("path") or ""),
            source=row.source,
            received_at=row.received_at,
            digest=row.digest,
            body=decompress(bytes(row.body)),
        )


def _entries(row: InboxBatch, path: str, numbers: list[int]) -> dict[Ref, RawLine]:
    """Entries of a document, by their numbers."""
    read: Callable[[Feed, bytes, int], bytes | None] = import_string(path)
    body = decompress(bytes(row.body))
    found = {}
    for number in numbers:
        entry = read(row.feed, body, number)
        if entry is not None:
            found[(row.pk, number)] = _line(row, number, entry)
    return found


def _lines(row: InboxBatch) -> list[RawLine]:
    body = decompress(bytes(row.body))
    raw = body.split(b"\n")
    if raw and not raw[-1]:
        raw.pop()  # behind the last line end
    return [
        _line(row, number, line)
        for number, line in enumerate((part.rstrip(b"\r") for part in raw), 1)
    ]


def _line(row: InboxBatch, number: int, line: bytes) -> RawLine:
    return RawLine(
        batch_id=row.pk,
        line_no=number,
        text=line.decode("latin-1"),
        source=row.source,
        received_at=row.received_at,
        batch_digest=row.digest,
        sha256=hashlib.sha256(line).hexdigest(),
    )


def _whole(row: InboxBatch, lines: list[RawLine], index: int) -> RawLine:
    """The line with the others of its message, which may reach into later batches."""
    declared = feed_kinds.get(row.feed.kind)
    if declared is None or not declared.related:
        return lines[index]
    related: Related = import_string(declared.related)
    others = related(lines, index)
    if others == [-1]:
        longer = [*lines, *_following(row)]
        others = [other for other in related(longer, index) if other >= 0]
        lines = longer
    return replace(lines[index], others=tuple(lines[other] for other in others))


def _following(row: InboxBatch) -> list[RawLine]:
    later = InboxBatch.objects.filter(
        feed_id=row.feed_id, source=row.source, pk__gt=row.pk
    ).order_by("pk")[:FOLLOWING]
    return [line for batch in later for line in _lines(batch)]
