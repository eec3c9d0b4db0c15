"""Raw documents to figures of the catalogue, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from feeds.core.decoding import Batch, Decoded
from feeds.core.documents import DocumentDecoder, Refused
from feeds.core.models import Feed
from layers.indicators.entries import Book, Raw, Wrong, check
from layers.indicators.incoming import Reported

from .config import Mapping
from .reading import Row, Unreadable, figures, rows

SETTINGS = frozenset(Mapping.model_fields)


def mapping_of(feed: Feed) -> Mapping:
    """The mapping in a feed's settings, whatever else stands in them."""
    config = feed.config or {}
    return Mapping.model_validate({k: v for k, v in config.items() if k in SETTINGS})


class FiguresDecoder(DocumentDecoder):
    """Every figure is taken or refused by itself: each is a line of the counts."""

    layer = "indicators"

    def decode(self, batches: list[Batch]) -> Decoded:
        # settings, catalogue and units of now: they may have changed
        self.feed.refresh_from_db()
        self.mapping = mapping_of(self.feed)
        self.book = Book()
        return super().decode(batches)

    def moment(self, record: Reported) -> datetime:
        return record.published_at

    def entries(self, batch: Batch) -> Iterator[Any]:
        number = 0
        try:
            for row in rows(batch.body, self.mapping):
                number = row.number
                for column, raw in figures(row, self.mapping):
                    yield self._read(column, raw, row, batch)
        except Unreadable as bad:
            yield Refused(number + 1, bad.reason, bad.detail)

    def _read(
        self, column: str, raw: Raw, row: Row, batch: Batch
    ) -> Reported | Refused:
        try:
            entry = check(raw, self.book, now=batch.received_at)
        except Wrong as wrong:
            where = column if wrong.field == "value" else wrong.field
            detail = f"{where}: {wrong.detail}"
            return Refused(row.number, wrong.reason, detail, as_text(row))
        return Reported(
            entry=entry,
            feed=self.feed.slug,
            batch_id=batch.id,
            line=row.number,
            cell=column,
            source=batch.source,
            publisher=self.mapping.publisher or self.feed.provider or self.feed.title,
            title=f"{self.feed.title} · {batch.meta.get('name') or batch.source}",
            received_at=batch.received_at,
        )


def as_text(row: Row) -> str:
    return orjson.dumps(row.values, default=str).decode()


def count_figures(body: bytes, mapping: Mapping) -> int:
    """How many figures a document seems to hold; what cannot be read is one more."""
    count = 0
    try:
        for row in rows(body, mapping):
            count += sum(1 for _figure in figures(row, mapping))
    except Unreadable:
        count += 1
    return count


def entry_of(feed: Feed, body: bytes, number: int) -> bytes | None:
    """For ``FeedKind.entry``: the row with this number, as it can be shown."""
    try:
        found = (row for row in rows(body, mapping_of(feed)) if row.number == number)
        row = next(found, None)
    except Unreadable:
        return None
    return None if row is None else as_text(row).encode()
