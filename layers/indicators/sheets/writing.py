"""Publishing what was checked, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.uploads.contract import Outcome, Record, StaleError
from layers.core.uploads.models import Upload
from layers.core.versions import begin_change
from layers.indicators import services
from layers.indicators.models import Channel, Fact, IndicatorSet, Load

from . import standing

CHUNK = 5_000


def commit(upload: Upload, records: Iterator[Record]) -> Outcome:
    """Publish every figure that changes something, in the upload's transaction.

    Raises StaleError when a figure was published beside one of them meanwhile.
    """
    begin_change(services.SLUG)  # nobody publishes until we are through
    now = timezone.now()
    loads: dict[str, Load] = {}
    facts: list[Fact] = []
    same = 0
    while held := list(islice(records, CHUNK)):
        fresh = [record for record in held if record.change != "same"]
        same += len(held) - len(fresh)
        _still(fresh)
        facts += [_fact(record, _load(upload, record, loads), now) for record in fresh]
    published = services.publish(facts)
    links = tuple(
        (load.title, reverse("indicators:load", args=[load.pk]))
        for load in loads.values()
    )
    return Outcome({"published": published, "same": same}, links)


def _key(record: Record) -> standing.Key:
    data = record.data
    return (
        data["indicator"],
        record.unit_id or 0,
        data["facet"],
        date.fromisoformat(data["start"]),
        date.fromisoformat(data["end"]),
        data["vintage"] == 0,
    )


def _still(records: Sequence[Record]) -> None:
    """What stood when the file was checked stands now."""
    known = standing.of([_key(record) for record in records])
    moved = [
        record.title
        for record, now in zip(records, known, strict=True)
        if now.fact_id != record.data["stands"]
    ]
    if moved:
        raise StaleError(
            _("%(n)s figures were published by others meanwhile, first %(title)s.")
            % {"n": len(moved), "title": moved[0]}
        )


def _load(upload: Upload, record: Record, loads: dict[str, Load]) -> Load:
    """One origin per publisher that the file names."""
    source = record.data["source"] or _agency(upload)
    if source not in loads:
        loads[source] = Load.objects.create(
            channel=Channel.UPLOAD,
            title=upload.name,
            source=source[:200],
            upload_id=upload.pk,
            by_id=upload.by_id,
        )
    return loads[source]


def _agency(upload: Upload) -> str:
    slug = upload.stamp.get("set") or upload.options.get("set", "")
    found = IndicatorSet.objects.filter(slug=slug).first() if slug else None
    return found.agency if found and found.agency else upload.by.display_name  # type: ignore[attr-defined]


def _fact(record: Record, load: Load, now: datetime) -> Fact:
    data = record.data
    return Fact(
        indicator_id=data["indicator"],
        unit_id=record.unit_id or 0,
        facet=data["facet"],
        period_start=date.fromisoformat(data["start"]),
        period_end=date.fromisoformat(data["end"]),
        value=Decimal(data["value"]),
        vintage=data["vintage"],
        published_at=now,
        load=load,
        row=record.row,
        cell=f"{record.sheet}!{record.cell}"[:60],
        note=data["note"],
    )


def undo(upload: Upload, by_id: int, reason: str) -> Outcome:
    """Withdraw every load of the upload."""
    gone = 0
    for load in Load.objects.filter(upload_id=upload.pk).order_by("pk"):
        gone += services.withdraw(load, by_id=by_id, reason=reason)
    return Outcome({"withdrawn": gone})
