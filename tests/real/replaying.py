"""Recordings through the whole pipeline, and what they leave behind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.core.management import call_command
from django.db import connection

from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.tests.playing import play
from layers.core.models import Event
from layers.tracks.settling import settle_all
from layers.vessels.identity import directory

# Recordings are older than what is kept; one of them claims the year 1800.
KEEP_MONTHS = 12 * 230
_POSITIONS = """
SELECT d.key, p.at, p.digest, p.branch, p.flags, p.lon, p.lat
FROM vessels_fix p JOIN vessels_device d ON d.id = p.device_id
"""
_LIVE = """
SELECT d.key, l.branch, l.at, l.lon, l.lat, l.speed_kn, l.course_deg
FROM vessels_live l JOIN vessels_device d ON d.id = l.device_id
"""
_PIECES = """
SELECT d.key, p.branch, p.kind, p.segment, p.begins, p.started_at, p.at, p.fixes,
    p.reasons, p.digest
FROM tracks_piece p JOIN vessels_device d ON d.id = p.device_id
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """All positions with their judgement, the fleet, the pieces of the tracks."""

    positions: frozenset[tuple[Any, ...]]
    live: frozenset[tuple[Any, ...]]
    pieces: frozenset[tuple[Any, ...]]
    events: int

    def differences(self, other: Picture) -> dict[str, int]:
        """How many rows of each kind are in one of the two only."""
        return {
            field.name: len(getattr(self, field.name) ^ getattr(other, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        }


def begin() -> None:
    """A process that knows nothing yet."""
    draining.forget()
    directory.forget()
    inbox._feed_id.cache_clear()


def empty() -> None:
    """Nothing was ever received."""
    call_command("flush", verbosity=0, interactive=False)
    begin()


def replay(lines: list[bytes], size: int = 2_000) -> Picture:
    """Receive, judge and settle ``lines``; what there is then."""
    feed = play(lines, size=size, drain=False)
    draining.drain(feed.pk, budget_s=600)
    settle()
    return picture()


def settle() -> None:
    settle_all(limit_s=600, pause_s=-1e12)


def picture() -> Picture:
    with connection.cursor() as cursor:
        found = []
        for query in (_POSITIONS, _LIVE, _PIECES):
            cursor.execute(query)
            found.append(frozenset(cursor.fetchall()))
    return Picture(*found, events=Event.objects.count())
