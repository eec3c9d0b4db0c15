"""Monthly reports as they were issued."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .stations import Station


class MonthlyReport(models.Model):
    """The report of one station and month, with the figures it was made of.

    ``figures`` are frozen, so that the same paper can be made again after values
    were reviewed; a later report of the month has the next ``version``.
    """

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="reports"
    )
    month = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        db_table = "stations_monthlyreport"
        constraints = [
            models.UniqueConstraint(
                fields=["station", "month", "version"], name="monthlyreport_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.month} v{self.version}"
