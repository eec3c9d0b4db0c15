"""A unit during one span of days."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.gis.db import models as gis
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from layers.core.bands import banded
from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature
from layers.units.layer import LAYER


class Kind(models.TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune or ward")


class UnitType(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    TOWN = "town", _("Town")
    DISTRICT = "district", _("District")
    WARD = "ward", _("Ward")
    COMMUNE = "commune", _("Commune")
    TOWNSHIP = "township", _("Township")


class ValidDays(Func):
    """``daterange`` of a unit, both days included."""

    function = "daterange"
    output_field = DateRangeField()


@banded(LAYER.tile)
@pghistory.track(exclude=["shape", "search_text", "unit_id"])
class Unit(Feature):
    """A unit during one span of days. Codes are re-used, so a code alone names
    nothing: (kind, code, day) does. Rows are ended, never deleted."""

    # A unit belongs to itself: scopes and drawers treat it like any other row.
    unit_id = models.GeneratedField(
        expression=F("id"),  # type: ignore[arg-type]
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    code = models.CharField(_("code"), max_length=12)
    kind = models.CharField(_("level"), max_length=10, choices=Kind.choices)
    type = models.CharField(_("type"), max_length=10, choices=UnitType.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("unit above"),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last day valid"), null=True, blank=True)
    area_km2 = models.FloatField(_("area, km²"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of population"), null=True, blank=True
    )
    seat = gis.PointField(_("seat"), srid=4326, null=True, blank=True)
    schematic = models.BooleanField(_("schematic outline"), default=False)
    geometry_version = models.PositiveIntegerField(
        _("version of the outline"), default=1, editable=False
    )
    decree = models.CharField(_("legal basis"), max_length=200, blank=True)
    search_text = search_field("title", "code")

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="unit_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="unit_valid_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            ExclusionConstraint(
                name="unit_code_once_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (
                        ValidDays(
                            "valid_from",
                            "valid_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another unit has this code and level on some of these days."
                ),
            ),
        ]
        indexes = [
            *feature_indexes("unit"),
            # the units of a level by code, as imports look them up
            models.Index(fields=["kind", "code"], name="unit_kind_code"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="outline_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("geom"),
                func="NEW.geometry_version = OLD.geometry_version + 1; RETURN NEW;",
            ),
        ]
