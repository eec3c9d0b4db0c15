"""Schools from kindergarten to upper secondary."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F
from django.db.models.functions import Cast, NullIf, Round
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


def _ratio(of: str, to: str) -> models.GeneratedField:
    divisor = NullIf(Cast(to, models.FloatField()), 0.0)
    return models.GeneratedField(
        expression=Round(F(of) / divisor, 1),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )


@pghistory.track(
    exclude=["shape", "search_text", "pupils_per_class", "pupils_per_teacher"]
)
class School(Feature):
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    classes = models.PositiveIntegerField(_("classes"), null=True, blank=True)
    teachers = models.PositiveIntegerField(_("teachers"), null=True, blank=True)
    # pupils to a class and to a teacher, as the charters and norms count them
    pupils_per_class = _ratio("pupils", "classes")
    pupils_per_teacher = _ratio("pupils", "teachers")
    rooms = models.PositiveIntegerField(_("classrooms"), null=True, blank=True)
    rooms_solid = models.PositiveIntegerField(
        _("solid classrooms"), null=True, blank=True
    )
    national_standard = models.BooleanField(
        _("meets the national standard"), default=False
    )
    # 1 or 2 (Circulars 17, 18, 19/2018/TT-BGDDT); empty where it is not known
    standard_level = models.PositiveSmallIntegerField(
        _("level of the national standard"), null=True, blank=True
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


class SchoolYear(models.Model):
    """The figures of a school in one school year (``2025-2026``); those of the newest
    year also stand with the school."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="years")
    school_year = models.CharField(_("school year"), max_length=9)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    classes = models.PositiveIntegerField(_("classes"), null=True, blank=True)
    teachers = models.PositiveIntegerField(_("teachers"), null=True, blank=True)
    rooms = models.PositiveIntegerField(_("classrooms"), null=True, blank=True)
    rooms_solid = models.PositiveIntegerField(
        _("solid classrooms"), null=True, blank=True
    )
    dropouts = models.PositiveIntegerField(_("drop-outs"), null=True, blank=True)
    graduated_pct = models.FloatField(_("graduated, %"), null=True, blank=True)

    class Meta:
        verbose_name = _("year of a school")
        verbose_name_plural = _("years of schools")
        ordering = ("-school_year",)
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year"], name="school_year_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.school_year}"
