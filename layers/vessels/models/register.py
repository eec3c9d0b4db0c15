"""The register of vessels."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


@pghistory.track(exclude=["shape", "search_text", "aliases"])
class Vessel(Feature):
    """A vessel of the register, or a station heard that nobody registered.

    ``registration`` is kept as written, ``registration_key`` without blanks and
    diacritics. ``geom`` is the berth (home port); where a vessel is, is in
    ``vessels_live``. ``aliases`` is what else people look for it by: devices, former
    MMSIs, names heard; no people. ``missing_since``: the day of a full register that
    does not hold it any more.
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
    owner = models.CharField(
        pgettext_lazy("of a boat", "owner"), max_length=120, blank=True
    )
    owner_phone = models.CharField(_("owner's phone"), max_length=40, blank=True)
    captain = models.CharField(_("captain"), max_length=120, blank=True)
    phone = models.CharField(_("phone on board"), max_length=40, blank=True)
    licence_no = models.CharField(_("licence"), max_length=40, blank=True)
    licence_expires = models.DateField(_("licence valid until"), null=True, blank=True)
    inspection_expires = models.DateField(
        _("inspection valid until"), null=True, blank=True
    )
    destination = models.CharField(_("destination"), max_length=40, blank=True)
    registered = models.BooleanField(_("in the register"), default=False)
    missing_since = models.DateField(
        _("missing from the register since"), null=True, blank=True
    )
    # no max_length: a TextField does not go with the others into search_text
    aliases = models.CharField(blank=True, editable=False)
    # no people: who may not read the owner must not find out by searching
    search_text = search_field(
        "title", "registration", "registration_key", "mmsi", "call_sign", "aliases"
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
