"""What counts as still, silent and too old: the setting ``IOC_RECALLS``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class RecallParams:
    """Knots, minutes, hours, days as the names say.

    ``still_kn``: slower is not moving (drift of a boat at anchor). The way is told by
    two fixes between ``apart_min`` and ``apart_h`` from each other: VMS reports come
    every two hours. ``service_kn``: speed of a fishing boat on its way home, where the
    present speed says nothing. A vessel without a duty to report is silent after
    ``silent_h``; a position older than ``oldest_d`` days is not believed any more.
    """

    still_kn: float = 0.7
    apart_min: float = 10.0
    apart_h: float = 6.0
    service_kn: float = 7.0
    silent_h: float = 6.0
    oldest_d: float = 30.0
    fresh_s: float = 20.0
    claim_min: float = 5.0
    again_min: float = 15.0

    @property
    def claim(self) -> timedelta:
        return timedelta(minutes=self.claim_min)


def params() -> RecallParams:
    return RecallParams(**getattr(settings, "IOC_RECALLS", {}))
