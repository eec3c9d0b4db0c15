"""What the scheduler runs."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import clock, escalating, flooding, outgrown, suppressed


@shared_task(name="alerts.tick")
def tick() -> int:
    """Silence and other rules that time itself breaks."""
    return clock.tick()


@shared_task(name="alerts.unshelve")
def unshelve() -> int:
    """Shelved alerts come back when their time is over."""
    return clock.unshelve_due()


@shared_task(name="alerts.unsuppress")
def unsuppress() -> int:
    """Suppressions that begin and end."""
    return suppressed.sweep()


@shared_task(name="alerts.flood", expires=30)
def flood() -> int:
    """Floods of alerts that begin and end."""
    return flooding.watch()


@shared_task(name="alerts.outgrown", expires=300)
def sweep_outgrown() -> int:
    """Alerts about features whose parts have alerts of their own now."""
    return outgrown.sweep()


@shared_task(name="alerts.escalate_one")
def escalate_one(alert_id: int) -> None:
    """The level of an alert that is due now."""
    escalating.advance(alert_id, timezone.now())


@shared_task(name="alerts.escalate", expires=15)
def escalate() -> int:
    """Who is told next of alerts that nobody acknowledges."""
    return escalating.sweep()


@shared_task(name="alerts.backtest")
def backtest(test_id: int) -> None:
    """Try a draft of a rule on past days."""
    from .studio import testing

    testing.work(test_id)


@shared_task(name="alerts.sweep_backtests", expires=10)
def sweep_backtests() -> None:
    """Trials that a crash left behind; what a worker holds is left to it."""
    from .studio import testing

    for test_id in testing.waiting():
        backtest.delay(test_id)


BEAT = {
    "alerts-backtests": {"task": "alerts.sweep_backtests", "schedule": 10.0},
    "alerts-tick": {"task": "alerts.tick", "schedule": 60.0},
    "alerts-escalate": {"task": "alerts.escalate", "schedule": 15.0},
    "alerts-unsuppress": {"task": "alerts.unsuppress", "schedule": 30.0},
    "alerts-outgrown": {"task": "alerts.outgrown", "schedule": 600.0},
    "alerts-flood": {"task": "alerts.flood", "schedule": 30.0},
    "alerts-unshelve": {"task": "alerts.unshelve", "schedule": 60.0},
}
