"""Celery only says "work on upload X"; the sweeper finds what a crash left behind."""

from __future__ import annotations

from celery import shared_task

from .models import RUNNING, Upload

BEAT = {
    "sweep-uploads": {"task": "layers.core.uploads.tasks.sweep", "schedule": 10.0},
}


@shared_task(name="layers.core.uploads.tasks.work")
def work(upload_id: int) -> None:
    """Check or commit one upload."""
    from .running import run

    run(upload_id)


@shared_task(name="layers.core.uploads.tasks.sweep", expires=10)
def sweep() -> None:
    """Ask for work on all that is in hand; what a worker holds is left to it."""
    running = Upload.objects.filter(state__in=RUNNING).order_by("pk")
    for pk in running.values_list("pk", flat=True)[:50]:
        work.delay(pk)
