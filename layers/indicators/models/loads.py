"""Where figures came from: one file, message, pull, computation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    UPLOAD = "upload", _("Uploaded file")
    FEED = "feed", _("Received by a feed")
    COMPUTED = "computed", _("Computed from other figures")
    COUNTED = "counted", _("Counted from the map")
    FORM = "form", _("Entered by hand")
    FIXTURE = "fixture", _("Published figure, entered at set-up")
    DEMO = "demo", _("Synthetic (demo)")


class Load(models.Model):
    """The origin that its facts share. ``upload_id`` (``core.Upload``) or ``feed``
    and ``batch_id`` (the inbox) lead to the bytes as they came; a fact's ``row`` and
    ``cell`` say where in them. Withdrawing a load takes its facts back as one."""

    channel = models.CharField(_("way in"), max_length=10, choices=Channel.choices)
    title = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("who published it"), max_length=200)
    upload_id = models.BigIntegerField(null=True, blank=True)
    feed = models.CharField(max_length=60, blank=True)
    batch_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    facts = models.PositiveIntegerField(_("figures"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("load of figures")
        verbose_name_plural = _("loads of figures")
        ordering = ("-id",)
        constraints = [
            # a message that is read twice makes one load
            models.UniqueConstraint(
                fields=["feed", "batch_id", "source"],
                condition=models.Q(batch_id__isnull=False),
                name="load_of_a_batch_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
