"""Files of a feed as they were received, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from .inbox import decompress
from .models import Feed, InboxBatch, Quarantine
from .spec import feed_kinds

MAX_FILES = 500
OUTCOMES = ("", "rejected", "clean", "waiting", "failed")
STATES = {
    InboxBatch.State.NEW: "waiting",
    InboxBatch.State.DONE: "done",
    InboxBatch.State.FAILED: "failed",
}


def day_of(text: str) -> date | None:
    """``2026-11-23``, or None for nothing. Raises ValueError for anything else."""
    return date.fromisoformat(text) if text else None


def files(
    feed: Feed,
    *,
    source: str = "",
    day: date | None = None,
    outcome: str = "",
    before: int = 0,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """The newest files first, with the number of refused lines by reason.

    ``day``: of reception, in local time; ``before``: the id of the last file of the
    page before. Nothing is read again: refused lines are counted where they are kept.
    """
    rows: QuerySet[InboxBatch] = InboxBatch.objects.filter(feed=feed)
    if source:
        rows = rows.filter(source=source)
    if day is not None:
        first = datetime.combine(day, time(), timezone.get_default_timezone())
        rows = rows.filter(
            received_at__gte=first, received_at__lt=first + timedelta(days=1)
        )
    if before > 0:
        rows = rows.filter(pk__lt=before)
    refused = Exists(Quarantine.objects.filter(batch=OuterRef("pk")))
    if outcome == "rejected":
        rows = rows.filter(refused)
    elif outcome == "clean":
        rows = rows.filter(~refused, state=InboxBatch.State.DONE)
    elif outcome:
        state = {word: state for state, word in STATES.items()}[outcome]
        rows = rows.filter(state=state)
    columns = "id", "source", "received_at", "lines", "size", "digest", "meta", "state"
    found = list(rows.order_by("-id").values(*columns)[: max(1, min(limit, MAX_FILES))])
    reasons = _reasons([row["id"] for row in found])
    for row in found:
        row["name"] = str(row.pop("meta").get("path", ""))
        row["state"] = STATES[row["state"]]
        row["sha256"] = row.pop("digest")
        row["rejected"] = reasons.get(row["id"], {})
    return found


def _reasons(ids: list[int]) -> dict[int, dict[str, int]]:
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        Quarantine.objects.filter(batch_id__in=ids)
        .values_list("batch_id", "reason")
        .annotate(lines=Count("id"))
        .order_by("batch_id", "reason")
    )
    for batch, reason, lines in rows:
        counted[batch][reason] = lines
    return counted


def receipt(batch: InboxBatch) -> Any:
    """What became of a file, line by line; None where the kind has no receipts."""
    declared = feed_kinds.get(batch.feed.kind)
    if declared is None or not declared.receipt:
        return None
    make: Callable[[InboxBatch], Any] = import_string(declared.receipt)
    return make(batch)


def text(batch: InboxBatch) -> str:
    """The bytes as text, each byte one character."""
    return decompress(bytes(batch.body)).decode("latin-1")
