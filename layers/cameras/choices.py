"""Words with a fixed meaning: used by the model, the layer and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    FIXED = "fixed", _("Fixed")
    PTZ = "ptz", _("Pan-tilt-zoom")
    PANORAMIC = "panoramic", _("Panoramic")
    THERMAL = "thermal", _("Thermal")


class Purpose(models.TextChoices):
    TRAFFIC = "traffic", _("Traffic")
    ORDER = "order", _("Public order")
    PORT = "port", _("Port and estuary")
    RIVER = "river", _("River and dyke")
    OFFICE = "office", _("Public office")


class Stream(models.TextChoices):
    RTSP = "rtsp", "RTSP"
    MJPEG = "mjpeg", "HTTP MJPEG"
    HLS = "hls", "HLS"
    MPEGTS = "mpegts", "MPEG-TS / TCP"
    FILE = "file", _("File")


class State(models.TextChoices):
    """Frigate's words for the health of a camera."""

    ONLINE = "online", _("Online")
    DEGRADED = "degraded", _("Degraded")
    OFFLINE = "offline", _("Offline")
    DISABLED = "disabled", _("Disabled")
