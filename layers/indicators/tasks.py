"""Work that is due at times."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.schedules import crontab

from . import counting, services

logger = logging.getLogger(__name__)

BEAT = {
    # after midnight, when the day that flows are counted for is over
    "indicators-count": {
        "task": "layers.indicators.tasks.count",
        "schedule": crontab(hour="0", minute="40"),
    },
}


@shared_task(name="layers.indicators.tasks.count", expires=6 * 3600)
def count() -> int:
    """Count indicators from the layers; how many figures were new."""
    found = counting.count()
    for reason in found.wrong:
        logger.error("cannot be counted: %s", reason)
    return found.new


@shared_task(name="layers.indicators.tasks.compute")
def compute(codes: list[str]) -> int:
    """Compute indicators whose formulas have changed; how many figures were new."""
    return services.recompute(codes)
