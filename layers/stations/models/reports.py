"""Monthly reports as they were issued, and runs that make many."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

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


class ReportRun(models.Model):
    """Somebody asked for the reports of many stations; a worker makes them.

    ``done`` stations of ``station_ids`` are through, ``made`` of them have a new
    version; ``failures`` says by station id why one has no report. A run that was cut
    off goes on where it was.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    month = models.DateField()
    owner = models.CharField(max_length=200, blank=True)
    station_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    failures = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stations_reportrun"

    def __str__(self) -> str:
        return f"{self.month} {self.owner} {self.state}"

    @property
    def open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
