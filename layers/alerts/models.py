"""Rules, what they remember, and the alerts they raise."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as ParamsError

from layers.core import filters
from layers.core.fields import search_field
from layers.core.models import Feature
from layers.core.spec import registry

from .kinds import kinds


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
        if problems:
            raise ValidationError(problems)


class RuleState(models.Model):
    """What a rule remembers of a feature (in a zone): survives restarts.

    ``zone_id`` 0: the rule has no zones. ``memory`` holds the unconfirmed part,
    see ``storage``.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="states")
    layer = models.CharField(max_length=41)
    feature_id = models.BigIntegerField()
    zone_id = models.BigIntegerField(default=0)
    zone_version = models.BigIntegerField(default=0)
    active = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    memory = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "feature_id", "zone_id"], name="alerts_state_unique"
            )
        ]
        indexes = [
            # states of the features of one batch of observations
            models.Index(fields=["layer", "feature_id"], name="alerts_state_feature")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.layer}/{self.feature_id} {self.zone_id}"


class Certainty(models.TextChoices):
    POSSIBLE = "possible", _("Possible, not proven")
    PROVEN = "proven", _("Proven")


class Alert(Feature):
    """One open alert per rule and feature, with the life cycle of ISA-18.2:
    active or cleared × acknowledged or not, shelved, suppressed, closed.

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
                fields=["rule", "layer", "feature_id", "group_key"],
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
