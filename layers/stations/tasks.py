"""Beat tasks: months made ahead, silence noticed."""

from __future__ import annotations

from celery import shared_task

from .ingest import partitions, states
from .quality import looking, review
from .reporting import running

BEAT = {
    "stations-patterns": {
        "task": "layers.stations.tasks.look_for_patterns",
        "schedule": 3600.0,
    },
    "stations-partitions": {
        "task": "layers.stations.tasks.make_partitions",
        "schedule": 6 * 3600.0,
    },
    "stations-silence": {"task": "layers.stations.tasks.mark_silent", "schedule": 60.0},
    "stations-reports": {
        "task": "layers.stations.tasks.sweep_reports",
        "schedule": 30.0,
    },
}


@shared_task(name="layers.stations.tasks.make_partitions")
def make_partitions() -> None:
    """Months made ahead, and dropped when their time is over."""
    partitions.ensure()
    partitions.retire()


@shared_task(name="layers.stations.tasks.mark_silent", expires=50)
def mark_silent() -> None:
    states.mark_silent()


@shared_task(name="layers.stations.tasks.make_reports")
def make_reports(run_id: int) -> None:
    """Make the reports of a run."""
    running.run(run_id)


@shared_task(name="layers.stations.tasks.sweep_reports", expires=30)
def sweep_reports() -> None:
    """Ask for work on runs that are not through; one in hand is left alone."""
    for run_id in running.unfinished():
        make_reports.delay(run_id)


@shared_task(name="layers.stations.tasks.look_for_patterns", expires=3000)
def look_for_patterns() -> None:
    """Patterns over completed hours and days that need a look."""
    looking.look()


@shared_task(name="layers.stations.tasks.judge_again")
def judge_again(setting_ids: list[int]) -> None:
    """Values of the last days, after settings of quality tests changed."""
    review.judge_again(setting_ids)
