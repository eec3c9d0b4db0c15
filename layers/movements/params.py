"""What counts as a movement: Global Fishing Watch's numbers where it has them.

Overridden by the Django setting ``IOC_MOVEMENTS``, a dictionary of the same names.
"""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings
from pydantic import BaseModel, ConfigDict

DAY_S = 86_400.0
HOUR_S = 3_600.0
KNOT_MS = 1852 / 3600


class Meeting(BaseModel):
    """Two or more vessels beside each other. Speeds are medians of the meeting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    within_m: float
    least_minutes: float
    slower_kn: float = 1e9
    faster_kn: float = -1.0
    gap_minutes: float = 60.0  # interpolated across


class Params(BaseModel):
    """Distances in metres or kilometres, speeds in knots, as the names say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stop_begin_kn: float = 0.2
    stop_end_kn: float = 0.5
    stop_diameter_m: float = 250.0
    stop_least_minutes: float = 15.0

    ports: str = "kind IN ('port', 'anchorage', 'storm_shelter')"  # CQL2 text
    port_enter_km: float = 3.0
    port_leave_km: float = 4.0
    port_gap_minutes: float = 240.0
    port_published_confidence: int = 2

    gap_raw_hours: float = 6.0
    gap_published_hours: float = 12.0
    gap_vms_published_hours: float = 6.0
    gap_context_hours: float = 12.0
    gap_open_days: float = 30.0  # silent for longer: contact is lost, not open
    vms_interval_hours: float = 2.0
    # west, south, east, north of areas where AIS is known to be heard badly
    poor_reception: tuple[tuple[float, float, float, float], ...] = ()

    sample_minutes: float = 10.0
    cell_m: float = 2_000.0
    meeting_port_km: float = 10.0
    encounter: Meeting = Meeting(within_m=500, least_minutes=120, slower_kn=2.0)
    # for watching: Skylight's standard rendezvous
    proximity: Meeting = Meeting(within_m=250, least_minutes=30, slower_kn=4.0)
    # sparse devices are interpolated far apart, hence the distance
    colocated: Meeting = Meeting(
        within_m=500, least_minutes=360, faster_kn=2.0, gap_minutes=150
    )
    colocated_devices: int = 3  # published from so many on, or when very near
    colocated_near_m: float = 100.0
    without_meetings: tuple[str, ...] = ("navaid", "base_station", "buoy", "distress")

    loitering_kn: float = 2.0
    loitering_least_hours: int = 3
    loitering_shore_nm: float = 20.0
    shore_known_nm: float = 200.0  # our coast says nothing about places beyond
    loitering_port_km: float = 10.0

    fishing_classes: tuple[str, ...] = ("fishing",)
    fishing_least_minutes: float = 20.0
    fishing_messages: int = 5
    fishing_mean_kn: float = 10.0
    fishing_split_km: float = 10.0
    fishing_split_hours: float = 2.0
    fishing_merge_hours: float = 1.0
    fishing_merge_km: float = 2.0
    # words of the gear in the register, and the speeds at which it is worked
    fishing_kn: tuple[tuple[str, float, float], ...] = (
        ("trawl", 2.0, 4.5),
        ("keo", 2.0, 4.5),
        ("seine", 0.5, 3.0),
        ("vay", 0.5, 3.0),
        ("gill", 0.5, 2.5),
        ("re", 0.5, 2.5),
        ("line", 0.5, 5.0),
        ("cau", 0.5, 5.0),
    )
    fishing_other_kn: tuple[float, float] = (0.5, 5.0)

    spoof_published: float = 0.5
    spoof_differs_kmh: float = 10.0
    spoof_same_place_devices: int = 5

    @property
    def version(self) -> str:
        """Eight letters that name these values."""
        text = self.model_dump_json().encode()
        return hashlib.blake2b(text, digest_size=4).hexdigest()


def current() -> Params:
    return _made(repr(sorted(settings.IOC_MOVEMENTS.items())))


@cache
def _made(_key: str) -> Params:
    return Params(**settings.IOC_MOVEMENTS)
