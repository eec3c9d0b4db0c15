"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import clock


@shared_task(name="alerts.tick")
def tick() -> int:
    """Silence and other rules that time itself breaks."""
    return clock.tick()


@shared_task(name="alerts.unshelve")
def unshelve() -> int:
    """Shelved alerts come back when their time is over."""
    return clock.unshelve_due()


BEAT = {
    "alerts-tick": {"task": "alerts.tick", "schedule": 60.0},
    "alerts-unshelve": {"task": "alerts.unshelve", "schedule": 60.0},
}
