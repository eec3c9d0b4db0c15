"""Health facilities from the commune station to the provincial hospital."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, NullIf, Round
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature


class Kind(models.TextChoices):
    PROVINCIAL_HOSPITAL = "provincial_hospital", _("Provincial hospital")
    DISTRICT_HOSPITAL = "district_hospital", _("Area hospital")
    COMMUNE_STATION = "commune_station", _("Commune health station")
    PRIVATE = "private", _("Private clinic or hospital")


def _occupancy() -> models.Expression:
    beds = NullIf(Cast("beds", models.FloatField()), 0.0)
    return Round(100.0 * F("beds_occupied") / beds, 1)


@pghistory.track(exclude=["shape", "search_text", "occupancy_pct"])
class Clinic(Feature):
    """A facility with its beds and staff; ``reported_at`` dates the figures."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    beds_occupied = models.PositiveIntegerField(_("beds taken"), null=True, blank=True)
    # above 100 when patients share beds, which happens
    occupancy_pct = models.GeneratedField(
        expression=_occupancy(),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )
    doctors = models.PositiveIntegerField(_("doctors"), null=True, blank=True)
    nurses = models.PositiveIntegerField(_("nurses"), null=True, blank=True)
    emergency = models.BooleanField(_("takes emergencies"), default=False)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    day = models.DateField(_("day of the figures"), null=True, blank=True)
    reported_at = models.DateTimeField(_("figures reported"), null=True, blank=True)
    search_text = search_field("title", "external_id")

    class Meta:
        verbose_name = _("health facility")
        verbose_name_plural = _("health facilities")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="clinic_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(beds_occupied__isnull=True)
                | Q(beds_occupied__lte=3 * Coalesce(F("beds"), 0)),
                name="clinic_beds_plausible",
                violation_error_message=_("More than three patients to a bed."),
            ),
        ]
        indexes = [*feature_indexes("clinic")]


class Disease(models.TextChoices):
    """The notifiable diseases that are followed day by day (Circular 54/2015)."""

    DENGUE = "dengue", _("Dengue")
    HFMD = "hand-foot-mouth", _("Hand, foot and mouth disease")
    COVID = "COVID-19", _("Coronavirus disease")
    MEASLES = "measles", _("Measles")
    INFLUENZA = "influenza", _("Influenza")
    DIARRHOEA = "diarrhoea", _("Acute diarrhoea")


class ClinicDay(models.Model):
    """What a facility reported of one day; the newest also stands with it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    beds_occupied = models.PositiveIntegerField(_("beds taken"), null=True, blank=True)
    doctors = models.PositiveIntegerField(_("doctors"), null=True, blank=True)
    nurses = models.PositiveIntegerField(_("nurses"), null=True, blank=True)
    visits = models.PositiveIntegerField(_("visits"), null=True, blank=True)
    admitted = models.PositiveIntegerField(_("admitted"), null=True, blank=True)

    class Meta:
        verbose_name = _("day of a facility")
        verbose_name_plural = _("days of facilities")
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(fields=["clinic", "day"], name="clinic_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.day}"


class CaseReport(models.Model):
    """Cases of a disease that a facility found on one day. No person is named."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="cases")
    day = models.DateField(_("day"))
    disease = models.CharField(_("disease"), max_length=20, choices=Disease.choices)
    cases = models.PositiveIntegerField(pgettext_lazy("of a disease", "cases"))
    deaths = models.PositiveIntegerField(_("deaths"), default=0)

    class Meta:
        verbose_name = _("report of cases")
        verbose_name_plural = _("reports of cases")
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "day", "disease"], name="case_report_once"
            ),
            models.CheckConstraint(
                condition=Q(deaths__lte=F("cases")),
                name="case_deaths_among_cases",
                violation_error_message=_("More deaths than cases."),
            ),
        ]
        indexes = [
            # the last week over all facilities
            models.Index(fields=["day", "disease"], name="case_report_day"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.day} {self.disease} {self.cases}"
