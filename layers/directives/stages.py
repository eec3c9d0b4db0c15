"""What this folder hooks into when the system starts: alerts make directives."""

from __future__ import annotations

from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised

from .dispatch import start


def start_playbook(alert: Alert) -> None:
    start(alert)


REACTION = alert_raised.register(Reaction(slug="playbook", run=start_playbook))
