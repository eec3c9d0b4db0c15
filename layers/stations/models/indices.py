"""Indices worked out from what was measured, and how they are worked out."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from .stations import Station


class IndexKind(models.TextChoices):
    VN_AQI = "vn_aqi", "VN_AQI"
    VN_WQI = "vn_wqi", "VN_WQI"


class Period(models.TextChoices):
    HOUR = "hour", _("hour")
    DAY = "day", _("day")


class StationIndex(models.Model):
    """An index of a station for an hour or a day.

    ``at`` is the end of the hour; of a day the midnight (Asia/Ho_Chi_Minh) that ends
    it. ``value`` is None where the index cannot be computed: ``reason`` then is a
    fixed word that says why. ``parts`` are the sub-indices by parameter;
    ``parameter`` is the one that makes the index.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=IndexKind.choices)
    period = models.CharField(max_length=5, choices=Period.choices)
    at = models.DateTimeField()
    value = models.SmallIntegerField(null=True)
    parameter = models.CharField(max_length=20, blank=True)
    parts = models.JSONField(default=dict)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "stations_index"
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind", "period", "at"], name="index_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind} {self.at} {self.value}"


@pghistory.track()
class IndexMethod(models.Model):
    """Which way of working out an index holds from a day on.

    VN_WQI: ``weighted`` (group IV twice, group V once) or ``equal``; the public
    sources of Decision 1460/QD-TCMT differ, so an administrator decides.
    """

    kind = models.CharField(_("index"), max_length=10, choices=IndexKind.choices)
    variant = models.CharField(_("variant"), max_length=20)
    legal_source = models.CharField(_("legal source"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("way of working out an index")
        verbose_name_plural = _("ways of working out indices")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"], name="indexmethod_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.variant}"
