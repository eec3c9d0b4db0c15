"""Schools from kindergarten to upper secondary."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature


class Level(models.TextChoices):
    KINDERGARTEN = "kindergarten", _("Kindergarten")
    PRIMARY = "primary", _("Primary school")
    LOWER_SECONDARY = "lower_secondary", _("Lower secondary school")
    UPPER_SECONDARY = "upper_secondary", _("Upper secondary school")
    COMBINED = "combined", _("Combined school")
    CONTINUING = "continuing", _("Continuing education centre")


@pghistory.track(exclude=["shape", "search_text"])
class School(Feature):
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    classes = models.PositiveIntegerField(_("classes"), null=True, blank=True)
    teachers = models.PositiveIntegerField(_("teachers"), null=True, blank=True)
    national_standard = models.BooleanField(
        _("meets the national standard"), default=False
    )
    flood_prone = models.BooleanField(_("in a flood-prone place"), default=False)
    school_year = models.CharField(
        _("school year of the figures"), max_length=9, blank=True
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    search_text = search_field("title", "external_id")

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="school_source_external_id"
            ),
        ]
        indexes = [*feature_indexes("school")]
