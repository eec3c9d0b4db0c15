"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import services


@shared_task(name="hazard_warnings.expire")
def expire() -> int:
    """Warnings whose time is over."""
    return services.expire()


BEAT = {"warnings-expire": {"task": "hazard_warnings.expire", "schedule": 60.0}}
