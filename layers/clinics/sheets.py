"""The list of health facilities as Excel or CSV: names, places, figures of a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.spec import Text
from layers.core.uploads.contract import Column, Reason, Row, importers
from layers.core.uploads.facilities import Facilities, importer

from .layer import KINDS

NO_KIND = Reason("no_kind", _("No kind"), _("%(code)s is new and needs a kind."))
AHEAD = Reason(
    "ahead", _("A day that is to come"), _("%(day)s has not ended: nothing to report.")
)
CROWDED = Reason(
    "too_many_patients",
    _("More than three patients to a bed"),
    _("%(taken)s patients in %(beds)s beds."),
)
FULL = Reason(
    "more_than_beds",
    _("More patients than beds"),
    _("%(taken)s patients in %(beds)s beds: is that right?"),
    "warning",
)


def _count(name: str, title: Text, high: int) -> Column:
    return Column(name=name, title=title, kind="integer", low=0, high=high)


def check(row: Row, known: models.Model | None) -> None:
    """What the numbers of a facility cannot be."""
    values = row.values
    if known is None and "kind" not in values and "code" in values:
        row.problem(NO_KIND, "kind", code=values["code"])
    if values.get("day", date.min) > timezone.localdate():
        row.problem(AHEAD, "day", day=f"{values['day']:%d/%m/%Y}")
    taken = values.get("beds_occupied")
    beds = values.get("beds", getattr(known, "beds", None))
    if taken is not None and beds is not None and taken > beds:
        reason = CROWDED if taken > 3 * beds else FULL
        row.problem(reason, "beds_occupied", taken=taken, beds=beds)


def reported(day: Any) -> dict[str, Any]:
    """The figures of a day are those of its end, or of now while it lasts."""
    end = timezone.make_aware(datetime.combine(day, time(23, 59)))
    return {"reported_at": min(end, timezone.now())}


CLINICS = Facilities(
    slug="clinics",
    title=_("Hospitals and clinics"),
    help=_("Names, places, beds and staff, and the figures of a day."),
    layer="clinics",
    model="clinics.Clinic",
    history="clinics.ClinicDay",
    owner="clinic",
    period=Column(name="day", title=_("Day"), kind="date", width=12),
    own=(
        Column(name="kind", title=_("Kind"), kind="choice", choices=KINDS, width=20),
        Column(name="phone", title=_("Phone")),
    ),
    figures=(
        _count("beds", _("Beds"), 5_000),
        _count("beds_occupied", _("Beds taken"), 15_000),
        _count("doctors", _("Doctors"), 5_000),
        _count("nurses", _("Nurses"), 10_000),
        _count("visits", _("Visits"), 50_000),
        _count("admitted", _("Admitted"), 10_000),
    ),
    check=check,
    also=reported,
    reasons=(NO_KIND, AHEAD, CROWDED, FULL),
    order=21,
)

importers.register(importer(CLINICS))
