"""Reports of citizens, shaped as Open311 GeoReport v2 service requests."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField, feature_indexes, search_field
from layers.core.models import Feature

from .choices import DONE, Category, Channel, Status
from .clock import Allowance


class ServiceCategory(models.Model):
    """Who answers reports of a field, and how long that may take."""

    class Clock(models.TextChoices):
        HOURS = "hours", _("Hours around the clock")
        DAYS = "days", _("Working days")

    code = models.CharField(
        _("field"), max_length=12, choices=Category.choices, unique=True
    )
    clock = models.CharField(_("clock"), max_length=5, choices=Clock.choices)
    amount = models.PositiveSmallIntegerField(_("time allowed"))
    agency = models.CharField(_("lead agency"), max_length=120, blank=True)
    active = models.BooleanField(_("taken in"), default=True)

    class Meta:
        verbose_name = _("field of reports")
        verbose_name_plural = _("fields of reports")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=720), name="category_amount"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    @property
    def allowance(self) -> Allowance:
        if self.clock == self.Clock.HOURS:
            return Allowance("hours", self.amount)
        return Allowance("days", self.amount)


@pghistory.track(exclude=["shape", "search_text"])
class CitizenReport(Feature):
    """The reporter is known to those who may see reporters, not to the handler."""

    category = models.CharField(_("field"), max_length=12, choices=Category.choices)
    description = models.TextField(_("description"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED
    )
    requested_at = models.DateTimeField(_("reported"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    agency = models.CharField(_("lead agency"), max_length=120, blank=True)
    handler_unit_id = UnitRefField(_("handling unit"))
    answer = models.TextField(_("answer"), blank=True)
    rating = models.PositiveSmallIntegerField(
        _("rating (1-5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    photos = ArrayField(
        models.URLField(max_length=300),
        verbose_name=_("photos"),
        default=list,
        blank=True,
        size=10,
    )
    reporter_name = models.CharField(_("reporter"), max_length=120, blank=True)
    reporter_phone = models.CharField(_("phone"), max_length=30, blank=True)
    reporter_email = models.EmailField(_("e-mail"), blank=True)
    same_as = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("same as"),
    )
    search_text = search_field("title", "external_id", "address")

    class Meta:
        verbose_name = _("citizen report")
        verbose_name_plural = _("citizen reports")
        permissions = [("view_reporter", _("Can see who reported"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="report_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="report_rating_1_to_5",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DUPLICATE) | Q(same_as__isnull=False),
                name="report_duplicate_names_first",
                violation_error_message=_("A duplicate needs the report it repeats."),
            ),
        ]
        indexes = [
            *feature_indexes("report"),
            # reports of a span of time
            models.Index(fields=["requested_at"], name="report_requested"),
            # what is late, or soon will be
            models.Index(
                fields=["due_at"],
                name="report_waiting",
                condition=~Q(status__in=sorted(DONE)),
            ),
        ]


class ReportStep(models.Model):
    """When a report reached a status. Appended, never changed."""

    report = models.ForeignKey(
        CitizenReport, on_delete=models.CASCADE, related_name="steps"
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
                fields=["report", "status", "at"], name="report_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status}"
