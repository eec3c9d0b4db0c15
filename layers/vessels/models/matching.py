"""What nobody could decide for certain, and how far matching has come."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .devices import Device
from .register import Vessel


@pghistory.track(exclude=["candidates", "said", "score", "unit_ids"])
class Conflict(models.Model):
    """An identity that somebody has to look at.

    One row per (kind, device, branch), or per (kind, vessel) where no device is
    part of it: what is said anew about the same question changes the open row, so
    that a transponder with a new name each minute makes one row. ``candidates``:
    ``[{"vessel": id, "score": 0-1, "parts": {evidence: weight}}, …]``, the best
    first; ``said``: names and the like that led to it. ``rejected``: vessels that
    staff kept apart from it, never proposed again. ``unit_ids``: units of the
    vessels in it, for the scope.
    """

    class Kind(models.TextChoices):
        CANDIDATE = "match_candidate", _("May be a registered vessel")
        SHARED = "shared_identity", _("Identity used by several boats")
        INVALID = "invalid_identity", _("Identity is not valid")
        CHANGED = "changed_identity", _("Changed its name or size")
        DEVICES = "two_devices_counted", _("Two devices counted")
        DUPLICATE = "duplicate_registration", _("Registration used twice")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        FITTED = "fitted", _("Fitted to a vessel")
        APART = "apart", _("Kept apart")
        IGNORED = "ignored", _("Ignored")
        SETTLED = "settled", _("Settled by itself")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    device = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        null=True,
        related_name="conflicts",
        verbose_name=_("device"),
    )
    branch = models.SmallIntegerField(_("branch"), default=0)
    vessel = models.ForeignKey(
        Vessel,
        on_delete=models.PROTECT,
        null=True,
        related_name="conflicts",
        verbose_name=_("vessel"),
    )
    candidates = models.JSONField(default=list)
    said = models.JSONField(default=dict)
    rejected = ArrayField(models.BigIntegerField(), default=list)
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    score = models.FloatField(_("score"), default=0.0)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN
    )
    opened_at = models.DateTimeField(_("opened"))
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("identity conflict")
        verbose_name_plural = _("identity conflicts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "device", "branch"],
                condition=Q(device__isnull=False),
                name="conflict_once_per_device",
            ),
            models.UniqueConstraint(
                fields=["kind", "vessel"],
                condition=Q(device__isnull=True),
                name="conflict_once_per_vessel",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="conflict_list"),
            GinIndex(fields=["unit_ids"], name="conflict_units"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.device or self.vessel}"


class Examined(models.Model):
    """How far a device has been matched, so that nothing is looked at twice.

    ``newest_report``: id of the newest static report seen. ``tracks``: branches.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    newest_report = models.BigIntegerField()
    tracks = models.SmallIntegerField(default=1)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M}"
