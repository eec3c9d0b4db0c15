"""Words with a fixed meaning: used by the model, the layer and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    TRAFFIC_ACCIDENT = "traffic_accident", _("Traffic accident")
    FIRE = "fire", _("Fire")
    RESCUE = "rescue", _("Rescue")
    PUBLIC_ORDER = "public_order", _("Public order")
    FLOOD = "flood", _("Flood")
    LANDSLIDE = "landslide", _("Landslide")
    BOAT_IN_DISTRESS = "boat_in_distress", _("Boat in distress")
    OTHER = "other", _("Other")


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    MODERATE = "moderate", _("Moderate")
    SERIOUS = "serious", _("Serious")
    CRITICAL = "critical", _("Critical")


class Status(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("not yet checked", "Reported")
    VERIFIED = "verified", _("Verified")
    HANDLING = "handling", _("Being handled")
    CLOSED = "closed", _("Closed")


class Reporter(models.TextChoices):
    """By what kind of hand it came; never who."""

    CITIZEN = "citizen", _("Citizen")
    HOTLINE = "hotline", _("Hotline 113, 114, 115")
    POLICE = "police", _("Police")
    COMMUNE = "commune", _("Commune")
    CAMERA = "camera", _("Camera")
    ALERT = "alert", _("Alert")


# What may follow what. A closed incident may be opened again when it flares up.
TRANSITIONS: dict[str, frozenset[str]] = {
    Status.REPORTED: frozenset({Status.VERIFIED, Status.HANDLING, Status.CLOSED}),
    Status.VERIFIED: frozenset({Status.HANDLING, Status.CLOSED}),
    Status.HANDLING: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset({Status.HANDLING}),
}


def may_become(old: str, new: str) -> bool:
    """True for a step that the life of an incident knows."""
    return new in TRANSITIONS.get(old, frozenset())
