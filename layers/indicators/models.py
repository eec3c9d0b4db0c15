"""Indicators, their published facts, and the newest fact of each series."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField


class Subsystem(models.TextChoices):
    ECONOMY = "1", _("Socio-economic")
    DOCUMENTS = "2a", _("Documents and tasks")
    SERVICES = "2b", _("Public services")
    CITIZENS = "2c", _("Citizen feedback and rankings")
    PRESS = "3", _("Press and social networks")
    TRAFFIC = "4", _("Traffic and public order")
    FISHING = "5", _("Fishing vessels")
    ENVIRONMENT = "6", _("Environment")
    HEALTH = "7", _("Health")
    EDUCATION = "8", _("Education")
    SYSTEM = "9", _("The operations centre")


class Direction(models.TextChoices):
    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    BAND = "band", _("Best within a band")
    NONE = "none", _("Context only")


class Vintage(models.TextChoices):
    """How settled a published figure is; in order of trust."""

    ESTIMATE = "estimate", _("Estimate")
    PRELIMINARY = "preliminary", _("Preliminary")
    FINAL = "final", _("Final")


@pghistory.track()
class Indicator(models.Model):
    """What is measured. The bands are texts as agreed (``>=98``, ``90-98``,
    ``>=0.9*plan``); those that compare with numbers are read by ``rules.status``."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    subsystem = models.CharField(
        _("subsystem"), max_length=2, choices=Subsystem.choices
    )
    title = models.CharField(_("name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    period = models.CharField(_("period"), max_length=20, blank=True)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices
    )
    level = models.CharField(_("measured for"), max_length=40, blank=True)
    green = models.CharField(_("green"), max_length=60, blank=True)
    amber = models.CharField(_("amber"), max_length=60, blank=True)
    red = models.CharField(_("red"), max_length=60, blank=True)
    # a band in absolute amounts (thousand tonnes) means nothing for a part
    bands_for = models.CharField(_("bands hold for"), max_length=10, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    agency = models.CharField(_("owner agency"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The name in the active language."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title


class Fact(models.Model):
    """One published value. Facts are never changed: a correction is a newer one.

    ``facet`` parts an indicator that has several figures (a ranking, a sector);
    ``unit`` is set where the figure came in another unit than the indicator's.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, verbose_name=_("indicator")
    )
    unit_id = UnitRefField(_("administrative unit"), null=False, blank=False)
    facet = models.CharField(_("part"), max_length=40, blank=True)
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    period = models.CharField(_("period"), max_length=20)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    vintage = models.CharField(_("vintage"), max_length=12, choices=Vintage.choices)
    published_at = models.DateTimeField(_("published"))
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("arrived"), auto_now_add=True)

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [
            # its index also serves the series of one unit, newest period first
            models.UniqueConstraint(
                F("unit_id"),
                F("indicator"),
                F("facet"),
                F("period_end").desc(),
                F("period_start"),
                F("vintage"),
                F("published_at"),
                name="fact_published_once",
            ),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")),
                name="fact_period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [
            # one indicator over all units and a span of time
            models.Index(fields=["indicator", "period_end"], name="fact_indicator"),
            # what arrived in a span of time
            BrinIndex(fields=["created_at"], name="fact_arrived"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.period}"


class Latest(models.Model):
    """The newest fact of a series, so that maps and drawers read one row per
    series however many facts there are. Kept by ``services``."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE)
    unit_id = UnitRefField(null=False, blank=False, db_index=False)
    facet = models.CharField(max_length=40, blank=True)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "indicator", "facet"], name="latest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id}"


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
