"""Drills from a recorded day: which, who took part, what they did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_ioc.wall.models import Wall

LONGEST = timedelta(days=2)


class Drill(models.Model):
    """A recorded span shown again as if it were now. Its clock runs from
    ``recorded_from`` at ``started_at``, ``speed`` times as fast, and stands at
    ``recorded_to``. What is done in it goes to :class:`DrillAct`, never to what was
    recorded."""

    title = models.CharField(_("title"), max_length=120)
    wall = models.ForeignKey(Wall, models.SET_NULL, null=True, blank=True)
    recorded_from = models.DateTimeField(_("recorded from"))
    recorded_to = models.DateTimeField(_("recorded to"))
    speed = models.FloatField(_("speed"), default=1)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # sent again after a lost answer it is one drill
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ("-started_at", "-pk")
        permissions = [
            ("use_console", "Can work at the operator's console"),
            ("run_drill", "Can start and end drills"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_to__gt=F("recorded_from")),
                name="drill_has_a_span",
            ),
            models.CheckConstraint(
                condition=Q(speed__gte=1, speed__lte=600), name="drill_has_a_speed"
            ),
            # one at a time: everybody who joins sees the same picture
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at=None), name="one_drill_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def recorded(self, at: datetime) -> datetime:
        """The recorded moment that the drill shows at ``at``."""
        passed = max(timedelta(), at - self.started_at) * self.speed
        return min(self.recorded_to, self.recorded_from + passed)


# What people call the acts of the desk; other words stand as they are.
WORDS = {
    "join": _("joined"),
    "acknowledge": _("acknowledged it"),
    "assign": _("assigned"),
    "shelve": _("shelved"),
    "unshelve": _("put back on the list"),
    "comment": _("wrote a note"),
    "close": _("closed it"),
    "dispatch": _("began a directive"),
}


class DrillAct(models.Model):
    """Who did what in a drill, at what moment of the recorded day. Append-only."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="acts")
    at = models.DateTimeField(default=timezone.now)
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=30)
    layer = models.CharField(max_length=41, blank=True)
    feature_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=2_000, blank=True)
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("act in a drill")
        verbose_name_plural = _("acts in drills")
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("drill", "key"), name="one_drill_act_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.drill_id} {self.kind} {self.layer}/{self.feature_id}"

    @property
    def word(self) -> str:
        return str(WORDS.get(self.kind, self.kind))
