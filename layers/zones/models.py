"""Zones and lines at sea that rules are tested against."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.core.bands import banded
from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .layer import LAYER

MONTH_DAY = RegexValidator(
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", _("Write month-day, such as 04-01.")
)


class Kind(models.TextChoices):
    NATIONAL_WATERS = "national_waters", _("National waters")
    PROVINCE_WATERS = "province_waters", _("Waters of the province")
    BAND = "band", _("Fishing band")
    COASTAL_LINE = "coastal_line", _("Coastal line")
    INSHORE_LINE = "inshore_line", _("Inshore line")
    OFFSHORE_LIMIT = "offshore_limit", _("Outer limit of fishing")
    CLOSED_AREA = "closed_area", _("Closed area")
    PORT = "port", _("Fishing port")
    ANCHORAGE = "anchorage", _("Anchorage")
    STORM_SHELTER = "storm_shelter", _("Storm shelter")
    WATCHED = "watched", _("Watched area")


LINES = (Kind.COASTAL_LINE, Kind.INSHORE_LINE, Kind.OFFSHORE_LIMIT)


class Band(models.TextChoices):
    """Fishing bands of Decree 26/2019, article 42."""

    COASTAL = "coastal", _("Coastal")
    INSHORE = "inshore", _("Inshore")
    OFFSHORE = "offshore", _("Offshore")


class Side(models.TextChoices):
    """Which side of a line is beyond it, as one goes along it as drawn."""

    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")


@banded(LAYER.tile)
@pghistory.track(exclude=["shape", "search_text"])
class Zone(Feature):
    """A zone or line. ``version`` grows by itself with every change that matters
    to rules, which keep their state per (rule, feature, zone version)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    band = models.CharField(_("band"), max_length=10, choices=Band.choices, blank=True)
    closed = models.BooleanField(_("closed to fishing"), default=False)
    season_from = models.CharField(
        _("season from, month-day"), max_length=5, blank=True, validators=[MONTH_DAY]
    )
    season_to = models.CharField(
        _("season to, month-day"), max_length=5, blank=True, validators=[MONTH_DAY]
    )
    beyond = models.CharField(
        _("side beyond the line"),
        max_length=5,
        choices=Side.choices,
        blank=True,
        help_text=_("Of a line: the far side, as one goes along it as it is drawn"),
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last day valid"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    schematic = models.BooleanField(_("schematic"), default=False)
    search_text = search_field("title", "title_en", "code")

    class Meta:
        verbose_name = _("sea zone")
        verbose_name_plural = _("sea zones")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="zone_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="zone_valid_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(season_from="", season_to="")
                | ~Q(season_from="") & ~Q(season_to=""),
                name="zone_season_whole",
                violation_error_message=_("A season has a first and a last day."),
            ),
            models.CheckConstraint(
                condition=Q(kind="band") & ~Q(band="") | ~Q(kind="band") & Q(band=""),
                name="zone_band_named",
                violation_error_message=_("A fishing band names which band it is."),
            ),
            models.CheckConstraint(
                condition=Q(beyond="") | Q(kind__in=LINES),
                name="zone_only_lines_have_sides",
                violation_error_message=_("Only a line has a side beyond it."),
            ),
        ]
        indexes = [*feature_indexes("zone")]
        triggers = [
            pgtrigger.Trigger(
                name="version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "geom",
                    "kind",
                    "closed",
                    "beyond",
                    "season_from",
                    "season_to",
                    "valid_from",
                    "valid_to",
                ),
                func="NEW.version = OLD.version + 1; RETURN NEW;",
            ),
        ]
