"""What a station says now."""

from __future__ import annotations

from django.db import models

from layers.stations.kinds import State

from .stations import Station


class StationState(models.Model):
    """What a station says now, from values with status 00 only."""

    station = models.OneToOneField(
        Station, on_delete=models.CASCADE, primary_key=True, related_name="now"
    )
    at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices)
    parameter = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=12, blank=True)
    ratio = models.FloatField(null=True)
    aqi = models.SmallIntegerField(null=True)
    level_m = models.FloatField(null=True)
    alarm_level = models.SmallIntegerField(null=True)
    rain_24h_mm = models.FloatField(null=True)
    wqi = models.SmallIntegerField(null=True)
    rate_m_h = models.FloatField(null=True)
    rain_1h_mm = models.FloatField(null=True)
    trend = models.SmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.station_id} {self.state}"
