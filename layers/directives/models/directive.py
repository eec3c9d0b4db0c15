"""Directives and the tasks of units in them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField, feature_indexes, search_field
from layers.core.models import Feature
from layers.directives.rules import CLOCKS, DRAFT, OPEN, OUTCOMES, STATUSES

from .playbook import Severity


class Directive(Feature):
    """An order to units about a place, with two clocks. ``scope_units``: the unit
    of the area and every addressee; they and those above them see it. A draft is
    addressed to nobody yet: it has none."""

    number = models.CharField(_("number"), max_length=30, blank=True)
    body = models.TextField(_("what is to be done"))
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.MEDIUM
    )
    status = models.CharField(
        _("status"), max_length=12, choices=STATUSES, default=DRAFT
    )
    status_before = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(
        _("how it came"), max_length=8, choices=OUTCOMES, blank=True
    )
    clock = models.CharField(
        _("clock"), max_length=8, choices=CLOCKS, default="stopped"
    )
    cap_status = models.CharField(_("kind of message"), max_length=8, default="Actual")
    needed_by = models.DateTimeField(_("needed by"), null=True, blank=True)
    legal_deadline = models.DateTimeField(_("legal deadline"), null=True, blank=True)
    minutes_needed = models.PositiveIntegerField(null=True, blank=True)
    minutes_legal = models.PositiveIntegerField(null=True, blank=True)
    alert_id = models.BigIntegerField(_("alert"), null=True, db_index=True)
    origin_part = models.CharField(max_length=60, blank=True)
    origin_layer = models.CharField(max_length=41, blank=True)
    origin_id = models.BigIntegerField(null=True)
    playbook_slug = models.CharField(max_length=60, blank=True)
    playbook_version = models.PositiveIntegerField(null=True)
    needs_evidence = models.BooleanField(_("needs evidence"), default=False)
    ladder = models.JSONField(_("escalation"), default=list)
    # while suspended the clocks stand: since when, and how long in all before
    paused_at = models.DateTimeField(_("suspended"), null=True)
    paused_s = models.PositiveIntegerField(default=0)
    register_no = models.CharField(
        _("number in the register of the province"), max_length=60, blank=True
    )
    document_no = models.CharField(_("number of the paper"), max_length=60, blank=True)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supervised by"),
    )
    scope_units = ArrayField(models.BigIntegerField(), default=list, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    reported_at = models.DateTimeField(_("reported"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    search_text = search_field("title", "number")

    class Meta:
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="directive_source_external_id"
            ),
        ]
        indexes = [
            *feature_indexes("directive"),
            GinIndex(fields=["scope_units"], name="directive_scope"),
            # the escalation sweep over what is under way
            models.Index(
                fields=["needed_by"],
                condition=models.Q(status__in=sorted(OPEN)),
                name="directive_open",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Task(models.Model):
    """What one lead unit has to do of a directive, with clocks of its own.

    ``step``: place in the playbook, from 1; ``after_step``: begins when all tasks of
    that step are reported (0: at once). ``feature_*``: the boat, school or camera that
    is addressed through its unit; ``agency``: the agency that is. ``contact``: who
    answered for the unit when it was issued. ``warned``: highest share of the time
    (50, 75, 90, 100 %) told, 200 for the legal deadline; ``level``: how far the ladder
    was climbed. ``working``: minutes count on the working calendar.
    """

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="tasks"
    )
    unit_id = UnitRefField(_("lead unit"), null=False, blank=False)
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    after_step = models.PositiveSmallIntegerField(_("after step"), default=0)
    title = models.CharField(_("what"), max_length=200, blank=True)
    body = models.TextField(_("how"), blank=True)
    feature_layer = models.CharField(max_length=41, blank=True)
    feature_id = models.BigIntegerField(null=True, blank=True)
    feature_title = models.CharField(_("concerns"), max_length=200, blank=True)
    contact = models.JSONField(_("contact"), null=True, blank=True)
    agency = models.CharField(_("agency"), max_length=120, blank=True)
    minutes_needed = models.PositiveIntegerField(null=True, blank=True)
    minutes_legal = models.PositiveIntegerField(null=True, blank=True)
    # as they were before an extension made them longer; None: it did not
    ordered_needed = models.PositiveIntegerField(null=True, blank=True)
    ordered_legal = models.PositiveIntegerField(null=True, blank=True)
    working = models.BooleanField(_("working time"), default=False)
    needs_evidence = models.BooleanField(_("needs evidence"), default=False)
    # as a step of a playbook says it; "" is any file where evidence is needed
    evidence_kind = models.CharField(_("kind of evidence"), max_length=16, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True)
    needed_by = models.DateTimeField(_("needed by"), null=True)
    legal_deadline = models.DateTimeField(_("legal deadline"), null=True)
    clock = models.CharField(
        _("clock"), max_length=8, choices=CLOCKS, default="stopped"
    )
    outcome = models.CharField(
        _("how it came"), max_length=8, choices=OUTCOMES, blank=True
    )
    warned = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    co_units = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("with units")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=STATUSES, default=DRAFT
    )
    report = models.TextField(_("report"), blank=True)
    received_at = models.DateTimeField(_("received"), null=True)
    reported_at = models.DateTimeField(_("reported"), null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "unit_id", "step", "feature_layer", "feature_id"],
                name="task_one_per_unit",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} → {self.unit_id}"
