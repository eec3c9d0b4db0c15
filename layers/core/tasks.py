"""Work that is due at times."""

from __future__ import annotations

from celery import shared_task

from .delivery import tasks as delivery
from .touched import forget_old
from .uploads import tasks as uploads

BEAT = {
    "touched-forget": {"task": "layers.core.tasks.forget_touched", "schedule": 60.0},
    **delivery.BEAT,
    **uploads.BEAT,
}


@shared_task(name="layers.core.tasks.forget_touched", expires=60)
def forget_touched() -> int:
    """Delete the places that every process has read; how many."""
    return forget_old()
