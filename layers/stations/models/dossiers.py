"""Case files of exceedances. What was frozen once is never changed: evidence, versions
and exports are only ever added, the database refuses anything else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.evidence.rows import append_only

from .stations import Station

PERSON = settings.AUTH_USER_MODEL


class Dossier(models.Model):
    """An exceedance that is looked into. ``number`` is gapless within a year.

    ``since`` (not included) and ``until`` bound the evidence, ``parameters`` are what
    the case is about; of the others the evidence holds the key figures. ``alert_id``:
    what it was opened from. ``peak``: what was furthest over its limit in the newest
    evidence (parameter, value, limit, unit, ratio, at), empty when nothing was. The
    row is what holds now; what held when is in :class:`DossierVersion`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("case", "Draft")
        FORWARDED = "forwarded", pgettext_lazy("case", "Forwarded")
        DECIDED = "decided", pgettext_lazy("case", "Decided")
        CLOSED = "closed", pgettext_lazy("case", "Closed")

    number = models.CharField(_("number"), max_length=16, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="dossiers",
        verbose_name=_("station"),
    )
    parameters = ArrayField(
        models.CharField(max_length=20), verbose_name=_("parameters")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what happened"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    decision = models.TextField(_("decision"), blank=True)
    decision_no = models.CharField(_("decision number"), max_length=60, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    penalty_vnd = models.BigIntegerField(_("penalty (VND)"), null=True, blank=True)
    alert_id = models.BigIntegerField(null=True, editable=False)
    peak = models.JSONField(default=dict, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    author = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)

    class Meta:
        verbose_name = _("case file")
        verbose_name_plural = _("case files")
        ordering = ("-year", "-serial")
        permissions = [
            ("read_dossiers", _("Can read case files of stations")),
            ("keep_dossiers", _("Can open and lead case files of stations")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="dossier_serial"),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="dossier_span_in_order",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]
        indexes = [models.Index(fields=["station", "since"], name="dossier_station")]

    def __str__(self) -> str:
        return self.number


class DossierEvidence(models.Model):
    """What was known when it was gathered: canonical JSON, deflated.

    ``sha256`` (hex) is that of the JSON itself; :mod:`layers.stations.dossiers`
    says what is in it.
    """

    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="evidence"
    )
    gathered_at = models.DateTimeField(_("gathered"))
    body = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    values_held = models.PositiveIntegerField(_("values"))
    files = models.PositiveIntegerField(_("files"))
    exceedances = models.PositiveIntegerField(_("exceedances"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.sha256[:12]}"


class DossierVersion(models.Model):
    """The case as it stood after a step or a correction: ``head`` is canonical JSON
    of everything that people entered, over the evidence that held."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    evidence = models.ForeignKey(
        DossierEvidence, on_delete=models.PROTECT, related_name="versions"
    )
    head = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=Dossier.Status.choices
    )
    what = models.CharField(_("what was done"), max_length=12)
    reason = models.TextField(_("reason"), blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        PERSON,
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
            models.UniqueConstraint(
                fields=["dossier", "number"], name="dossier_version_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.dossier_id} v{self.number}"


class DossierExport(models.Model):
    """A package that was handed out: ``whole`` is the checksum in its manifest.

    Kept to tell a genuine package from one that was made up with fitting sums.
    """

    version = models.ForeignKey(
        DossierVersion, on_delete=models.PROTECT, related_name="exports"
    )
    whole = models.CharField(_("checksum"), max_length=64, db_index=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        PERSON,
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
                fields=["version", "whole"], name="dossier_export_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.version_id} {self.whole[:12]}"
