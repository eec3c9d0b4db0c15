"""Beat tasks: months made ahead, silence noticed."""

from __future__ import annotations

from celery import shared_task

from .ingest import partitions, states

BEAT = {
    "stations-partitions": {
        "task": "layers.stations.tasks.make_partitions",
        "schedule": 6 * 3600.0,
    },
    "stations-silence": {"task": "layers.stations.tasks.mark_silent", "schedule": 60.0},
}


@shared_task(name="layers.stations.tasks.make_partitions")
def make_partitions() -> None:
    partitions.ensure()


@shared_task(name="layers.stations.tasks.mark_silent", expires=50)
def mark_silent() -> None:
    states.mark_silent()
