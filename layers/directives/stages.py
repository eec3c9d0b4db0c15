"""What this folder hooks into when the system starts: alerts make directives, which
go on with the units that follow; drawers and the map lead to a new one."""

from __future__ import annotations

from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised

from . import (
    following,  # noqa: F401  (registers who follows units)
    linking,  # noqa: F401  (registers the ways in)
)
from .dispatch import start
from .register import importing  # noqa: F401  (registers the importer)


def start_playbook(alert: Alert) -> None:
    start(alert)


REACTION = alert_raised.register(Reaction(slug="playbook", run=start_playbook))
