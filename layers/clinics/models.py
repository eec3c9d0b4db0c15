"""Health facilities from the commune station to the provincial hospital."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, NullIf, Round
from django.utils.translation import gettext_lazy as _

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
