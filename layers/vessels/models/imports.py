"""Files of the register as they were handed in, and the rows that were refused."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterImport(models.Model):
    """One file: kept as it came, checked first, then written.

    ``counts`` is what the check, later what the writing found: added, changed,
    same, refused, missing. ``full``: the file holds the whole register of its
    source, so that who is not in it is missing.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, not written")
        WRITTEN = "written", _("Written")
        UNREADABLE = "unreadable", _("Not readable")

    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    source = models.CharField(_("source"), max_length=60)
    full = models.BooleanField(_("the whole register"), default=False)
    day = models.DateField(_("valid on"))
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.CHECKED
    )
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("handed in"), auto_now_add=True)
    written_at = models.DateTimeField(_("written"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("file of the register")
        verbose_name_plural = _("files of the register")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class RefusedRow(models.Model):
    """A row that was not taken: where it stands, which cell, and why.

    ``reason`` is a code of :mod:`layers.vessels.register.problems`; ``cells`` is the
    row as it came, by heading.
    """

    of = models.ForeignKey(
        RegisterImport, on_delete=models.CASCADE, related_name="refused"
    )
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=40)
    value = models.CharField(_("value"), max_length=200, blank=True)
    cells = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ("row", "id")

    def __str__(self) -> str:
        return f"{self.row}: {self.reason}"
