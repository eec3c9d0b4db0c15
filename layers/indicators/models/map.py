from __future__ import annotations

from django.contrib.gis.db import models as gis
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField


class UnitFigures(models.Model):
    """A unit with its headline figures: the layer's view, read only."""

    id = models.BigIntegerField(primary_key=True)
    unit_id = UnitRefField()
    title = models.CharField(_("name"), max_length=200)
    geom = gis.GeometryField(srid=4326, null=True)

    class Meta:
        managed = False
        db_table = "indicators_map"
        verbose_name = _("figures of a unit")
        verbose_name_plural = _("figures of units")

    def __str__(self) -> str:
        return self.title
