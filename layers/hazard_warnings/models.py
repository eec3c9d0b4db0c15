"""Warnings as their senders told them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.bands import banded
from layers.core.cap.model import KINDS, STATUSES
from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import Category, Certainty, Severity, Urgency
from .layer import LAYER


@banded(LAYER.tile)
class Warning(Feature):
    """One CAP message in one language. ``refers_to`` names earlier messages, each as
    ``sender identifier``; ``ended_at`` is when a newer one replaced or cancelled it.
    """

    identifier = models.CharField(_("identifier"), max_length=500)
    sender = models.CharField(_("sender"), max_length=300)
    sender_name = models.CharField(_("issued by"), max_length=300, blank=True)
    sent = models.DateTimeField(_("sent"))
    status = models.CharField(
        _("kind of message"), max_length=8, choices=[(name, name) for name in STATUSES]
    )
    kind = models.CharField(max_length=6, choices=[(name, name) for name in KINDS])
    language = models.CharField(max_length=20, blank=True)
    event = models.CharField(_("event"), max_length=300)
    category = models.CharField(
        _("category"), max_length=9, choices=Category.choices, default=Category.OTHER
    )
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.UNKNOWN
    )
    urgency = models.CharField(
        _("urgency"), max_length=9, choices=Urgency.choices, default=Urgency.UNKNOWN
    )
    certainty = models.CharField(
        _("certainty"),
        max_length=8,
        choices=Certainty.choices,
        default=Certainty.UNKNOWN,
    )
    description = models.TextField(_("description"), blank=True)
    instruction = models.TextField(_("what to do"), blank=True)
    area_text = models.CharField(_("area"), max_length=1_000, blank=True)
    web = models.CharField(_("link"), max_length=500, blank=True)
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    begins_at = models.DateTimeField(_("from"))
    expires = models.DateTimeField(_("until"), null=True)
    refers_to = ArrayField(models.TextField(), default=list)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    received_at = models.DateTimeField(_("received"))
    search_text = search_field("title", "event", "area_text", "sender_name")

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        ordering = ("-sent",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="warning_source_external_id"
            )
        ]
        indexes = [
            *feature_indexes("warning"),
            # who refers to a message that comes late
            GinIndex(fields=["refers_to"], name="warning_refers_to"),
            # what expires next
            models.Index(
                fields=["expires"],
                condition=models.Q(ended_at=None),
                name="warning_expires",
            ),
        ]

    @property
    def name(self) -> str:
        """As other messages refer to it."""
        return f"{self.sender} {self.identifier}"
