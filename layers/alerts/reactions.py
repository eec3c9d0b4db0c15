"""What else happens when an alert is raised: others register here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import DatabaseError, transaction

from layers.core.registry import Registry

from .models import Alert

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reaction:
    """``run(alert)`` is called inside the transaction that raised the alert. It
    must be idempotent: whoever registers it also sweeps for what was missed."""

    slug: str
    run: Callable[[Alert], None]


alert_raised: Registry[Reaction] = Registry("reaction to alerts")


def react(alerts: Iterable[Alert]) -> None:
    """Run the reactions, each in a savepoint: the alert stands if one fails."""
    for alert in alerts:
        for reaction in alert_raised.values():
            try:
                with transaction.atomic():
                    reaction.run(alert)
            except (DatabaseError, LookupError, ValueError):
                log.exception("reaction %s to alert %s failed", reaction.slug, alert.pk)
