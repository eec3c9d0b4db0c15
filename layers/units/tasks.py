"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from .boundaries import switching
from .descent import changeday


@shared_task(name="layers.units.tasks.change_day")
def change_day() -> dict[str, dict[str, int]]:
    """Boundary sets whose day has come, then the days of change not run yet."""
    switching.switch_due()
    return {str(day): moved for day, moved in changeday.run_due().items()}


# Just after midnight in the province, and each hour for a server that slept then or
# a lineage that came in late.
BEAT = {
    "units-change-day": {
        "task": "layers.units.tasks.change_day",
        "schedule": crontab(minute=0),
    },
}
