"""Positions as they were reported, and the newest of each vessel.

The tables are made in SQL (``sql/positions.sql``); these models read them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .devices import Device
from .register import Vessel


class Receiver(models.Model):
    """Who hands us messages: a station, a provider, a file."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """One reported position. Appended only: the law forbids editing tracks.

    Partitioned by day of ``at``, unique on (device, at, digest) so that a replay is
    harmless. ``branch`` and ``flags`` (:mod:`layers.vessels.flags`) are what was
    thought of it when it came. ``batch_id`` and ``line_no`` name the raw line.
    ``error_m``: 95 % radius of the position, NULL where it is as good as GPS.
    """

    pk = models.CompositePrimaryKey("device_id", "at", "digest")
    device = models.ForeignKey(Device, on_delete=models.DO_NOTHING, related_name="+")
    at = models.DateTimeField()
    digest = models.BigIntegerField()
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    speed_kn = models.FloatField(null=True)
    course_deg = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    turn_deg_min = models.FloatField(null=True)
    error_m = models.FloatField(null=True)
    batch_id = models.BigIntegerField(null=True)
    line_no = models.IntegerField(null=True)
    flags = models.IntegerField(default=0)
    receiver = models.ForeignKey(
        Receiver, on_delete=models.DO_NOTHING, related_name="+"
    )
    branch = models.SmallIntegerField(default=0)
    status = models.SmallIntegerField(null=True)
    message_type = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "vessels_position"


class LivePosition(models.Model):
    """The newest credible position of a vessel; moved only by a newer one.

    ``ais_at`` and ``vms_at``: the newest of each kind (VMS: of the counted device).
    """

    vessel = models.OneToOneField(
        Vessel, on_delete=models.DO_NOTHING, primary_key=True, related_name="live"
    )
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    x = models.FloatField()
    y = models.FloatField()
    speed_kn = models.FloatField(null=True)
    course_deg = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    status = models.SmallIntegerField(null=True)
    error_m = models.FloatField(null=True)
    flags = models.IntegerField(default=0)
    device = models.ForeignKey(Device, on_delete=models.DO_NOTHING, related_name="+")
    branch = models.SmallIntegerField(default=0)
    receiver = models.ForeignKey(
        Receiver, on_delete=models.DO_NOTHING, related_name="+"
    )
    ais_at = models.DateTimeField(null=True)
    vms_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "vessels_live"
