"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import services


@shared_task(name="displays.sweep", expires=10)
def sweep() -> int:
    """Displays that fell silent."""
    return services.sweep()


BEAT = {"displays-silent": {"task": "displays.sweep", "schedule": 10.0}}
