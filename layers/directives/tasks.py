"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import dispatch, escalation, once
from .register import tasks as register


@shared_task(name="directives.escalate")
def escalate() -> int:
    """Due soon and overdue, told once each."""
    return escalation.tick()


@shared_task(name="directives.sweep")
def sweep() -> int:
    """Alerts whose playbook did not start when they were raised."""
    return dispatch.sweep()


@shared_task(name="directives.forget")
def forget() -> int:
    """Keys of acts that were answered a week ago."""
    return once.forget()


BEAT = {
    "directives-escalate": {"task": "directives.escalate", "schedule": 30.0},
    "directives-sweep": {"task": "directives.sweep", "schedule": 60.0},
    "directives-forget": {"task": "directives.forget", "schedule": 86_400.0},
    **register.BEAT,
}
