"""Case files of violations. What was frozen once is never changed: rows of evidence,
versions and exports are only ever added, the database refuses anything else."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.core.evidence.rows import append_only
from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature
from layers.vessels.personal import without_phone

from .choices import Certainty, Kind, Status


@pghistory.track(exclude=["shape", "search_text"])
class Case(Feature):
    """A violation that is looked into. ``number`` is gapless within a year.

    ``since`` and ``until`` bound the evidence, ``geom`` is the way of the vessel in
    that time. ``origin``: the alert or feature that it was opened from. The row is
    what holds now; what held when is in :class:`CaseVersion`.
    """

    number = models.CharField(_("number"), max_length=12, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    vessel = models.ForeignKey(
        "vessels.Vessel",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("vessel"),
    )
    kind = models.CharField(_("violation"), max_length=12, choices=Kind.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=500)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    zone_id = models.BigIntegerField(_("zone"), null=True, blank=True)
    origin_layer = models.CharField(max_length=41, blank=True, editable=False)
    origin_id = models.BigIntegerField(null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    certainty = models.CharField(
        _("shown by the data"),
        max_length=8,
        choices=Certainty.choices,
        default=Certainty.UNKNOWN,
    )
    summary = models.TextField(_("what happened"), blank=True)
    decision = models.TextField(_("decision"), blank=True)
    decision_no = models.CharField(_("decision number"), max_length=60, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    penalty_vnd = models.BigIntegerField(_("penalty (VND)"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    search_text = search_field("title", "number")

    class Meta:
        verbose_name = _("case file")
        verbose_name_plural = _("case files")
        ordering = ("-year", "-serial")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="case_source_external_id"
            ),
            models.UniqueConstraint(fields=["year", "serial"], name="case_serial"),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="case_span_in_order",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]
        indexes = [*feature_indexes("case")]

    @property
    def shown_vessel(self) -> str:
        """The vessel's name without phone numbers that stand in it."""
        return without_phone(self.vessel.title)


class Evidence(models.Model):
    """What was known when it was gathered: canonical JSON, deflated.

    ``sha256`` (hex) is that of the JSON itself, :mod:`layers.cases.gathering` says
    what is in it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    gathered_at = models.DateTimeField(_("gathered"))
    body = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    fixes = models.PositiveIntegerField(_("fixes"))
    raw_lines = models.PositiveIntegerField(_("raw lines"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case_id} {self.sha256[:12]}"


class CaseVersion(models.Model):
    """The case as it stood after a step or a correction: ``head`` is canonical JSON
    of everything that people entered, over the evidence that held."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="versions"
    )
    head = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    what = models.CharField(_("what was done"), max_length=12)
    reason = models.TextField(_("reason"), blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("version of a case")
        verbose_name_plural = _("versions of cases")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="case_version_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case_id} v{self.number}"


class Export(models.Model):
    """A package that was handed out: ``whole`` is the checksum in its manifest.

    Kept to tell a genuine package from one that was made up with fitting sums.
    """

    version = models.ForeignKey(
        CaseVersion, on_delete=models.PROTECT, related_name="exports"
    )
    personal = models.BooleanField(_("with personal data"))
    whole = models.CharField(_("checksum"), max_length=64, db_index=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("export of a case")
        verbose_name_plural = _("exports of cases")
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["version", "personal", "whole"], name="case_export_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.version_id} {self.whole[:12]}"
