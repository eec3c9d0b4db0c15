"""Playbooks, the directives they start, tasks of units and their evidence."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as StepsError

from layers.core.fields import UnitRefField, feature_indexes, search_field
from layers.core.models import Feature

from .playbooks import Step, Steps
from .rules import CLOCKS, DRAFT, OPEN, OUTCOMES, STATUSES


class Severity(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


@pghistory.track()
class Playbook(models.Model):
    """Who does what by when if something happens. A change is a new version."""

    slug = models.SlugField(_("code"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("name"), max_length=200)
    steps = models.JSONField(_("steps"), default=list)
    auto_issue = models.BooleanField(
        _("issued by rule, without a signature"), default=False
    )
    enabled = models.BooleanField(_("in force"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        ordering = ("slug", "-version")
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="playbook_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    @property
    def typed_steps(self) -> list[Step]:
        return Steps.validate_python(self.steps)

    def clean(self) -> None:
        try:
            found = Steps.validate_python(self.steps)
        except StepsError as error:
            problems = [
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            ]
            raise ValidationError({"steps": problems}) from error
        if not found:
            raise ValidationError({"steps": _("A playbook has at least one step.")})


class Directive(Feature):
    """An order to units about a place, with two clocks. ``scope_units``: the unit
    of the area and every addressee; they and those above them see it."""

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
    origin_layer = models.CharField(max_length=41, blank=True)
    origin_id = models.BigIntegerField(null=True)
    playbook_slug = models.CharField(max_length=60, blank=True)
    playbook_version = models.PositiveIntegerField(null=True)
    needs_evidence = models.BooleanField(_("needs evidence"), default=False)
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
    """What one lead unit has to do of a directive."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="tasks"
    )
    unit_id = UnitRefField(_("lead unit"), null=False, blank=False)
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
    reported_at = models.DateTimeField(_("reported"), null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "unit_id"], name="task_one_per_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} → {self.unit_id}"


def evidence_path(evidence: Any, name: str) -> str:
    """Kept by its hash: the name that a person gave is only a label."""
    return f"directives/{evidence.sha256[:2]}/{evidence.sha256}"


class Evidence(models.Model):
    """A file that shows the work: what it is was read from its first bytes."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="evidence")
    file = models.FileField(upload_to=evidence_path, max_length=120)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(fields=["task", "sha256"], name="evidence_once")
        ]

    def __str__(self) -> str:
        return self.name
