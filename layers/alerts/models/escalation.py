"""Who is told of an alert that nobody acknowledges, level by level."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .alert import Alert
from .rule import Severity


class Policy(models.Model):
    """Levels of escalation for alerts of some severities (and layers; none: all).

    ``levels``: typed data, see ``escalating.levels``: after how many minutes without
    an acknowledgement who is told over which channels. ``loops``: how many times the
    levels are gone through. Of several policies that fit, the first by ``order``.
    """

    slug = models.SlugField(_("code"), unique=True, max_length=60)
    title = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    severities = ArrayField(
        models.CharField(max_length=8, choices=Severity.choices),
        verbose_name=_("severities"),
    )
    layers = ArrayField(
        models.CharField(max_length=41),
        default=list,
        blank=True,
        verbose_name=_("layers"),
    )
    levels = models.JSONField(_("levels"), default=list)
    loops = models.PositiveSmallIntegerField(_("times through"), default=1)
    enabled = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.title


class Escalation(models.Model):
    """How far an alert has been escalated. ``next_at`` None: nothing more comes."""

    alert = models.OneToOneField(
        Alert, on_delete=models.CASCADE, related_name="escalation"
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level reached"), default=0)
    loop = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(_("next level"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(next_at__isnull=False),
                name="escalation_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.level}"
