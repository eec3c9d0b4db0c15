"""The provincial task register: how to reach it, what stands in it, what was said."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.uploads.models import Upload

from .directive import Directive


class Urgency(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary")
    URGENT = "urgent", _("Urgent")


class TaskRegister(models.Model):
    """A register that is mirrored. ``settings`` are typed by
    ``register.config.Settings``; secrets are only named there (``${name}``)."""

    slug = models.SlugField(_("code"), unique=True, max_length=30)
    title = models.CharField(_("name"), max_length=120)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    enabled = models.BooleanField(_("in use"), default=False)
    etag = models.CharField(max_length=200, blank=True)
    pulled_at = models.DateTimeField(_("last asked"), null=True, blank=True)

    class Meta:
        verbose_name = _("task register")
        verbose_name_plural = _("task registers")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse settings that cannot work, naming the place."""
        from layers.directives.register.config import problems

        if found := problems(self.settings):
            raise ValidationError({"settings": found})


class RegisterEntry(models.Model):
    """A task of the register and the directive that it became here.

    ``enter_by``: the last day to enter it in time (:mod:`..register.entries`).
    ``deadline`` and ``their_status``: what the register said last, ours in its terms
    of :data:`..rules.STATUSES`; ``pushed_status``: what it was told last and
    ``refused_status`` what it would not take. ``pushes`` counts what it took.
    """

    directive = models.OneToOneField(
        Directive, on_delete=models.CASCADE, related_name="register_entry"
    )
    register_no = models.CharField(_("register number"), max_length=60)
    register = models.ForeignKey(
        TaskRegister, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY
    )
    paper_date = models.DateField(_("date of the paper"))
    entered_on = models.DateField(_("entered"))
    enter_by = models.DateField(_("to be entered by"), null=True)
    deadline = models.DateField(_("deadline"), null=True)
    their_status = models.CharField(max_length=12, blank=True)
    pushed_status = models.CharField(max_length=12, blank=True)
    refused_status = models.CharField(max_length=12, blank=True)
    pushes = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        ordering = ("register_no",)
        constraints = [
            models.UniqueConstraint(fields=["register_no"], name="register_entry_once")
        ]

    def __str__(self) -> str:
        return self.register_no


class RegisterLog(models.Model):
    """One exchange with a register. ``what``: pull or push; ``outcome``: ok, same,
    kept (a demo), retry, refused."""

    register = models.ForeignKey(
        TaskRegister, on_delete=models.CASCADE, related_name="log"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    what = models.CharField(_("what"), max_length=10)
    outcome = models.CharField(_("outcome"), max_length=10)
    register_no = models.CharField(_("register number"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("exchange with a register")
        verbose_name_plural = _("exchanges with registers")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["register", "-at"], name="register_log_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.outcome} {self.register_no}"
