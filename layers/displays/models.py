"""Displays: the panels of a wall, and how each of them does."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import State

# Told every few seconds: only changes of state are history.
PULSE = [
    "last_seen",
    "offset_ms",
    "rtt_ms",
    "frame_p50_ms",
    "frame_p95_ms",
    "fps",
    "heap_mb",
    "data_age_s",
    "scene",
    "seq",
    "updated_at",
]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=PULSE)),
    exclude=["shape", "search_text"],
)
class Display(Feature):
    """``column`` and ``row`` count from 1 at the top left. ``offset_ms`` is how far the
    panel's clock is from the server's, ``data_age_s`` how old the newest of what it
    draws is; frames are what lies between two pictures."""

    wall = models.CharField(_("wall"), max_length=50)
    column = models.PositiveSmallIntegerField(_("column"))
    row = models.PositiveSmallIntegerField(_("row"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.NEVER
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    last_seen = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    scene = models.CharField(_("scene"), max_length=60, blank=True)
    seq = models.BigIntegerField(null=True, blank=True)
    release = models.CharField(_("release"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    offset_ms = models.FloatField(_("clock offset"), null=True, blank=True)
    rtt_ms = models.FloatField(_("way to the server and back"), null=True, blank=True)
    frame_p50_ms = models.FloatField(_("frame, median"), null=True, blank=True)
    frame_p95_ms = models.FloatField(_("frame, 95 %"), null=True, blank=True)
    fps = models.FloatField(_("frames a second"), null=True, blank=True)
    heap_mb = models.FloatField(_("memory"), null=True, blank=True)
    data_age_s = models.FloatField(_("age of the data"), null=True, blank=True)
    search_text = search_field("title", "external_id", "wall")

    class Meta:
        verbose_name = _("display")
        verbose_name_plural = _("displays")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="display_source_external_id"
            ),
        ]
        indexes = [*feature_indexes("display")]
