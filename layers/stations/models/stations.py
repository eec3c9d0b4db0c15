"""Stations, the instruments in them, the permits they are bound by, their series."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature
from layers.stations.kinds import Kind

from .accounts import FtpAccount


@pghistory.track(exclude=["shape", "search_text"])
class Station(Feature):
    """An automatic station; what binds it (limits, permits, alarm levels) is dated."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=60, unique=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    permit_no = models.CharField(_("permit number"), max_length=80, blank=True)
    limit_column = models.CharField(
        _("column of the limits"),
        max_length=4,
        blank=True,
        help_text=_("Column of the regulation that the permit names: A or B."),
    )
    river = models.CharField(_("river"), max_length=80, blank=True)
    ftp_account = models.ForeignKey(
        FtpAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("FTP account"),
    )
    folder = models.CharField(
        _("folder"), max_length=80, blank=True, help_text=_("Below the account's home.")
    )
    public = models.BooleanField(
        _("shown to the public"),
        default=False,
        help_text=_("Its index stands on the page that needs no sign-in."),
    )
    active = models.BooleanField(pgettext_lazy("in use", "active"), default=True)
    installed_at = models.DateField(_("installed"), null=True, blank=True)
    search_text = search_field("title", "code", "owner", "river", "address")

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="station_source_external_id"
            ),
            models.UniqueConstraint(
                fields=["ftp_account", "folder"],
                condition=models.Q(ftp_account__isnull=False),
                name="station_account_folder",
            ),
        ]
        indexes = [*feature_indexes("station")]


@pghistory.track()
class Permit(models.Model):
    """What an owner may let out: which column of which regulation, times what.

    QCVN 40:2011/BTNMT: a limit is the base value times ``kq`` (of the receiving
    water) times ``kf`` (of the flow); pH, temperature and colour are not multiplied.
    """

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="permits",
        verbose_name=_("station"),
    )
    number = models.CharField(_("permit number"), max_length=80)
    regulation = models.CharField(_("regulation"), max_length=80)
    column = models.CharField(_("column"), max_length=4, blank=True)
    kq = models.FloatField("Kq", default=1.0)
    kf = models.FloatField("Kf", default=1.0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ("station", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="permit_valid_span",
            ),
            models.CheckConstraint(
                condition=models.Q(kq__gt=0, kf__gt=0), name="permit_factors"
            ),
            models.UniqueConstraint(
                fields=["station", "regulation", "valid_from"], name="permit_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class Instrument(models.Model):
    """A measuring instrument in a station; a replaced one stays with its days."""

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="instruments",
        verbose_name=_("station"),
    )
    title = models.CharField(_("name"), max_length=120)
    make = models.CharField(_("make"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=160, blank=True)
    range_low = models.FloatField(_("range from"), null=True, blank=True)
    range_high = models.FloatField(_("range to"), null=True, blank=True)
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    removed_on = models.DateField(_("removed"), null=True, blank=True)
    calibrated_on = models.DateField(_("last calibrated"), null=True, blank=True)
    calibration_due_on = models.DateField(_("calibration due"), null=True, blank=True)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ("station", "title")

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.make, self.model) if part)


class Series(models.Model):
    """One parameter of one station in one unit, averaged over some minutes."""

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="series",
        verbose_name=_("station"),
    )
    parameter = models.CharField(_("parameter"), max_length=20)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    averaging_minutes = models.PositiveSmallIntegerField(
        _("averaging (minutes)"), default=5
    )
    instrument = models.ForeignKey(
        "stations.Instrument",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=_("instrument"),
    )
    active = models.BooleanField(
        pgettext_lazy("in use", "active"),
        default=True,
        help_text=_("Counted when completeness is worked out."),
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "parameter", "averaging_minutes"],
                name="series_station_parameter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} · {self.station}"
