"""The list of schools as Excel or CSV: names, places, and the figures of a year."""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.spec import Text
from layers.core.uploads.contract import Column, Reason, Row, importers
from layers.core.uploads.facilities import Facilities, importer

from .layer import LEVELS

LEVEL = Reason("no_level", _("No level"), _("%(code)s is new and needs a level."))
YEAR = Reason(
    "bad_year", _("No school year"), _("Write it as 2025-2026: two years in a row.")
)
SOLID = Reason(
    "solid_rooms",
    _("More solid rooms than rooms"),
    _("%(solid)s of %(rooms)s rooms cannot be solid."),
)
TAUGHT = Reason(
    "no_classes", _("Pupils without classes"), _("%(pupils)s pupils in no class.")
)
CROWDED = Reason(
    "crowded",
    _("Very many pupils to a class"),
    _("%(ratio)s pupils to a class: are both numbers right?"),
    "warning",
)
STANDARD = Reason(
    "standard",
    _("Level without the standard"),
    _("A level of the standard is given, but the school does not meet it."),
)
YES_NO = (("1", _("Yes")), ("0", _("No")))
MOST_PER_CLASS = 60
_YEAR = re.compile(r"(\d{4})-(\d{4})")


def _count(name: str, title: Text, high: int) -> Column:
    return Column(name=name, title=title, kind="integer", low=0, high=high)


def check(row: Row, known: models.Model | None) -> None:
    """What the numbers of a school cannot be."""
    values = row.values
    if known is None and "level" not in values and "code" in values:
        row.problem(LEVEL, "level", code=values["code"])
    year = _YEAR.fullmatch(values.get("school_year", ""))
    if "school_year" in values and (not year or int(year[2]) != int(year[1]) + 1):
        row.problem(YEAR, "school_year")
    rooms, solid = values.get("rooms"), values.get("rooms_solid")
    if rooms is not None and solid is not None and solid > rooms:
        row.problem(SOLID, "rooms_solid", solid=solid, rooms=rooms)
    pupils, classes = values.get("pupils"), values.get("classes")
    if pupils and classes == 0:
        row.problem(TAUGHT, "classes", pupils=pupils)
    elif pupils and classes and pupils / classes > MOST_PER_CLASS:
        row.problem(CROWDED, "pupils", ratio=round(pupils / classes))
    if values.get("standard_level") and values.get("national_standard") == "0":
        row.problem(STANDARD, "standard_level")


SCHOOLS = Facilities(
    slug="schools",
    title=_("Schools"),
    help=_("Names, places and the figures of a school year."),
    layer="schools",
    model="schools.School",
    history="schools.SchoolYear",
    owner="school",
    period=Column(name="school_year", title=_("School year"), width=12),
    own=(
        Column(name="level", title=_("Level"), kind="choice", choices=LEVELS, width=18),
        Column(
            name="national_standard",
            title=_("National standard"),
            kind="choice",
            choices=YES_NO,
        ),
        Column(
            name="standard_level",
            title=_("Level of the standard"),
            kind="integer",
            low=1,
            high=2,
        ),
        Column(name="phone", title=_("Phone")),
    ),
    figures=(
        _count("pupils", _("Pupils"), 20_000),
        _count("classes", _("Classes"), 500),
        _count("teachers", _("Teachers"), 2_000),
        _count("rooms", _("Classrooms"), 500),
        _count("rooms_solid", _("Solid classrooms"), 500),
        _count("dropouts", _("Drop-outs"), 5_000),
        Column(
            name="graduated_pct",
            title=_("Graduated"),
            kind="percent",
            low=0,
            high=100,
            unit="%",
        ),
    ),
    check=check,
    reasons=(LEVEL, YEAR, SOLID, TAUGHT, CROWDED, STANDARD),
    order=20,
)

importers.register(importer(SCHOOLS))
