"""Regular work: tomorrow's partition."""

from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

DAYS_AHEAD = 3

BEAT = {
    "vessel-partitions": {
        "task": "layers.vessels.tasks.make_partitions",
        "schedule": 3_600.0,
    },
}


@shared_task(name="layers.vessels.tasks.make_partitions")
def make_partitions() -> int:
    """Make the partitions of today and the next days; how many were missing."""
    today = timezone.now().date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vessels_make_partitions(%s, %s)", [today, DAYS_AHEAD])
        (made,) = cursor.fetchone()
    return int(made)
