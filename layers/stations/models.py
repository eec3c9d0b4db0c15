"""Stations, what they measure, and what they measured."""

from __future__ import annotations

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .kinds import Kind, State


@pghistory.track(exclude=["password"])
class FtpAccount(models.Model):
    """Login of a station or of the owner of several; the password is hashed."""

    name = models.SlugField(_("account"), max_length=60, unique=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    password = models.CharField(_("password"), max_length=128, editable=False)
    active = models.BooleanField(pgettext_lazy("in use", "active"), default=True)

    class Meta:
        verbose_name = _("FTP account")
        verbose_name_plural = _("FTP accounts")

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw)


@pghistory.track(exclude=["shape", "search_text"])
class Station(Feature):
    """An automatic station. Alarm levels: metres, Decision 05/2020/QD-TTg."""

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
    alarm_level_1_m = models.FloatField(_("alarm level I (m)"), null=True, blank=True)
    alarm_level_2_m = models.FloatField(_("alarm level II (m)"), null=True, blank=True)
    alarm_level_3_m = models.FloatField(_("alarm level III (m)"), null=True, blank=True)
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

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "parameter"], name="series_station_parameter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} · {self.station}"


class Direction(models.TextChoices):
    UPPER = "upper", _("at most")
    LOWER = "lower", _("at least")


@pghistory.track()
class Limit(models.Model):
    """A limit value with its legal source and the days on which it holds.

    For a kind of station, or for one station (a permit), which then replaces
    the general one of the same parameter, averaging and direction.
    """

    parameter = models.CharField(_("parameter"), max_length=20)
    averaging_minutes = models.PositiveIntegerField(
        _("averaging (minutes)"), help_text=_("0: each value as it was sent.")
    )
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction.choices, default=Direction.UPPER
    )
    kind = models.CharField(_("kind of station"), max_length=20, choices=Kind.choices)
    column = models.CharField(_("column"), max_length=4, blank=True)
    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="limits",
        verbose_name=_("only for the station"),
    )
    legal_source = models.CharField(_("legal source"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ("kind", "parameter", "averaging_minutes", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="limit_valid_span",
            ),
            models.UniqueConstraint(
                fields=[
                    "kind",
                    "column",
                    "parameter",
                    "averaging_minutes",
                    "direction",
                    "station",
                    "valid_from",
                ],
                nulls_distinct=False,
                name="limit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.value:g} {self.unit} ({self.legal_source})"


class Observation(models.Model):
    """One value as it was received. Rows are only ever added.

    Partitioned by month of ``at`` (sql/observation.sql); a correction that the
    logger sends is a further ``version``.
    """

    pk = models.CompositePrimaryKey("series_id", "at", "version")
    series = models.ForeignKey(
        Series, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField()
    version = models.SmallIntegerField()
    value = models.FloatField(null=True)
    status = models.SmallIntegerField()
    qc = models.SmallIntegerField()
    received_at = models.DateTimeField()
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "stations_observation"

    def __str__(self) -> str:
        return f"{self.series_id} {self.at} v{self.version}"


class Latest(models.Model):
    """The newest value of a series: read without touching the observations."""

    series = models.OneToOneField(
        Series, on_delete=models.CASCADE, primary_key=True, related_name="latest"
    )
    at = models.DateTimeField()
    version = models.SmallIntegerField()
    value = models.FloatField(null=True)
    status = models.SmallIntegerField()
    qc = models.SmallIntegerField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.series_id} {self.at}"


class StationState(models.Model):
    """What a station says now, from values with status 00 only."""

    station = models.OneToOneField(
        Station, on_delete=models.CASCADE, primary_key=True, related_name="now"
    )
    at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices)
    parameter = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=12, blank=True)
    ratio = models.FloatField(null=True)
    aqi = models.SmallIntegerField(null=True)
    level_m = models.FloatField(null=True)
    alarm_level = models.SmallIntegerField(null=True)
    rain_24h_mm = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.station_id} {self.state}"


class AirIndex(models.Model):
    """Hourly VN_AQI of an air station; ``hour`` is the end of the hour."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    aqi = models.SmallIntegerField(null=True)
    parameter = models.CharField(max_length=20, blank=True)
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "hour"], name="airindex_station_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.hour} {self.aqi}"
