"""Reporting duties as data, and what follows from them: state, outages, faults."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .devices import Device, Provider
from .register import Vessel


@pghistory.track()
class ReportingDuty(models.Model):
    """What the law asks of vessels of a length: how often, and what silence means.

    The first duty in order that is valid on the day and fits the length and ``only``
    holds. Hours and minutes count from the last report.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    length_from_m = models.FloatField(_("length from (m)"), default=15.0)
    length_to_m = models.FloatField(_("length below (m)"), null=True, blank=True)
    only = models.TextField(
        _("only vessels"),
        blank=True,
        help_text=_("CQL2 over the fields of the layer; empty: all"),
    )
    interval_min = models.PositiveIntegerField(_("reports every (min)"), default=120)
    grace_min = models.PositiveIntegerField(_("grace (min)"), default=30)
    silent_h = models.PositiveIntegerField(_("silent after (h)"), default=6)
    return_days = models.PositiveIntegerField(_("back in port within (d)"), default=10)
    manual_h = models.PositiveIntegerField(
        _("with a broken device a report every (h)"), default=6
    )
    absent_months = models.PositiveIntegerField(
        _("listed as absent after (months)"), default=6
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last day valid"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting duty")
        verbose_name_plural = _("reporting duties")
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="duty_valid_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        from layers.core import filters
        from layers.core.spec import by_role

        if self.interval_min + self.grace_min >= self.silent_h * 60:
            raise ValidationError(
                {"silent_h": _("Interval and grace must end before the silence.")}
            )
        if self.only:
            try:
                filters.to_sql(by_role("vessels"), self.only)
            except filters.FilterError as error:
                raise ValidationError({"only": str(error)}) from error


class VesselState(models.Model):
    """Where a vessel stands: berth, band, ladder. Made by the clock, never by people.

    ``at`` is the time of the fix that the place was told by. ``step`` is a step of
    :mod:`layers.vessels.duties.ladder`, "" while nothing is due; it began at
    ``step_since`` and is counted from ``counted_from``.
    """

    vessel = models.OneToOneField(
        Vessel, on_delete=models.CASCADE, primary_key=True, related_name="state"
    )
    at = models.DateTimeField(null=True)
    at_sea = models.BooleanField(_("at sea"), null=True)
    since = models.DateTimeField(_("since"), null=True)
    port_id = models.BigIntegerField(null=True)
    port = models.CharField(_("port"), max_length=200, blank=True)
    band = models.CharField(_("fishing band"), max_length=20, blank=True)
    beyond = models.BooleanField(_("beyond the outer limit"), default=False)
    beyond_since = models.DateTimeField(null=True)
    provider = models.CharField(_("VMS provider"), max_length=120, blank=True)
    manual_at = models.DateTimeField(null=True)
    step = models.CharField(_("ladder"), max_length=20, blank=True)
    step_since = models.DateTimeField(null=True)
    next_step = models.CharField(max_length=20, blank=True)
    next_at = models.DateTimeField(null=True)
    counted_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "vessels_state"
        verbose_name = _("state of a vessel")
        verbose_name_plural = _("states of vessels")

    def __str__(self) -> str:
        return f"{self.vessel_id} {self.step}"


class Outage(models.Model):
    """A provider did not deliver: the silence of its devices proves nothing."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="outages"
    )
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    vessels = models.PositiveIntegerField(_("vessels concerned"), default=0)
    expected = models.FloatField(_("reports expected"), default=0)
    received = models.FloatField(_("reports received"), default=0)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("declared by"),
    )
    note = models.TextField(_("note"), blank=True)
    known_at = models.DateTimeField(_("known"), auto_now_add=True)

    class Meta:
        verbose_name = _("provider outage")
        verbose_name_plural = _("provider outages")
        ordering = ("-began_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["provider"],
                condition=Q(ended_at=None),
                name="outage_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(began_at__lt=F("ended_at")),
                name="outage_in_order",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.began_at:%Y-%m-%d %H:%M}"


class DeviceFault(models.Model):
    """A broken device, as the captain or owner has told."""

    vessel = models.ForeignKey(Vessel, on_delete=models.PROTECT, related_name="faults")
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="faults"
    )
    broken_at = models.DateTimeField(_("broken since"))
    reported_by = models.CharField(_("told by"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    mended_at = models.DateTimeField(_("mended"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    known_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("broken device")
        verbose_name_plural = _("broken devices")
        ordering = ("-broken_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["vessel"],
                condition=Q(mended_at=None),
                name="fault_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vessel_id} {self.broken_at:%Y-%m-%d %H:%M}"
