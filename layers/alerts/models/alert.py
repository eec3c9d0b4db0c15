"""The alerts that rules raise."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.core.fields import search_field
from layers.core.models import Feature

from .rule import Rule, Severity


class Certainty(models.TextChoices):
    POSSIBLE = "possible", _("Possible, not proven")
    PROVEN = "proven", _("Proven")


class Alert(Feature):
    """One open alert per rule and feature (and part of it: a parameter, an indicator),
    with the life cycle of ISA-18.2: active or cleared × acknowledged or not, shelved,
    suppressed, closed.

    Without a feature it is about many: about the group ``group_key`` (a provider
    whose service is out), or the root over alerts of one cause. ``evidence`` is what
    the kind of rule has to show for the newest change.
    """

    rule = models.ForeignKey(
        Rule, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("rule")
    )
    rule_version = models.PositiveIntegerField(default=1)
    layer = models.CharField(_("layer"), max_length=41)
    feature_id = models.BigIntegerField(_("feature"), null=True)
    part = models.CharField(_("part"), max_length=60, blank=True)
    part_title = models.CharField(_("of"), max_length=120, blank=True)
    group_key = models.CharField(max_length=80, blank=True)
    feature_title = models.CharField(_("concerns"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    certainty = models.CharField(
        _("certainty"), max_length=8, choices=Certainty.choices, blank=True
    )
    evidence = models.JSONField(_("evidence"), null=True)
    playbook = models.SlugField(max_length=60, blank=True)
    zone_layer = models.CharField(max_length=41, blank=True)
    zone_id = models.BigIntegerField(null=True)
    zone_title = models.CharField(_("zone"), max_length=200, blank=True)
    raised_at = models.DateTimeField(_("raised"))
    known_at = models.DateTimeField(_("known"), auto_now_add=True)
    last_at = models.DateTimeField(_("last raised"))
    late = models.BooleanField(_("known late"), default=False)
    active = models.BooleanField(_("active"), default=True)
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    repeats = models.PositiveIntegerField(_("repeats"), default=0)
    root = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="members"
    )
    suppressed = models.BooleanField(_("suppressed"), default=False)
    suppressed_by = models.ForeignKey(
        "alerts.Suppression",
        on_delete=models.SET_NULL,
        null=True,
        related_name="alerts",
        verbose_name=_("suppressed by"),
    )
    acked_at = models.DateTimeField(_("acknowledged"), null=True)
    acked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    shelved_until = models.DateTimeField(_("shelved until"), null=True)
    shelved_reason = models.CharField(_("shelved because"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_reason = models.CharField(_("closed because"), max_length=300, blank=True)
    search_text = search_field("title", "feature_title", "zone_title")

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("-raised_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="alert_source_external_id"
            ),
            models.UniqueConstraint(
                fields=["rule", "layer", "feature_id", "part", "group_key"],
                condition=Q(closed_at=None),
                name="alert_one_open",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            GistIndex(fields=["shape"], name="alert_shape"),
            GinIndex(OpClass(F("search_text"), "gin_trgm_ops"), name="alert_search"),
            # the list of what is open, newest first
            models.Index(
                fields=["-raised_at"], condition=Q(closed_at=None), name="alert_open"
            ),
            # alarm load: how many became known lately
            models.Index(fields=["-known_at"], name="alert_known"),
            # the members of a group whose common cause is found
            models.Index(
                fields=["layer", "group_key"],
                condition=Q(closed_at=None) & ~Q(group_key=""),
                name="alert_group",
            ),
        ]

    @property
    def acknowledged(self) -> bool:
        return self.acked_at is not None

    @property
    def state(self) -> str:
        if self.closed_at:
            return "closed"
        if self.suppressed:
            return "suppressed"
        if self.shelved_until:
            return "shelved"
        return "active" if self.active else "cleared"
