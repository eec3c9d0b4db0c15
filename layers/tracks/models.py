"""Pieces of settled tracks, and the days that must not be forgotten.

The tables are made in SQL (``sql/tables.sql``); these models read them.
"""

from __future__ import annotations

from django.contrib.gis.db import models as gis
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .layer import KINDS


class Piece(models.Model):
    """A stretch of a device's track within one day (UTC) and one segment, a silence
    between two, or the fixes of a day that are not believed."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("last fix"))
    started_at = models.DateTimeField(_("first fix"))
    device = models.ForeignKey(
        "vessels.Device",
        on_delete=models.DO_NOTHING,
        related_name="+",
        verbose_name=_("device"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=KINDS)
    branch = models.SmallIntegerField(_("branch"))
    segment = models.SmallIntegerField(_("segment"))
    begins = models.SmallIntegerField(_("why it begins"))
    fixes = models.IntegerField(_("fixes"))
    distance_m = models.FloatField(_("length (m)"))
    speed_kn = models.FloatField(_("mean speed (kn)"), null=True)
    max_kn = models.FloatField(_("highest speed (kn)"), null=True)
    reasons = models.IntegerField(_("reasons for doubt"))
    geom = gis.GeometryField(pgettext_lazy("geometry", "line"), srid=4326, dim=2)

    class Meta:
        managed = False
        db_table = "tracks_piece"
        verbose_name = _("piece of a track")
        verbose_name_plural = _("pieces of tracks")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.device} {self.started_at:%Y-%m-%d %H:%M}"
