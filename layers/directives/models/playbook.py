"""Playbooks: who does what by when if something happens."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic import ValidationError as StepsError

from layers.directives.checking import step_problems
from layers.directives.playbooks import Ladder, Rung, Step, Steps


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
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put in force by"),
    )
    approved_at = models.DateTimeField(_("in force since"), null=True, blank=True)
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

    @property
    def typed_ladder(self) -> list[Rung]:
        return Ladder.validate_python(self.ladder)

    def clean(self) -> None:
        problems = {
            "steps": shape_problems(Steps, self.steps),
            "ladder": shape_problems(Ladder, self.ladder),
        }
        if not problems["steps"]:
            steps = self.typed_steps
            problems["steps"] = [
                f"{number}. {problem}"
                for number, step in enumerate(steps, 1)
                for problem in step_problems(step).values()
            ]
            if not steps:
                problems["steps"] = [str(_("A playbook has at least one step."))]
        found = {name: texts for name, texts in problems.items() if texts}
        if found:
            raise ValidationError(found)


def shape_problems(typed: TypeAdapter[Any], value: Any) -> list[str]:
    """What is wrong with JSON as steps or a ladder, with the place of each."""
    try:
        typed.validate_python(value)
    except StepsError as error:
        return [
            f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
            for part in error.errors()
        ]
    return []
