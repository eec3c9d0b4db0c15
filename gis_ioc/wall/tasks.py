"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task

from . import alarms, displays
from .models import Wall


@shared_task(name="wall.alarms", expires=10)
def sweep_alarms() -> int:
    """Alarms that no event told the walls of; how many acts that took."""
    return alarms.sweep()


@shared_task(name="wall.panels", expires=300)
def configure_panels() -> None:
    """Panels that walls have become things on the map."""
    displays.configure(Wall.objects.all())


BEAT = {
    "wall-alarms": {"task": "wall.alarms", "schedule": 15.0},
    "wall-panels": {"task": "wall.panels", "schedule": 600.0},
}
