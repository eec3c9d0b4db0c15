"""Batches of a provider's feed to positions; every entry is accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from feeds.core.decoding import NOT_DATA, Batch, Decoded, Delivery, Reject
from feeds.core.models import Feed
from layers.vessels.reports import Builder, Static

from .config import Settings, settings_of
from .reading import RAW_LENGTH, Entry, entries

LAYER = "vessels"
PREFIX = "vms-"


def provider_of(slug: str) -> str:
    """The provider's code: that of the feed behind ``vms-``."""
    return slug.removeprefix(PREFIX)


@dataclass(slots=True)
class _Output:
    decoded: Decoded = field(default_factory=Decoded)
    builder: Builder = field(default_factory=Builder)
    sources: list[str] = field(default_factory=list)
    statics: dict[tuple[str, int, str, bool], Static] = field(default_factory=dict)


class VmsDecoder:
    """Keeps nothing between calls; settings are read anew with every group, so that
    a change in admin holds for the next batch."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.provider = provider_of(feed.slug)

    def decode(self, batches: list[Batch]) -> Decoded:
        config = Feed.objects.filter(pk=self.feed.pk).values_list("config", flat=True)
        settings = settings_of(config.first())
        out = _Output()
        for batch in batches:
            self._batch(out, batch, settings)
        self._deliver(out)
        return out.decoded

    def _batch(self, out: _Output, batch: Batch, settings: Settings) -> None:
        newest: list[float] = []
        for entry in entries(
            batch.body,
            settings=settings,
            provider=self.provider,
            received_at=batch.received_at.timestamp(),
            form=str(batch.meta.get("format", "")),
        ):
            if entry.report is not None:
                newest.append(entry.report.at)
                self._take(out, batch, entry)
            elif entry.idle:
                out.decoded.counts[(batch.source, NOT_DATA, entry.reason)] += 1
            else:
                out.decoded.reject(_reject(batch, entry))
        if newest:
            out.decoded.event_to[batch.id] = max(newest)

    @staticmethod
    def _take(out: _Output, batch: Batch, entry: Entry) -> None:
        report = entry.report
        assert report is not None  # noqa: S101  (for the type checker)
        report.add_to(out.builder, batch.source, batch.id, entry.number)
        out.sources.append(batch.source)
        said = report.static(batch.source)
        if said is None:
            return
        # when it was first and last said is kept: the rest repeats itself
        for last in (False, True):
            key = (said.device, said.digest, batch.source, last)
            known = out.statics.get(key)
            if known is None or (said.at > known.at) == last:
                out.statics[key] = said

    @staticmethod
    def _deliver(out: _Output) -> None:
        if not out.sources:
            return
        statics = list(dict.fromkeys(out.statics.values()))
        out.builder.statics = statics
        weights = np.ones(len(out.sources) + len(statics), dtype=np.int64)
        weights[len(out.sources) :] = 0
        out.decoded.deliveries.append(
            Delivery(
                layer=LAYER,
                records=out.builder.build(),
                weights=weights,
                sources=out.sources + [one.receiver for one in statics],
            )
        )


def _reject(batch: Batch, entry: Entry) -> Reject:
    return Reject(
        batch_id=batch.id,
        source=batch.source,
        line_no=entry.number,
        reason=entry.reason,
        raw=entry.raw[:RAW_LENGTH],
        detail=entry.detail,
    )
