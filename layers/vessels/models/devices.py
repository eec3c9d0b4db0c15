"""Devices, whose they are and when, and what they said of themselves."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from .register import Vessel


class Provider(models.Model):
    """A company whose VMS devices report to us."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("VMS provider")
        verbose_name_plural = _("VMS providers")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Device(models.Model):
    """A transponder or VMS unit; its key is how a feed names it."""

    class Kind(models.TextChoices):
        AIS = "ais", _("AIS transponder")
        VMS = "vms", _("VMS device")
        MANUAL = "manual", _("Reports by people")
        TABLE = "table", _("Table of positions")

    key = models.CharField(_("key"), max_length=60, unique=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.AIS
    )
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("provider"),
    )
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    valid = models.BooleanField(
        _("possible identity"),
        default=True,
        help_text=_(
            "An MMSI that no state could have given is kept, but nothing is matched"
            " by it alone."
        ),
    )

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.key


class Span(Func):
    """``tstzrange(since, until)``, open where a bound is NULL."""

    function = "tstzrange"


@pghistory.track()
class Fitting(models.Model):
    """For which vessel a device speaks, and when.

    ``branch`` tells the tracks under one identity apart: 0 is the first, a second
    consistent track under a shared MMSI is branch 1, and so on, each fitted to a
    vessel of its own. At most one vessel at a time. ``counted``: of the two VMS
    devices that a vessel may carry, the one whose reports count (Decree 41/2026).
    ``score`` is that of the match, 0 to 1; NULL where nobody had to guess.
    ``vms``: the device's kind, kept by the database for the constraint on counting.
    Written through :mod:`layers.vessels.fitting` once a vessel is known.
    """

    class Basis(models.TextChoices):
        REGISTER = "register", _("Register")
        HEARD = "heard", _("Only heard")
        MATCH = "match", _("Matched by what it says")
        STAFF = "staff", _("Set by staff")

    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="fittings"
    )
    branch = models.SmallIntegerField(_("branch"), default=0)
    vessel = models.ForeignKey(
        Vessel, on_delete=models.PROTECT, related_name="fittings"
    )
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    counted = models.BooleanField(_("counted"), default=True)
    basis = models.CharField(
        _("known from"), max_length=10, choices=Basis.choices, default=Basis.REGISTER
    )
    score = models.FloatField(_("score"), null=True, blank=True)
    vms = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("fitted device")
        verbose_name_plural = _("fitted devices")
        constraints = [
            ExclusionConstraint(
                name="fitting_one_vessel_at_a_time",
                expressions=[
                    ("device", RangeOperators.EQUAL),
                    ("branch", RangeOperators.EQUAL),
                    (Span("since", "until"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="fitting_one_counted_at_a_time",
                expressions=[
                    ("vessel", RangeOperators.EQUAL),
                    ("device", RangeOperators.NOT_EQUAL),
                    (Span("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(counted=True, vms=True),
                violation_error_message=_(
                    "Another VMS device of the vessel counts at that time."
                ),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(since__lt=models.F("until")),
                name="fitting_in_order",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} → {self.vessel}"


class StaticReport(models.Model):
    """What a device said of itself, once per content."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="reports")
    digest = models.BigIntegerField()
    first_at = models.DateTimeField(_("first said"))
    last_at = models.DateTimeField(_("last said"))
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "digest"], name="static_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.first_at:%Y-%m-%d}"
