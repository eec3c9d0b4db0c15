"""What a wall can show: scenes, playlists, and when which is shown by itself."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .wall import Wall


@pghistory.track(exclude=["checked"])
class Scene(models.Model):
    """Camera, layers, filters, time and panes: ``body`` is a ``scenes.body.SceneBody``.

    A scene without a wall fits every wall; panes lie on a grid, not on pixels.
    ``shipped``: digest of what a release brought, empty for those made here; while the
    row still has it a later release may change the row. ``checked``: what the preview
    measured last, by wall. Rows are written by ``scenes.services`` only.
    """

    slug = models.SlugField(_("name in the address"), unique=True)
    title = models.CharField(_("title"), max_length=80)
    wall = models.ForeignKey(
        Wall, models.CASCADE, null=True, blank=True, related_name="scenes"
    )
    body = models.JSONField()
    order = models.PositiveSmallIntegerField(default=100)
    # for whom it is kept ready
    preset = models.CharField(
        _("kept ready for"),
        max_length=8,
        blank=True,
        choices=(("shift", _("The shift")), ("visitor", _("Visitors"))),
    )
    hotkey = models.CharField(_("key"), max_length=1, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    checked = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("scene")
        verbose_name_plural = _("scenes")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """In the language of the moment, if it was shipped."""
        return gettext(self.title)


@pghistory.track()
class Playlist(models.Model):
    """Scenes one after the other. ``items``: [{"scene": slug, "dwell_s": seconds}]."""

    slug = models.SlugField(_("name in the address"), unique=True)
    title = models.CharField(_("title"), max_length=80)
    items = models.JSONField(default=list)
    pause_on_alarm = models.BooleanField(
        _("waits while an alarm is shown"), default=True
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    shipped = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("playlist")
        verbose_name_plural = _("playlists")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """In the language of the moment, if it was shipped."""
        return gettext(self.title)


@pghistory.track()
class Slot(models.Model):
    """On these days, from this hour to that, a wall that follows its schedule shows
    this playlist. ``days``: Monday is 1, Sunday 7; hours are local; an end before the
    start lies on the next day. The slot with the lowest ``order`` wins."""

    wall = models.ForeignKey(Wall, models.CASCADE, related_name="slots")
    days = models.JSONField(default=list)
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    playlist = models.ForeignKey(Playlist, models.PROTECT, related_name="slots")
    order = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(0), MaxValueValidator(1000)]
    )

    class Meta:
        verbose_name = _("slot of the schedule")
        verbose_name_plural = _("schedule")
        ordering = ("wall", "order", "pk")

    def __str__(self) -> str:
        return f"{self.wall.slug} {self.begins:%H:%M}-{self.ends:%H:%M}"
