"""What this folder hooks into when the system starts: alerts make directives, which
go on with the units that follow."""

from __future__ import annotations

from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised

from . import following  # noqa: F401  (registers who follows units)
from .dispatch import start


def start_playbook(alert: Alert) -> None:
    start(alert)


REACTION = alert_raised.register(Reaction(slug="playbook", run=start_playbook))
