"""Movements: what settled tracks say that vessels did."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import Kind


class Movement(Feature):
    """One movement of a device's track, or one meeting of several.

    ``external_id`` is its natural key: kind, device, branch, begin (and the other
    device and branch of a pair), so that the same track makes the same rows.
    ``ended_at`` NULL: it lasts. ``published``: long and sure enough to be shown; the
    others are kept because later fixes go on from them. ``retracted_at``: data that
    came later say that it was none; the row stays, since somebody may have acted on
    it. ``details`` by kind: ``details.py``. ``params`` names the parameters used.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    vessel_id = models.BigIntegerField(_("vessel number"), null=True, db_index=True)
    vessel_ids = ArrayField(models.BigIntegerField(), default=list)
    device_id = models.BigIntegerField(_("device"))
    branch = models.SmallIntegerField(_("branch"), default=0)
    tracks = ArrayField(models.BigIntegerField(), default=list)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    confidence = models.SmallIntegerField(_("confidence"), default=4)
    published = models.BooleanField(_("published"), default=True)
    retracted_at = models.DateTimeField(_("retracted"), null=True, blank=True)
    revision = models.IntegerField(_("revision"), default=0)
    details = models.JSONField(_("values"), default=dict)
    params = models.CharField(_("parameters"), max_length=16)
    scope_units = ArrayField(models.BigIntegerField(), default=list, editable=False)
    search_text = search_field("title")

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ("-began_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="movement_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(ended_at__gte=models.F("began_at")),
                name="movement_ends_after_begin",
            ),
        ]
        indexes = [
            *feature_indexes("movement"),
            GinIndex(fields=["scope_units"], name="movement_scope"),
            # the movements of a vessel, alone or with others
            GinIndex(fields=["vessel_ids"], name="movement_vessels"),
            # what has to be replaced when a track is settled again
            models.Index(
                fields=["device_id", "branch", "kind", "ended_at"],
                name="movement_track",
            ),
            models.Index(fields=["began_at"], name="movement_began"),
            models.Index(
                fields=["kind", "began_at"],
                condition=Q(ended_at__isnull=True, retracted_at__isnull=True),
                name="movement_open",
            ),
        ]
