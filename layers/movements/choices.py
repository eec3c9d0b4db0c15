"""Kinds of movements."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    STOP = "stop", _("Stop")
    VISIT = "visit", _("Port visit")
    GAP = "gap", _("Silence")
    ENCOUNTER = "encounter", _("Encounter at sea")
    PROXIMITY = "proximity", _("Close together at sea")
    COLOCATED = "colocated", _("Devices carried together")
    LOITERING = "loitering", _("Loitering")
    FISHING = "fishing", _("Fishing-like movement")
    SPOOFING = "spoofing", _("Positions that look false")


# One vessel each; they never overlap for one track.
SINGLE = (Kind.STOP, Kind.VISIT, Kind.GAP, Kind.LOITERING, Kind.FISHING, Kind.SPOOFING)
MEETINGS = (Kind.ENCOUNTER, Kind.PROXIMITY, Kind.COLOCATED)
