"""Regular work: tomorrow's partition, what is over, what is too old."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab
from django.db import connection, transaction
from django.utils import timezone

from . import retention
from .duties import clock
from .ingest import distress
from .register.tasks import BEAT as REGISTER_BEAT

DAYS_AHEAD = 3

BEAT = {
    "vessel-partitions": {
        "task": "layers.vessels.tasks.make_partitions",
        "schedule": 3_600.0,
    },
    "vessel-retention": {
        "task": "layers.vessels.tasks.forget",
        "schedule": crontab(hour="3", minute="40"),
    },
    "vessel-duties": {
        "task": "layers.vessels.tasks.watch_duties",
        "schedule": 15.0,
    },
    "vessel-distress": {
        "task": "layers.vessels.tasks.end_distress",
        "schedule": 60.0,
    },
    **REGISTER_BEAT,
}


@shared_task(name="layers.vessels.tasks.make_partitions")
def make_partitions() -> int:
    """Make the partitions of today and the next days; how many were missing."""
    today = timezone.now().date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vessels_make_partitions(%s, %s)", [today, DAYS_AHEAD])
        (made,) = cursor.fetchone()
    return int(made)


@shared_task(name="layers.vessels.tasks.end_distress")
def end_distress() -> int:
    """Calls for help that fell silent are over; how many."""
    with transaction.atomic():
        return distress.end_silent(timezone.now())


@shared_task(name="layers.vessels.tasks.watch_duties", expires=30)
def watch_duties() -> int:
    """Places, provider outages, ladders; how many vessels changed."""
    return clock.tick()


@shared_task(name="layers.vessels.tasks.forget")
def forget() -> int:
    """Drop what is older than the law asks to keep; how many partitions and days."""
    return len(retention.drop(retention.plan()))
