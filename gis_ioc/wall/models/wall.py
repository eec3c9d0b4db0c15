"""A video wall: a virtual canvas cut into panels, and who must be able to read it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_ioc.wall.canvas import Canvas
from gis_ioc.wall.legibility import Sizes
from layers.core.fields import UnitRefField


class Wall(models.Model):
    """``pitch_mm`` is one pixel; ``bezel_px`` what the frames of two neighbours hide,
    ``bezel_y_px`` the same between rows where it differs."""

    slug = models.SlugField(_("name in the address"), unique=True)
    title = models.CharField(_("title"), max_length=80)
    columns = models.PositiveSmallIntegerField(
        _("columns"), default=1, validators=[MinValueValidator(1)]
    )
    rows = models.PositiveSmallIntegerField(
        _("rows"), default=1, validators=[MinValueValidator(1)]
    )
    panel_width_px = models.PositiveIntegerField(_("panel width, px"), default=3840)
    panel_height_px = models.PositiveIntegerField(_("panel height, px"), default=2160)
    bezel_px = models.PositiveSmallIntegerField(_("bezel, px"), default=0)
    bezel_y_px = models.PositiveSmallIntegerField(
        _("bezel between rows, px"), null=True, blank=True
    )
    lon = models.FloatField(_("longitude of the room"), null=True, blank=True)
    lat = models.FloatField(_("latitude of the room"), null=True, blank=True)
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="dark",
        choices=(("dark", _("Dark")), ("light", _("Light"))),
    )
    pitch_mm = models.FloatField(
        _("size of a pixel, mm"), default=0.49, validators=[MinValueValidator(0.05)]
    )
    unit_id = UnitRefField(_("administrative unit"))
    alarm_shown_s = models.PositiveIntegerField(
        _("an alarm is shown for, s"), default=40, validators=[MinValueValidator(5)]
    )
    alarm_every_s = models.PositiveIntegerField(
        _("again after, s"), default=180, validators=[MinValueValidator(10)]
    )
    panel_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("its panels see what this user sees"),
    )
    # grows when the sign-in links given out before shall be void
    links = models.PositiveIntegerField(
        _("number of the links of its panels"), default=1
    )
    farthest_m = models.FloatField(
        _("farthest reader, m"), default=5.0, validators=[MinValueValidator(0.3)]
    )

    class Meta:
        verbose_name = _("wall")
        verbose_name_plural = _("walls")
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pitch_mm__gt=0, farthest_m__gt=0),
                name="wall_has_a_size",
            ),
            models.CheckConstraint(
                condition=models.Q(columns__gte=1, rows__gte=1),
                name="wall_has_a_panel",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    alarm_shown_s__lt=models.F("alarm_every_s"), alarm_shown_s__gte=1
                ),
                name="wall_alarms_have_pauses",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def canvas(self) -> Canvas:
        """The pixels of all panels with what the bezels hide."""
        rows_apart = self.bezel_px if self.bezel_y_px is None else self.bezel_y_px
        return Canvas(
            columns=self.columns,
            rows=self.rows,
            panel_width_px=self.panel_width_px,
            panel_height_px=self.panel_height_px,
            bezel_x_px=self.bezel_px,
            bezel_y_px=rows_apart,
        )

    @property
    def sizes(self) -> Sizes:
        return Sizes.of(self.farthest_m, self.pitch_mm)


class Panel(models.Model):
    """One screen of a wall and the machine that drives it. Both count from 1 at the
    top left. Panels without a row of their own exist all the same."""

    wall = models.ForeignKey(Wall, models.CASCADE, related_name="panels")
    column = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    row = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    host = models.CharField(_("machine"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        ordering = ("wall", "row", "column")
        constraints = [
            models.UniqueConstraint(
                fields=("wall", "column", "row"), name="one_panel_in_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.wall.slug} {self.column}/{self.row}"
