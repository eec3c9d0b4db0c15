"""What the layer is tuned with: Django settings, whose defaults are those of Global
Fishing Watch (segments) and of the project (levels)."""

from __future__ import annotations

from django.conf import settings

HOUR_S = 3_600.0
DAY_S = 86_400.0
# A day is thinned slot by slot, so that what is done needs not be done again.
SLOT_S = 1_800.0
FINE_M = 10.0
LEVELS_M = (50, 250, 1_000)
MAX_DEVICES = 1_000
MAX_FIXES = 400_000
FINE_DAYS = 7


def gap_s(kind: str) -> float:
    """Silence after which a track of a device of ``kind`` breaks."""
    hours = settings.IOC_TRACK_GAP_HOURS
    return float(hours.get(kind, hours["ais"])) * HOUR_S
