"""What the layer is tuned with: Django settings, whose defaults are those of Global
Fishing Watch (segments) and of the project (levels)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.conf import settings

from layers.core.ingest import Ints

from .segments import Rules

HOUR_S = 3_600.0
DAY_S = 86_400.0
# A day is thinned slot by slot, so that what is done needs not be done again.
SLOT_S = 1_800.0
FINE_M = 10.0
LEVELS_M = (50, 250, 1_000)
MAX_DEVICES = 500
MAX_FIXES = 400_000
FINE_DAYS = 7


def rules(kinds: Sequence[str], device: Ints) -> Rules:
    """Where tracks break, for fixes of devices: ``device`` indexes their ``kinds``."""
    hours = settings.IOC_TRACK_GAP_HOURS
    gaps = [float(hours.get(kind, hours["ais"])) * HOUR_S for kind in kinds]
    # several ships may share an MMSI; another device speaks for one boat
    doubts = [settings.IOC_TRACK_DOUBT_S if kind == "ais" else np.inf for kind in kinds]
    return Rules(
        gap_s=np.array(gaps, dtype=float)[device],
        max_kn=settings.IOC_TRACK_MAX_KN,
        doubt_s=np.array(doubts, dtype=float)[device],
        doubt_kn=settings.IOC_TRACK_DOUBT_KN,
    )
