"""Incidents: what happened, how bad, how far it has been handled."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import Kind, Reporter, Severity, Status

FORM = "form"


def new_code() -> str:
    """External id of an incident entered by hand."""
    return uuid.uuid4().hex


@pghistory.track(exclude=["shape", "search_text"])
class Incident(Feature):
    """``ended_at`` empty: it still goes on. Casualties are people, as known now."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    severity = models.CharField(
        _("severity"),
        max_length=10,
        choices=Severity.choices,
        default=Severity.MODERATE,
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.REPORTED
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    dead = models.PositiveSmallIntegerField(_("dead"), default=0)
    injured = models.PositiveSmallIntegerField(_("injured"), default=0)
    address = models.CharField(_("address"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    reporter = models.CharField(
        _("reported by"),
        max_length=10,
        choices=Reporter.choices,
        default=Reporter.HOTLINE,
    )
    search_text = search_field("title", "external_id", "address")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="incident_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="incident_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CLOSED) | Q(ended_at__isnull=False),
                name="incident_closed_has_end",
                violation_error_message=_("A closed incident needs its end."),
            ),
        ]
        indexes = [
            *feature_indexes("incident"),
            # incidents of a span of time: reports, comparison of periods
            models.Index(fields=["started_at", "kind"], name="incident_started"),
        ]


class IncidentLink(models.Model):
    """A feature of another layer that belongs to the incident: the camera that
    saw it, the alert that told of it. Named by layer and id, never by a key:
    layers do not know each other."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="links"
    )
    layer = models.CharField(_("layer"), max_length=41)
    feature_id = models.BigIntegerField(_("feature"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("linked feature")
        verbose_name_plural = _("linked features")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "layer", "feature_id"], name="incident_link_once"
            )
        ]
        indexes = [
            # the incidents of one feature
            models.Index(fields=["layer", "feature_id"], name="incident_link_feature")
        ]

    def __str__(self) -> str:
        return f"{self.layer}/{self.feature_id}"


class IncidentStep(models.Model):
    """When the incident reached a status. Appended, never changed."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="steps"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    at = models.DateTimeField(_("when"))
    note = models.TextField(_("note"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "status", "at"], name="incident_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status}"
