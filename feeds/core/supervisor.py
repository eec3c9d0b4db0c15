"""Runs what receives, as the table of feeds says it at this moment.

A kind's own receivers run unless the feed named like the kind is switched off or
has settings of its own; every other feed that is switched on and has settings runs
its kind's listener. A change in admin takes effect within seconds: what it changed
is stopped and started anew, the rest goes on. While the database is away the last
known state stays; before it was ever read, the kinds' own receivers run.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, connection
from django.db.utils import Error
from django.utils.module_loading import import_string

from .models import Feed
from .receiver import Receiver
from .spec import feed_kinds

LOOK_EVERY_S = 2.0
RESTART_S = 2.0
STOP_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A coroutine by its path; ``config`` (JSON) only for a feed with settings."""

    path: str
    feed: str = ""
    config: str = ""

    def __str__(self) -> str:
        return f"{self.path} ({self.feed})" if self.feed else self.path

    async def run(self, receiver: Receiver) -> None:
        target = import_string(self.path)
        if self.feed:
            await target(receiver, self.feed, json.loads(self.config))
        else:
            await target(receiver)


@dataclass(frozen=True, slots=True)
class Row:
    """What the supervisor reads of a feed."""

    slug: str
    kind: str
    enabled: bool
    config: dict[str, Any]


def wanted(rows: list[Row]) -> set[Job]:
    """What should be running."""
    by_slug = {row.slug: row for row in rows}
    jobs: set[Job] = set()
    for kind in feed_kinds.values():
        own = by_slug.get(kind.slug)
        configured = own is not None and kind.listener and own.config
        if own is None or (own.enabled and not configured):
            jobs |= {Job(path) for path in kind.receivers}
    for row in rows:
        declared = feed_kinds.get(row.kind)
        if declared and declared.listener and row.enabled and row.config:
            config = json.dumps(row.config, sort_keys=True)
            jobs.add(Job(declared.listener, row.slug, config))
    return jobs


def read_rows() -> list[Row]:
    """All feeds; raises django.db.Error while the database is away."""
    close_old_connections()
    try:
        found = Feed.objects.values_list("slug", "kind", "enabled", "config")
        return [Row(*row) for row in found]
    except Error:
        connection.close()
        raise


async def keep(job: Job, receiver: Receiver) -> None:
    """Run one job; start it again when it ends or fails."""
    while True:
        try:
            await job.run(receiver)
        except (OSError, ValueError) as error:
            log.error("%s: %s; again in %.0f s", job, error, RESTART_S)
        except Exception:
            log.exception("%s stopped; again in %.0f s", job, RESTART_S)
        await asyncio.sleep(RESTART_S)


class Supervisor:
    """Keeps exactly the wanted jobs running."""

    def __init__(
        self, receiver: Receiver, read: Callable[[], list[Row]] = read_rows
    ) -> None:
        self.receiver = receiver
        self.read = read
        self.running: dict[Job, asyncio.Task[None]] = {}

    async def run(self) -> None:
        known = False
        try:
            while True:
                try:
                    rows = await asyncio.to_thread(self.read)
                    await self.change(wanted(rows))
                    known = True
                except Error as error:
                    log.warning("feeds cannot be read: %s", error)
                    if not known and not self.running:
                        await self.change(wanted([]))
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await self.change(set())

    async def change(self, jobs: set[Job]) -> None:
        """Stop what is no longer wanted, then start what is new."""
        for job in set(self.running) - jobs:
            task = self.running.pop(job)
            task.cancel()
            with suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, STOP_S)
            log.info("stopped: %s", job)
        for job in sorted(jobs - set(self.running), key=str):
            self.running[job] = asyncio.create_task(keep(job, self.receiver))
            log.info("receiving: %s", job)
