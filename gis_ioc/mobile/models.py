"""Browsers that take pushes for somebody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Subscription(models.Model):
    """What a browser gave us (Push API): where to send, and for whom to encrypt.

    ``endpoint`` names one browser on one device; whoever signs in there last has it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="push_subscriptions",
    )
    endpoint = models.URLField(max_length=1_000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(_("device"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("device for pushes")
        verbose_name_plural = _("devices for pushes")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.device or self.endpoint[:60]
