"""The register of vessels, the devices that speak for them, and what they said."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature


class VesselClass(models.TextChoices):
    FISHING = "fishing", _("Fishing vessel")
    CARGO = "cargo", _("Cargo ship")
    TANKER = "tanker", _("Tanker")
    PASSENGER = "passenger", _("Passenger ship")
    TUG = "tug", _("Tug or service vessel")
    SAR = "sar", _("Search and rescue")
    LAW = "law", _("Law enforcement")
    PLEASURE = "pleasure", _("Pleasure craft")
    OTHER = "other", _("Other vessel")
    NAVAID = "navaid", _("Aid to navigation")
    BASE_STATION = "base_station", _("Base station")
    BUOY = "buoy", _("Net or buoy marker")
    DISTRESS = "distress", _("Distress beacon")


@pghistory.track(exclude=["shape", "search_text"])
class Vessel(Feature):
    """A vessel of the register, or a station heard that nobody registered.

    ``registration`` is kept as written, ``registration_key`` without blanks and
    diacritics. ``geom`` is the berth (home port); where a vessel is, is in
    ``vessels_live``.
    """

    registration = models.CharField(_("registration"), max_length=30, blank=True)
    registration_key = models.CharField(max_length=30, blank=True, db_index=True)
    vessel_class = models.CharField(
        _("class"),
        max_length=20,
        choices=VesselClass.choices,
        default=VesselClass.OTHER,
    )
    mmsi = models.CharField("MMSI", max_length=9, blank=True, db_index=True)
    imo = models.PositiveIntegerField("IMO", null=True, blank=True)
    call_sign = models.CharField(_("call sign"), max_length=20, blank=True)
    length_m = models.FloatField(_("length (m)"), null=True, blank=True)
    width_m = models.FloatField(_("width (m)"), null=True, blank=True)
    power_kw = models.FloatField(_("engine power (kW)"), null=True, blank=True)
    gear = models.CharField(_("fishing gear"), max_length=60, blank=True)
    home_port = models.CharField(_("home port"), max_length=80, blank=True)
    built_year = models.PositiveSmallIntegerField(_("built"), null=True, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    captain = models.CharField(_("captain"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    licence_no = models.CharField(_("licence"), max_length=40, blank=True)
    licence_expires = models.DateField(_("licence valid until"), null=True, blank=True)
    inspection_expires = models.DateField(
        _("inspection valid until"), null=True, blank=True
    )
    destination = models.CharField(_("destination"), max_length=40, blank=True)
    registered = models.BooleanField(_("in the register"), default=False)
    search_text = search_field(
        "title", "registration", "registration_key", "mmsi", "call_sign", "owner"
    )

    class Meta:
        verbose_name = _("vessel")
        verbose_name_plural = _("vessels")
        permissions = [("view_owner", _("Can see owners and phone numbers"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="vessel_source_external_id"
            ),
        ]
        indexes = [
            *feature_indexes("vessel"),
            # the register by number
            models.Index(
                fields=["registration"],
                condition=~models.Q(registration=""),
                name="vessel_registration",
            ),
        ]


class Device(models.Model):
    """A transponder or VMS unit; its key is how a feed names it."""

    key = models.CharField(_("key"), max_length=60, unique=True)
    vessel = models.ForeignKey(Vessel, on_delete=models.PROTECT, related_name="devices")
    provider = models.CharField(_("provider"), max_length=60, blank=True)
    counted = models.BooleanField(_("counted"), default=True)
    installed_on = models.DateField(_("installed"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.key


class Position(models.Model):
    """One reported position. Appended only: the law forbids editing tracks.

    The table is made in SQL: partitioned by day of ``at``, unique on
    (vessel, at, digest) so that a replay is harmless.
    """

    pk = models.CompositePrimaryKey("vessel_id", "at", "digest")
    vessel = models.ForeignKey(Vessel, on_delete=models.DO_NOTHING, related_name="+")
    at = models.DateTimeField()
    digest = models.BigIntegerField()
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    speed_kn = models.FloatField(null=True)
    course_deg = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    status = models.SmallIntegerField(null=True)
    message_type = models.SmallIntegerField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "vessels_position"


class LivePosition(models.Model):
    """The newest position of a vessel; moved only by a newer one."""

    vessel = models.OneToOneField(
        Vessel, on_delete=models.DO_NOTHING, primary_key=True, related_name="live"
    )
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    x = models.FloatField()
    y = models.FloatField()
    speed_kn = models.FloatField(null=True)
    course_deg = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    status = models.SmallIntegerField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "vessels_live"


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
