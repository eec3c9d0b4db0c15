"""Rules on their way into force: drafts, trials on stored data, second signatures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .rule import Rule


class RuleDraft(models.Model):
    """A rule as somebody wants it: ``body`` holds the fields of the rule by name.

    ``rule`` None: a new one. ``base_version``: the version that it was drawn from.
    In force once somebody else than the author has approved it (``version`` then is
    the version it became).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        DISCARDED = "discarded", _("Discarded")

    rule = models.ForeignKey(
        Rule,
        on_delete=models.CASCADE,
        null=True,
        related_name="drafts",
        verbose_name=_("rule"),
    )
    base_version = models.PositiveIntegerField(null=True)
    body = models.JSONField(_("rule"), default=dict)
    note = models.CharField(_("why"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision = models.CharField(_("words"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True)

    class Meta:
        verbose_name = _("draft of a rule")
        verbose_name_plural = _("drafts of rules")
        ordering = ("-updated_at",)
        permissions = [("approve_rule", _("Can approve rules"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="approved")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("author"))),
                name="rule_second_person",
                violation_error_message=_("Another person than the author approves."),
            )
        ]

    def __str__(self) -> str:
        return str(self.body.get("slug", self.pk))


class Backtest(models.Model):
    """A draft run over stored observations or events of past days.

    ``body`` is the rule as it was then, ``result`` what came of it (see
    ``trying.result``), ``share`` how far it is (0 to 1).
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    draft = models.ForeignKey(
        RuleDraft, on_delete=models.CASCADE, related_name="backtests"
    )
    body: Any = models.JSONField(default=dict)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.QUEUED
    )
    share = models.FloatField(default=0)
    rows = models.BigIntegerField(_("observations"), default=0)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("trial of a rule")
        verbose_name_plural = _("trials of rules")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"
