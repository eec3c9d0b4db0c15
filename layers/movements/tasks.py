"""Regular work: movements of tracks that were settled, and what only time changes."""

from __future__ import annotations

from celery import shared_task

from . import services

BEAT = {
    "movements-settle": {"task": "layers.movements.tasks.settle", "schedule": 60.0},
    "movements-clock": {"task": "layers.movements.tasks.advance", "schedule": 600.0},
}


@shared_task(name="layers.movements.tasks.settle", expires=50)
def settle() -> int:
    return services.settle_due()


@shared_task(name="layers.movements.tasks.advance", expires=500)
def advance() -> int:
    return services.advance()
