"""The operators' desk: who watches, what was handed over, what is switched off."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .rule import Rule


class SuppressionKind(models.TextChoices):
    CALIBRATION = "calibration", _("Calibration")
    MAINTENANCE = "maintenance", _("Maintenance")
    OUTAGE = "outage", _("Outage of a provider")
    EXERCISE = "exercise", _("Exercise")
    OTHER = "other", _("Other")


class Suppression(models.Model):
    """Suppression by design: for a time, alerts about these features do not call for
    attention. They are still raised and logged, and what still holds when the time
    is over comes to the list. Narrowed by rule, layer, feature, part and filter;
    what is empty means all.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=SuppressionKind.choices)
    reason = models.CharField(_("reason"), max_length=300)
    rule = models.ForeignKey(
        Rule,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="suppressions",
        verbose_name=_("rule"),
    )
    layer = models.CharField(_("layer"), max_length=41, blank=True)
    feature_id = models.BigIntegerField(_("feature"), null=True, blank=True)
    part = models.CharField(_("part"), max_length=60, blank=True)
    feature_filter = models.TextField(
        _("only features"),
        blank=True,
        help_text=_("CQL2 over the fields of the layer; empty: all"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ("-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="suppression_in_order",
                violation_error_message=_("It ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(rule__isnull=False) | ~Q(layer=""),
                name="suppression_of_something",
                violation_error_message=_("Name a rule or a layer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"


class Watch(models.Model):
    """A person on the operators' desk during a span of time: planned by the roster
    (``starts_at`` to ``ends_at``), and there from ``came_at`` to ``left_at``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="watches",
        verbose_name=_("operator"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    came_at = models.DateTimeField(_("came"), null=True, blank=True)
    left_at = models.DateTimeField(
        pgettext_lazy("a watch", "left"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("watch at the desk")
        verbose_name_plural = _("roster of the desk")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="watch_in_order"
            ),
            models.UniqueConstraint(
                fields=["user", "starts_at"], name="watch_once_a_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at:%Y-%m-%d %H:%M}"


class Handover(models.Model):
    """What one watch left to the next: notes and the state of the list at the moment
    it was given (``snapshot``), signed by both."""

    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_at = models.DateTimeField(_("given"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    taken_at = models.DateTimeField(_("taken"), null=True)
    since = models.DateTimeField(_("watch began"))
    notes = models.TextField(_("notes"), blank=True, max_length=4_000)
    snapshot = models.JSONField(_("state of the list"), default=dict)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("-given_at",)

    def __str__(self) -> str:
        return f"{self.given_by} {self.given_at:%Y-%m-%d %H:%M}"
