"""Kinds of stations and the states they can be in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    AIR = "air", _("Ambient air")
    SURFACE_WATER = "surface_water", _("Surface water")
    EFFLUENT = "effluent", _("Waste water")
    RAIN = "rain", _("Rain gauge")
    RIVER = "river", _("River level")
    STACK = "stack", _("Stack emission")


class State(models.TextChoices):
    """What the station says now. ``silent``: no data for half an hour."""

    OK = "ok", _("Within limits")
    NEAR = "near", _("Close to a limit")
    OVER = "over", _("Over a limit")
    FAULT = "fault", _("Instrument fault")
    SILENT = "silent", _("No data")


class Status(models.IntegerChoices):
    """State of the instrument as the logger reports it (Circular 10/2021)."""

    MEASURING = 0, _("Measuring (00)")
    CALIBRATING = 1, _("Calibrating (01)")
    FAULT = 2, _("Device error (02)")
