"""Rules and what they remember."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as ParamsError

from layers.alerts.kinds import kinds
from layers.core import filters
from layers.core.spec import registry


class Severity(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


SEVERITY_ORDER = {name: place for place, name in enumerate(Severity.values)}


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.slug, kind.title) for kind in kinds.values()]


def layer_choices() -> list[tuple[str, Any]]:
    return [(layer.slug, layer.title) for layer in registry.values()]


@pghistory.track()
class Rule(models.Model):
    """A kind with its parameters, for one layer. ``version`` grows with each
    change of what it means; events name it."""

    slug = models.SlugField(_("code"), unique=True, max_length=60)
    title = models.CharField(_("title in Vietnamese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=kind_choices)
    layer = models.CharField(_("layer"), max_length=41, choices=layer_choices)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    feature_filter = models.TextField(
        _("only features"),
        blank=True,
        help_text=_("CQL2 over the fields of the layer; empty: all"),
    )
    zone_layer = models.CharField(
        _("zones from layer"), max_length=41, blank=True, choices=layer_choices
    )
    zone_filter = models.TextField(_("only zones"), blank=True)
    zone_id = models.BigIntegerField(_("one zone"), null=True, blank=True)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.MEDIUM
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    playbook = models.SlugField(_("playbook"), max_length=60, blank=True)
    instruction = models.TextField(_("what to do first"), blank=True, max_length=2_000)
    parts = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("only parts"),
        help_text=_("Series of a feature (a parameter, an indicator); empty: all"),
    )
    grade_of = models.SlugField(
        _("raises the alert of"),
        max_length=60,
        blank=True,
        help_text=_(
            "Code of a rule over the same layer: what is worse raises the severity of"
            " its alert and opens none of its own"
        ),
    )
    group_by = models.CharField(
        _("common cause"),
        max_length=41,
        blank=True,
        help_text=_("Field of the layer: alerts with an equal value share a root"),
    )
    group_from = models.PositiveSmallIntegerField(_("root from"), default=10)
    group_minutes = models.PositiveSmallIntegerField(_("root within"), default=10)
    enabled = models.BooleanField(_("switched on"), default=True)
    suppressed_until = models.DateTimeField(
        _("suppressed until"), null=True, blank=True
    )
    suppression_reason = models.CharField(
        _("reason of the suppression"), max_length=200, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title

    def clean(self) -> None:
        """Refuse what could not be evaluated; each problem beside its field."""
        problems: dict[str, str] = {}
        kind = kinds.get(self.kind)
        if kind is None:
            raise ValidationError({"kind": _("There is no such kind of rule.")})
        try:
            kind.params.model_validate(self.params)
        except ParamsError as error:
            problems["params"] = "; ".join(
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            )
        if kind.needs_zone and not self.zone_layer:
            problems["zone_layer"] = str(_("This kind needs a layer of zones."))
        for name, slug in (
            ("feature_filter", self.layer),
            ("zone_filter", self.zone_layer),
        ):
            text = getattr(self, name)
            if text and slug in registry:
                try:
                    filters.to_sql(registry[slug], text)
                except filters.FilterError as error:
                    problems[name] = str(error)
        if self.grade_of and not self._may_grade(kind):
            text = _("It must be another rule of the layer, and itself no grade.")
            problems["grade_of"] = str(text)
        if problems:
            raise ValidationError(problems)

    def _may_grade(self, kind: Any) -> bool:
        base = Rule.objects.filter(slug=self.grade_of, layer=self.layer).first()
        if base is None or base.slug == self.slug or base.grade_of:
            return False
        graded = (
            Rule.objects.filter(grade_of=self.slug).exists() if self.slug else False
        )
        return kind.evaluate is not None and not graded


class RuleState(models.Model):
    """What a rule remembers of a feature (in a zone): survives restarts.

    ``zone_id`` 0: the rule has no zones; of a rule over pairs it is the other
    feature. ``part``: which series of the feature, "" when it has one only.
    ``memory`` holds the unconfirmed part, see ``storage``.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="states")
    layer = models.CharField(max_length=41)
    feature_id = models.BigIntegerField()
    zone_id = models.BigIntegerField(default=0)
    zone_version = models.BigIntegerField(default=0)
    part = models.CharField(max_length=60, default="", db_default="")
    active = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    memory = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "feature_id", "zone_id", "part"],
                name="alerts_state_unique",
            )
        ]
        indexes = [
            # states of the features of one batch of observations
            models.Index(fields=["layer", "feature_id"], name="alerts_state_feature")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.layer}/{self.feature_id} {self.zone_id}"
