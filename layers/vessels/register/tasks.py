"""Regular work: what devices say anew is matched to the register."""

from __future__ import annotations

from celery import shared_task
from django.db import connection

from .matching import DEVICES_A_RUN, examine

BEAT = {
    "vessel-matching": {
        "task": "layers.vessels.register.tasks.match",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
}
LOCK = 0x76657373  # one run at a time, whoever asks
MOST_RUNS = 20


@shared_task(name="layers.vessels.register.tasks.match")
def match() -> int:
    """Examine what is due; how many devices were looked at."""
    seen = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            for _run in range(MOST_RUNS):
                found = examine()["seen"]
                seen += found
                if found < DEVICES_A_RUN:
                    break
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return seen
