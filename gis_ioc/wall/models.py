"""A video wall: a virtual canvas cut into panels, and who must be able to read it."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .legibility import Sizes


class Wall(models.Model):
    """``pitch_mm`` is one pixel; ``bezel_px`` what two neighbouring frames hide."""

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
    pitch_mm = models.FloatField(
        _("size of a pixel, mm"), default=0.49, validators=[MinValueValidator(0.05)]
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
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def canvas_width_px(self) -> int:
        """Pixels of all panels side by side, with what the bezels hide."""
        return self.columns * self.panel_width_px + (self.columns - 1) * self.bezel_px

    @property
    def sizes(self) -> Sizes:
        return Sizes.of(self.farthest_m, self.pitch_mm)
