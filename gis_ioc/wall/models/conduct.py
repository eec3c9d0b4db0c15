"""What a wall is showing, and everything that was ever done to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .wall import Wall


class WallState(models.Model):
    """One row a wall: ``body`` is a ``state.State``. Changed only by
    ``services.apply`` under a row lock; ``seq`` counts the changes."""

    wall = models.OneToOneField(Wall, models.CASCADE, related_name="state")
    seq = models.PositiveBigIntegerField(default=0)
    body = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("state of a wall")
        verbose_name_plural = _("states of walls")
        permissions = [
            ("conduct_wall", "Can conduct walls"),
            ("blank_wall", "Can blank walls"),
        ]

    def __str__(self) -> str:
        return f"{self.wall.slug} #{self.seq}"


class WallAct(models.Model):
    """One change: who did what, and the state after it. Append-only; the time bar
    reads from it what a wall showed at any minute of the past."""

    wall = models.ForeignKey(Wall, models.CASCADE, related_name="acts")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    act = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)
    body = models.JSONField()
    # sent again after a lost answer it is done once
    key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("act on a wall")
        verbose_name_plural = _("log of walls")
        ordering = ("-wall", "-seq")
        constraints = [
            models.UniqueConstraint(fields=("wall", "seq"), name="one_act_a_number"),
            models.UniqueConstraint(
                fields=("wall", "key"),
                condition=~models.Q(key=""),
                name="one_act_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wall.slug} #{self.seq} {self.act}"
