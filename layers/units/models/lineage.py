"""What became of a unit: lines of descent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .unit import Unit


class Basis(models.TextChoices):
    WHOLE = "whole", _("The whole unit")
    CENSUS = "census", _("Counted people")
    AREA = "area", _("Area")
    ESTIMATE = "estimate", _("Estimate")
    TABLE = "table", _("Published table")


class Lineage(models.Model):
    """What became of a unit: the share of its people and area in each successor.

    The shares of one old unit sum to 1, which keeps totals when a series is cast
    onto other units.
    """

    old = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="successors",
        verbose_name=_("old unit"),
    )
    new = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="forerunners",
        verbose_name=_("new unit"),
    )
    share_people = models.FloatField(_("share of the old unit's people"))
    share_area = models.FloatField(_("share of the old unit's area"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    decree = models.CharField(_("legal basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of descent")
        verbose_name_plural = _("lines of descent")
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="lineage_once"),
            models.CheckConstraint(
                condition=Q(share_people__range=(0, 1)) & Q(share_area__range=(0, 1)),
                name="lineage_shares",
                violation_error_message=_("Shares lie between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
