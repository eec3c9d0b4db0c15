"""Files that were handed in, and what is wrong with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    RECEIVED = "received", _("waiting")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("ready to be committed")
    COMMITTING = "committing", _("being committed")
    COMMITTED = "committed", _("committed")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


# In these a worker has, or should have, the upload in hand.
RUNNING = (State.RECEIVED, State.CHECKING, State.COMMITTING)


class Upload(models.Model):
    """One file as it came, and how far it got.

    ``body`` are the bytes, zstd-compressed, stored before anybody reads them.
    ``records`` is the preview that a commit writes (zstd, one JSON a line),
    ``counts`` the number of problems by reason, ``rights`` what its sender may see.
    """

    importer = models.CharField(_("kind"), max_length=41)
    options = models.JSONField(default=dict)
    stamp = models.JSONField(default=dict)
    name = models.CharField(_("file"), max_length=200)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who"),
    )
    rights = models.JSONField(default=dict)
    at = models.DateTimeField(_("received"), auto_now_add=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RECEIVED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    commit_asked = models.BooleanField(default=False)
    accept_warnings = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(_("rows"), null=True)
    rows_done = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    counts = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    records = models.BinaryField(null=True)
    units = ArrayField(models.BigIntegerField(), default=list)
    outcome = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(_("committed"), null=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undo_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        app_label = "core"
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        ordering = ("-id",)
        indexes = [
            # what is in hand, for the sweeper
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["received", "checking", "committing"]),
                name="upload_running",
            ),
            # the uploads of one person, newest first
            models.Index(fields=["by", "-id"], name="upload_of_person"),
            # was this file here before?
            models.Index(fields=["sha256"], name="upload_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    @property
    def running(self) -> bool:
        return self.state in RUNNING


class UploadProblem(models.Model):
    """What is wrong with one cell. Reason and parameters make the text, in the
    language of whoever reads it."""

    upload = models.ForeignKey(
        Upload, on_delete=models.CASCADE, related_name="problems"
    )
    reason = models.CharField(max_length=60)
    severity = models.CharField(max_length=7)
    sheet = models.CharField(max_length=120, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=120, blank=True)
    cell = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        app_label = "core"
        ordering = ("id",)
        indexes = [
            models.Index(fields=["upload", "reason", "id"], name="upload_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell} {self.reason}"


class UploadChange(models.Model):
    """A row that an upload wrote: ``before`` what it was (None: it was not there),
    ``after`` what it became, by field."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        app_label = "core"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}"
