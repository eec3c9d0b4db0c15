"""The call log: who tried to reach whom about a vessel, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models as gis
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .register import Vessel


class Contact(models.Model):
    """One attempt. Entries are never changed: ``corrects`` names the one that a later
    entry sets right. ``layer`` and ``feature_id``: what it was about (an alert …)."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        RADIO = "radio", _("Radio")
        PROVIDER = "provider", _("Message through the provider")
        VISIT = "visit", _("Visit")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        REACHED = "reached", pgettext_lazy("by a call", "Reached")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        HEADING_HOME = "heading_home", _("Heading home")
        SHELTERING = "sheltering", _("Sheltering")
        PROMISED = "promised", _("Promised to comply")
        REFUSED = "refused", _("Refused")

    vessel = models.ForeignKey(
        Vessel, on_delete=models.PROTECT, related_name="contacts"
    )
    at = models.DateTimeField(_("time"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    person = models.CharField(_("who was called"), max_length=120, blank=True)
    number = models.CharField(_("number"), max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    text = models.TextField(_("what was said"), blank=True)
    place = gis.PointField(_("position told"), srid=4326, null=True, blank=True)
    layer = models.CharField(max_length=41, blank=True)
    feature_id = models.BigIntegerField(null=True, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    known_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("-at", "-pk")
        indexes = [
            # the call log of a vessel
            models.Index(fields=["vessel", "-at"], name="contact_of_vessel"),
            # what was done about an alert
            models.Index(
                fields=["layer", "feature_id"],
                condition=models.Q(feature_id__isnull=False),
                name="contact_about",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vessel_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"
