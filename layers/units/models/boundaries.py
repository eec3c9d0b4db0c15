"""Boundary sets: outlines from a file, on their way to become units."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .unit import Kind, UnitType


class Purpose(models.TextChoices):
    """What the file is, and so what becomes of the units in force."""

    CHANGE = "change", _("Units as they are from the first day, by a decree")
    REDRAW = "redraw", _("Better outlines of the units in force")
    ADD = "add", _("Units beside those there are, such as those of the past")
    REPLACE = "replace", _("New units for all that are in force")


class SetState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Waits for its day")
    IN_FORCE = "in_force", _("In force")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class BoundarySet(models.Model):
    """The units of a level as one file has them.

    Nothing of it shows on a map before it is switched. ``report`` is what reading
    found (:mod:`layers.units.boundaries.reports`); ``columns`` which column of the
    file holds what, "" none.
    """

    kind = models.CharField(_("level"), max_length=10, choices=Kind.choices)
    purpose = models.CharField(
        _("what the file is"),
        max_length=8,
        choices=Purpose.choices,
        default=Purpose.CHANGE,
    )
    title = models.CharField(_("name"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=SetState.choices, default=SetState.DRAFT
    )
    file = models.FileField(_("file"), upload_to="boundaries/%Y/", max_length=200)
    file_name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    crs_given = models.CharField(_("reference system"), max_length=2000, blank=True)
    crs_found = models.CharField(
        _("reference system found"), max_length=200, blank=True
    )
    swapped = models.BooleanField(_("northing or latitude stands first"), default=False)
    gap_m = models.FloatField(_("close gaps narrower than, m"), default=20.0)
    columns = models.JSONField(default=dict, blank=True)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day valid"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of population"), null=True, blank=True
    )
    decree = models.CharField(_("legal basis"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=60)
    report = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("handed in"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    switched_at = models.DateTimeField(_("switched"), null=True)

    class Meta:
        verbose_name = _("boundary set")
        verbose_name_plural = _("boundary sets")
        ordering = ("-created_at", "-pk")
        default_permissions = ()
        permissions = [("change_boundaries", _("Can change boundaries"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="boundaryset_days_in_order",
                violation_error_message=_("The last day is before the first."),
            )
        ]
        indexes = [
            # the daily switch looks for sets whose day has come
            models.Index(
                fields=["valid_from"],
                condition=Q(state="scheduled"),
                name="boundaryset_due",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        """Whether the columns were chosen and the outlines read."""
        return bool(self.report)


class DraftUnit(models.Model):
    """A unit of a set. ``geom`` is repaired, lon/lat; ``area_km2`` the published
    land area of the file, if it has one."""

    set = models.ForeignKey(BoundarySet, on_delete=models.CASCADE, related_name="units")
    row = models.PositiveIntegerField(_("row in the file"))
    code = models.CharField(_("code"), max_length=12)
    title = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=10, choices=UnitType.choices)
    parent_code = models.CharField(_("code of the unit above"), max_length=12)
    area_km2 = models.FloatField(_("area, km²"), null=True)
    population = models.PositiveIntegerField(_("population"), null=True)
    geom = gis.MultiPolygonField(_("outline"), srid=4326)

    class Meta:
        verbose_name = _("unit of a draft")
        verbose_name_plural = _("units of a draft")
        ordering = ("code",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["set", "code"], name="draftunit_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
