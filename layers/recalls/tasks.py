"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import services

BEAT = {"recalls-refresh": {"task": "layers.recalls.tasks.refresh", "schedule": 30.0}}


@shared_task(name="layers.recalls.tasks.refresh", expires=25)
def refresh() -> int:
    """The lists of the recalls in force; their numbers are kept with it."""
    return services.refresh_all()
