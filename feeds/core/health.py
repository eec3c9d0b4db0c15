"""Health of feeds: is it sending, is it read, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

# A feed is late after this many expected intervals, silent after the second.
LATE, SILENT = 3, 12

_STATE = """
SELECT f.slug, f.title, f.kind, f.enabled, f.expected_every_s,
       newest.received_at,
       coalesce(waiting.batches, 0), coalesce(waiting.lines, 0), waiting.oldest
FROM feeds_feed f
LEFT JOIN LATERAL (
    SELECT received_at FROM feeds_inboxbatch b
    WHERE b.feed_id = f.id ORDER BY b.id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS batches, sum(lines) AS lines, min(received_at) AS oldest
    FROM feeds_inboxbatch b WHERE b.feed_id = f.id AND b.state = 0
) waiting ON true
ORDER BY f.slug
"""
_COUNTS = """
SELECT f.slug, c.outcome, c.reason, sum(c.lines)::bigint
FROM feeds_feedcount c JOIN feeds_feed f ON f.id = c.feed_id
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Health:
    """State is ok, late, silent, never, behind or disabled."""

    slug: str
    title: str
    kind: str
    state: str
    last_received_at: datetime | None
    waiting_batches: int
    waiting_lines: int
    counts: dict[str, int]


def all_feeds() -> list[Health]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        counts: dict[str, dict[str, int]] = {}
        for slug, outcome, reason, lines in cursor.fetchall():
            key = f"{outcome}:{reason}" if reason else outcome
            counts.setdefault(slug, {})[key] = lines
        cursor.execute(_STATE)
        return [
            Health(
                slug=slug,
                title=title,
                kind=kind,
                state=judge(enabled, every, last, oldest),
                last_received_at=last,
                waiting_batches=batches,
                waiting_lines=int(lines),
                counts=counts.get(slug, {}),
            )
            for slug, title, kind, enabled, every, last, batches, lines, oldest in (
                cursor.fetchall()
            )
        ]


def judge(
    enabled: bool, every_s: int | None, last: datetime | None, oldest: datetime | None
) -> str:
    """The state of a feed from its expected interval and its queue."""
    now = timezone.now()
    if not enabled:
        return "disabled"
    if last is None:
        return "never"
    if oldest is not None and now - oldest > timedelta(minutes=1):
        return "behind"
    if every_s is None:
        return "ok"
    age_s = (now - last).total_seconds()
    if age_s > SILENT * every_s:
        return "silent"
    return "late" if age_s > LATE * every_s else "ok"
