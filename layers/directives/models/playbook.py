"""Playbooks: who does what by when if something happens."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as StepsError

from layers.directives.playbooks import Step, Steps


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
    title_en = models.CharField(_("name in English"), max_length=200, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    triggers = ArrayField(
        models.SlugField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("started by rules"),
        help_text=_("Codes of rules, besides those that name the playbook"),
    )
    ladder = models.JSONField(_("escalation"), default=list, blank=True)
    area_km = models.FloatField(_("area around the place, km"), null=True, blank=True)
    steps = models.JSONField(_("steps"), default=list)
    auto_issue = models.BooleanField(
        _("issued by rule, without a signature"), default=False
    )
    enabled = models.BooleanField(_("in force"), default=True)
    note = models.CharField(_("what was changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
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
