"""How values are tested, and what people decided about them."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.stations.kinds import Kind

from .stations import Series


@pghistory.track()
class QualitySetting(models.Model):
    """Limits of one quality test for a parameter, a kind of station or one series.

    The closest one holds: of the series, of the kind, of the parameter. ``params``
    are checked against the test (:mod:`layers.stations.quality`); ``enabled`` false
    switches the test off there.
    """

    test = models.CharField(_("test"), max_length=30)
    parameter = models.CharField(_("parameter"), max_length=20, blank=True)
    kind = models.CharField(
        _("kind of station"), max_length=20, choices=Kind.choices, blank=True
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="quality_settings",
        verbose_name=_("series"),
    )
    enabled = models.BooleanField(_("switched on"), default=True)
    params = models.JSONField(_("settings"), default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("quality setting")
        verbose_name_plural = _("quality settings")
        constraints = [
            models.UniqueConstraint(
                fields=["test", "parameter", "kind", "series"],
                nulls_distinct=False,
                name="qualitysetting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.parameter}"


class Review(models.Model):
    """What somebody decided about the values of a series in a span of time.

    Rows are never changed but to be withdrawn. ``value`` is the corrected value and
    only there when the span is one time.
    """

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="reviews", db_constraint=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    flag = models.SmallIntegerField()
    value = models.FloatField(null=True)
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "stations_review"
        permissions = [("review_values", _("Can decide about values"))]
        indexes = [models.Index(fields=["series", "since"], name="review_series_since")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="review_span"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True)
                | models.Q(until=models.F("since")),
                name="review_value_of_one_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.since} {self.flag}"


class Finding(models.Model):
    """A pattern in the values of a series that needs a look; it says nothing about
    why they are so.

    ``kind`` is the test that found it, ``evidence`` the figures it saw. ``outcome``:
    what somebody made of it, "" while it waits.
    """

    class Outcome(models.TextChoices):
        EXPLAINED = "explained", _("explained")
        FOLLOWED = "followed", _("followed up")

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="findings", db_constraint=False
    )
    kind = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField()
    evidence = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "stations_finding"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "kind", "since"], name="finding_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.kind} {self.since}"
