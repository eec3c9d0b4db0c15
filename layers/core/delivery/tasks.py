"""Celery only says "deliver X"; the sweeper finds what a crash left behind."""

from __future__ import annotations

from celery import shared_task

BEAT = {
    "sweep-deliveries": {"task": "layers.core.delivery.tasks.sweep", "schedule": 5.0},
}


@shared_task(name="layers.core.delivery.tasks.deliver")
def deliver(delivery_id: int) -> None:
    """Try to send one message to one recipient."""
    from .working import work

    work(delivery_id)


@shared_task(name="layers.core.delivery.tasks.sweep", expires=5)
def sweep() -> int:
    """Ask for work on all that is due; what a worker holds is left to it."""
    from .working import due

    ids = due()
    for pk in ids:
        deliver.delay(pk)
    return len(ids)
