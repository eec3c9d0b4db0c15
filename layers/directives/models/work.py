"""What is done about tasks: evidence, more time, work handed to somebody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .directive import Task

# A photo from so near shows the place itself; phones are out by a few dozen metres.
NEAR_M = 500


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
    note = models.CharField(_("what it shows"), max_length=300, blank=True)
    # where and when it was taken: by the file itself (exif) or by who sent it (device)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    place_source = models.CharField(max_length=6, blank=True)
    distance_m = models.FloatField(_("from the place, m"), null=True)
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

    @property
    def is_photo(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def near(self) -> bool | None:
        """Whether it was taken at the place; None: nobody knows where."""
        return None if self.distance_m is None else self.distance_m <= NEAR_M

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """More time asked for by a unit; ``granted`` None while nobody has answered."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="extensions")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    granted = models.BooleanField(_("granted"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(granted__isnull=True),
                name="extension_one_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.until:%Y-%m-%d %H:%M}"


class Delegation(models.Model):
    """``taker`` may do in the name of ``giver`` what is theirs about directives, for a
    time; with ``signing`` also sign, on the ground of the paper ``document_no``."""

    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="delegations_given",
        verbose_name=_("in the name of"),
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="delegations_taken",
        verbose_name=_("acts"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    signing = models.BooleanField(_("signature too"), default=False)
    document_no = models.CharField(_("number of the paper"), max_length=60, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="delegation_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="delegation_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"


class Answered(models.Model):
    """An act that was done under a key of its sender's, and what was answered: sent
    again it is not done again. ``asked`` is the SHA-256 of what was sent."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    what = models.CharField(max_length=120)
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    answer = models.TextField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "what", "key"], name="answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"


class FreeDay(models.Model):
    """A day that differs from the computed calendar: free (a holiday given by
    decision) or worked (a Saturday worked for a bridge day)."""

    day = models.DateField(_("day"), unique=True)
    working = models.BooleanField(_("worked"), default=False)
    title = models.CharField(_("why"), max_length=120)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("calendar")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.title}"
