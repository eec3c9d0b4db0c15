"""What is measured: the catalogue, and the sets in which agencies send figures."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Subsystem(models.TextChoices):
    BASE = "0", _("Denominators")
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


class Rollup(models.TextChoices):
    """How figures of parts make the figure of the whole, and are cast on others."""

    NONE = "none", _("Not from its parts")
    SUM = "sum", _("Sum")
    WEIGHTED = "weighted", _("Mean weighted by the denominator")


@pghistory.track()
class Indicator(models.Model):
    """What is measured, in what unit, by whom, and what counts as good.

    The bands are texts as agreed (``>=98``, ``90-98``, ``>=0.9*plan``, ``<-5% yoy``),
    read by ``layers.indicators.judging``. ``formula`` names other codes
    (``layers.indicators.formulas``); ``denominator`` names what a share or a figure
    per head is measured against, and is the weight of a weighted mean. A figure that
    ``accumulates`` is a flow: months add up to the year, and a plan has a pace.
    ``parts`` are the facets that exist (sectors, ranks, diseases). ``counted`` says
    how the figure is counted from a layer of the map
    (``layers.indicators.counting``).
    """

    code = models.CharField(_("code"), max_length=12, unique=True)
    subsystem = models.CharField(
        _("subsystem"), max_length=2, choices=Subsystem.choices
    )
    title = models.CharField(_("name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=2)
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
    basis = models.CharField(_("basis of the bands"), max_length=200, blank=True)
    agency = models.CharField(_("owner agency"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    formula = models.CharField(_("formula"), max_length=300, blank=True)
    denominator = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("denominator"),
    )
    rollup = models.CharField(
        _("whole from parts"),
        max_length=10,
        choices=Rollup.choices,
        default=Rollup.NONE,
    )
    accumulates = models.BooleanField(_("adds up over the year"), default=False)
    parts = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("parts"),
    )
    counted = models.JSONField(_("counted from a layer"), null=True, blank=True)
    headline = models.PositiveSmallIntegerField(
        _("place among the headlines"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        # what checks a formula reads the models
        from layers.indicators.checking import wrong

        if reasons := wrong(self):
            raise ValidationError(reasons)

    @property
    def name(self) -> str:
        """The name in the active language."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title

    @property
    def levels(self) -> frozenset[str]:
        """What it is measured for: ``province``, ``district``, ``agency`` …"""
        return frozenset(part.strip() for part in self.level.split(";") if part)


class IndicatorSet(models.Model):
    """Indicators that one agency sends together: one template, one upload."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    agency = models.CharField(_("agency that sends it"), max_length=120, blank=True)
    kind = models.CharField(_("level of the units"), max_length=10)
    indicators = models.ManyToManyField(
        Indicator, through="SetMember", related_name="sets"
    )

    class Meta:
        verbose_name = _("set of indicators")
        verbose_name_plural = _("sets of indicators")
        ordering = ("slug",)

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title


class SetMember(models.Model):
    """An indicator's column in the template of a set."""

    set = models.ForeignKey(
        IndicatorSet, on_delete=models.CASCADE, related_name="members"
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    facet = models.CharField(_("part"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("column"))

    class Meta:
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(
                fields=["set", "indicator", "facet"], name="set_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_id} {self.indicator_id}"
