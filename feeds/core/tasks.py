"""Celery only says "drain feed X"; the sweeper finds what a lost message left."""

from __future__ import annotations

from celery import shared_task

from . import drain as draining
from . import retention
from .models import InboxBatch

BEAT = {
    "forget-inbox": {"task": "feeds.core.tasks.forget", "schedule": 3_600.0},
    "sweep-inbox": {"task": "feeds.core.tasks.sweep", "schedule": 3.0},
}


@shared_task(name="feeds.core.tasks.drain")
def drain(feed_id: int) -> None:
    """Drain one feed; asks to be called again when work is left."""
    if draining.drain(feed_id):
        drain.delay(feed_id)


@shared_task(name="feeds.core.tasks.sweep", expires=10)
def sweep() -> None:
    """Ask for a drain of every feed that has batches waiting."""
    waiting = InboxBatch.objects.filter(state=0).order_by().values_list("feed_id")
    for (feed_id,) in waiting.distinct():
        drain.delay(feed_id)


@shared_task(name="feeds.core.tasks.forget", expires=3_000)
def forget() -> None:
    """Delete raw data that need not be kept any longer."""
    retention.forget()
