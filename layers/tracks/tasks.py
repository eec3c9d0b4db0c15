"""Regular work: settling, partitions ahead, old points forgotten."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import settling, storing
from .params import FINE_DAYS

MONTHS_AHEAD_DAYS = 40

BEAT = {
    "tracks-settle": {"task": "layers.tracks.tasks.settle", "schedule": 2.0},
    "tracks-partitions": {
        "task": "layers.tracks.tasks.make_partitions",
        "schedule": 6 * 3_600.0,
    },
    "tracks-forget": {"task": "layers.tracks.tasks.forget", "schedule": 3_600.0},
}


@shared_task(name="layers.tracks.tasks.settle", expires=2)
def settle() -> int:
    """Settle what was marked; several workers may do it at once. In short turns: where
    there is one worker, what is received waits for it."""
    return settling.settle_all(limit_s=1.0)


@shared_task(name="layers.tracks.tasks.make_partitions")
def make_partitions() -> int:
    today = timezone.now().date()
    return storing.make_partitions([today, today + timedelta(days=MONTHS_AHEAD_DAYS)])


@shared_task(name="layers.tracks.tasks.forget")
def forget() -> int:
    """Days that are a week old are settled from positions again if they change."""
    return storing.forget_points(timezone.now().date() - timedelta(days=FINE_DAYS))
