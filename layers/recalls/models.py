"""Recalls, the vessels on their lists, the answers, and numbers over time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
import shapely
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.core.bands import banded
from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature
from layers.vessels.models import Contact, Vessel

from .choices import DRAFT, ISSUED, LIFTED, MOVES, ORIGINS, STATUSES, UNKNOWN
from .layer import LAYER

NO_AREA = shapely.to_wkb(shapely.MultiPolygon())


def _user(title: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=title,
    )


@banded(LAYER.tile)
@pghistory.track(exclude=["shape", "search_text"])
class Recall(Feature):
    """A named danger area (polygons, degrees) that fishing vessels are called out of.

    ``shelters`` are ids of zones that are recommended, ``ahead_h`` is how many hours
    by course and speed count as entering.
    """

    body = models.TextField(_("text of the call"), max_length=4_000)
    status = models.CharField(
        _("status"), max_length=8, choices=STATUSES, default=DRAFT
    )
    exercise = models.BooleanField(_("exercise"), default=False)
    valid_from = models.DateTimeField(_("in force from"))
    valid_to = models.DateTimeField(_("in force until"))
    ahead_h = models.FloatField(_("hours ahead"), default=6.0)
    shelters = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("recommended shelters"),
    )
    origin = models.CharField(
        _("where from"), max_length=8, choices=ORIGINS, default="drawn"
    )
    issuer = models.CharField(_("issued by"), max_length=150, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    drafted_by = _user(_("drafted by"))
    issued_by = _user(_("issued by"))
    lifted_by = _user(_("lifted by"))
    search_text = search_field("title")

    class Meta:
        verbose_name = _("storm recall")
        verbose_name_plural = _("storm recalls")
        ordering = ("-valid_from", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="recall_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_to")),
                name="recall_valid_in_order",
                violation_error_message=_("The end is before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(ahead_h__gte=0, ahead_h__lte=72),
                name="recall_ahead",
                violation_error_message=_("Between 0 and 72 hours ahead."),
            ),
        ]
        indexes = [
            *feature_indexes("recall"),
            # what the scheduler keeps up to date
            models.Index(
                fields=["valid_to"], condition=Q(status=ISSUED), name="recall_in_force"
            ),
        ]

    @property
    def area(self) -> shapely.Geometry:
        """The danger area in degrees."""
        return shapely.from_wkb(bytes(self.geom.wkb) if self.geom else NO_AREA)

    @property
    def refreshed_at(self) -> datetime | None:
        """When the list was last brought up to date."""
        times = self.tallies.order_by("-at").values_list("seen_at", flat=True)
        return times.first()

    @property
    def is_draft(self) -> bool:
        return self.status == DRAFT

    @property
    def in_force(self) -> bool:
        return self.status == ISSUED

    @property
    def is_over(self) -> bool:
        return self.status == LIFTED


class Boat(models.Model):
    """A vessel on a recall's list. It stays on it when it has left the area.

    The figures are those of ``refreshed_at`` of the recall: ``edge_m`` metres to the
    nearest edge (positive inside), ``outward_kn`` speed towards it (negative: deeper
    in), ``leave_min`` and ``enter_min`` minutes at present course and speed.
    """

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="boats")
    vessel = models.ForeignKey(Vessel, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    inside = models.BooleanField(default=False)
    moves = models.CharField(max_length=8, choices=MOVES, default=UNKNOWN)
    silent = models.BooleanField(default=False)
    at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    speed_kn = models.FloatField(null=True)
    course_deg = models.FloatField(null=True)
    edge_m = models.FloatField(null=True)
    outward_kn = models.FloatField(null=True)
    leave_min = models.FloatField(null=True)
    enter_min = models.FloatField(null=True)
    haven = models.CharField(max_length=200, blank=True)
    haven_m = models.FloatField(null=True)
    haven_min = models.FloatField(null=True)
    home_m = models.FloatField(null=True)
    answer = models.CharField(
        max_length=16, choices=Contact.Outcome.choices, blank=True
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = _user(_("called by"))
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    claimed_by = _user(_("called by"))
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("vessel of a recall")
        verbose_name_plural = _("vessels of a recall")
        constraints = [
            models.UniqueConstraint(fields=["recall", "vessel"], name="boat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id}/{self.vessel_id}"


class Answer(models.Model):
    """An entry of the call log that belongs to a recall. ``key`` is made by whoever
    sends it: sent twice, logged once."""

    boat = models.ForeignKey(Boat, on_delete=models.CASCADE, related_name="answers")
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("answer to a recall")
        verbose_name_plural = _("answers to a recall")

    def __str__(self) -> str:
        return self.key


class Tally(models.Model):
    """How a recall stood at a minute, as last looked at in it (``seen_at``)."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="tallies")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()
    inside = models.PositiveIntegerField(_("inside"), default=0)
    entering = models.PositiveIntegerField(_("will enter"), default=0)
    left = models.PositiveIntegerField(_("have left"), default=0)
    answered = models.PositiveIntegerField(_("have answered"), default=0)
    unanswered = models.PositiveIntegerField(_("not answered"), default=0)
    silent = models.PositiveIntegerField(_("no signal"), default=0)

    class Meta:
        verbose_name = _("numbers at a time")
        verbose_name_plural = _("numbers over time")
        ordering = ("recall", "at")
        constraints = [
            models.UniqueConstraint(fields=["recall", "at"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id} {self.at:%Y-%m-%d %H:%M}"
