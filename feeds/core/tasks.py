"""Celery only says "drain feed X"; the sweeper finds what a lost message left."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from . import drain as draining
from . import retention
from .models import InboxBatch

log = logging.getLogger(__name__)

# An older request is worth nothing: the sweeper asks again.
ASK_FOR_S = 30

BEAT = {
    "forget-inbox": {"task": "feeds.core.tasks.forget", "schedule": 3_600.0},
    "sweep-inbox": {"task": "feeds.core.tasks.sweep", "schedule": 3.0},
}


@shared_task(name="feeds.core.tasks.drain")
def drain(feed_id: int) -> None:
    """Drain one feed; asks to be called again when work is left."""
    if draining.drain(feed_id):
        drain.delay(feed_id)


def wake(feed_id: int) -> None:
    """Ask for a drain; a broker that is away is the sweeper's business."""
    try:
        drain.apply_async((feed_id,), retry=False, expires=ASK_FOR_S)
    except OperationalError as error:
        log.warning("broker away, the sweeper will find the batch: %s", error)


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
