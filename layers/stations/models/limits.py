"""Limits of the law and alarm levels of rivers: dated records with their source."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models as geo
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.stations.kinds import Kind

from .stations import Station


class Direction(models.TextChoices):
    UPPER = "upper", _("at most")
    LOWER = "lower", _("at least")


@pghistory.track()
class Limit(models.Model):
    """A limit value with its legal source and the days on which it holds.

    For a kind of station, or for one station (a permit), which then replaces
    the general one of the same parameter, averaging and direction.
    """

    parameter = models.CharField(_("parameter"), max_length=20)
    averaging_minutes = models.PositiveIntegerField(
        _("averaging (minutes)"), help_text=_("0: each value as it was sent.")
    )
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction.choices, default=Direction.UPPER
    )
    kind = models.CharField(_("kind of station"), max_length=20, choices=Kind.choices)
    column = models.CharField(_("column"), max_length=4, blank=True)
    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="limits",
        verbose_name=_("only for the station"),
    )
    scaled = models.BooleanField(
        _("times Kq and Kf"),
        default=False,
        help_text=_("Multiplied by the factors of the station's permit."),
    )
    legal_source = models.CharField(_("legal source"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ("kind", "parameter", "averaging_minutes", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="limit_valid_span",
            ),
            models.UniqueConstraint(
                fields=[
                    "kind",
                    "column",
                    "parameter",
                    "averaging_minutes",
                    "direction",
                    "station",
                    "valid_from",
                ],
                nulls_distinct=False,
                name="limit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.value:g} {self.unit} ({self.legal_source})"


@pghistory.track()
class AlarmLevel(models.Model):
    """Alarm level I, II or III of a river station, metres (Decision 05/2020/QD-TTg)."""

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="alarm_levels",
        verbose_name=_("station"),
    )
    number = models.PositiveSmallIntegerField(
        _("level"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    value_m = models.FloatField(_("water level (m)"))
    legal_source = models.CharField(_("legal source"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm level")
        verbose_name_plural = _("alarm levels")
        ordering = ("station", "number", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=3),
                name="alarmlevel_number",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="alarmlevel_valid_span",
            ),
            models.UniqueConstraint(
                fields=["station", "number", "valid_from"], name="alarmlevel_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {'I' * self.number}: {self.value_m:g} m"


@pghistory.track(exclude=["geom"])
class Reach(models.Model):
    """The part of a river or dyke that a river station speaks for.

    Communes within ``buffer_m`` of the line are named when the station's water
    rises over an alarm level.
    """

    class Kind(models.TextChoices):
        DYKE = "dyke", _("Dyke section")
        RIVER = "river", _("River reach")

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="reaches",
        verbose_name=_("station"),
    )
    title = models.CharField(_("name"), max_length=160)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.RIVER
    )
    geom = geo.MultiLineStringField(_("line"), srid=4326)
    buffer_m = models.PositiveIntegerField(_("buffer (m)"), default=2_000)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reach")
        verbose_name_plural = _("reaches")
        ordering = ("station", "title")

    def __str__(self) -> str:
        return self.title
