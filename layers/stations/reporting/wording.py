"""Words of reports: people, times, limits, tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.stations.pages.lines import averaging, figure, limit_figure
from layers.stations.parameters import CATALOGUE

FIELDS = {
    "title": gettext_noop("name"),
    "make": gettext_noop("make"),
    "model": gettext_noop("model"),
    "serial_number": gettext_noop("serial number"),
    "method": gettext_noop("method"),
    "range_low": gettext_noop("range from"),
    "range_high": gettext_noop("range to"),
    "installed_on": gettext_noop("installed"),
    "removed_on": gettext_noop("removed"),
    "calibrated_on": gettext_noop("last calibrated"),
    "calibration_due_on": gettext_noop("calibration due"),
}


def person(user: Any) -> str:
    """How somebody is named in a document."""
    return str(getattr(user, "display_name", "") or user.get_username())


def moment(epoch: float | None) -> str:
    """Local time to the minute; "" for none."""
    if epoch is None:
        return ""
    local = timezone.localtime(datetime.fromtimestamp(epoch, UTC))
    return str(formats.date_format(local, "H:i d/m/Y"))


def local_day(epoch: float) -> str:
    """The day in the province, ``2026-11-22``."""
    return timezone.localdate(datetime.fromtimestamp(epoch, UTC)).isoformat()


def day(iso: str | None) -> str:
    return formats.date_format(date.fromisoformat(iso), "d/m/Y") if iso else ""


def title(parameter: str) -> str:
    known = CATALOGUE.get(parameter)
    return str(known.title) if known else parameter


def decimals(parameter: str) -> int:
    known = CATALOGUE.get(parameter)
    return known.decimals if known else 2


def number(value: float | None, parameter: str) -> str:
    return figure(value, decimals(parameter))


def limit(entry: dict[str, Any]) -> str:
    """``≤ 75 mg/L (each value)``"""
    sign = "≥" if entry["direction"] == "lower" else "≤"
    value = f"{sign} {limit_figure(entry['value'])} {entry['unit']}".strip()
    return f"{value} ({averaging(entry['averaging_minutes'])})"


def percent(part: float | None, whole: float | None, places: int = 1) -> str:
    """A share; "—" of nothing. Less than all is never written as 100."""
    if not whole or part is None:
        return "—"
    share = 100.0 * part / whole
    if part < whole:
        share = min(share, 100.0 - 10.0**-places)
    return f"{figure(share, places)} %"


def duration(seconds: float) -> str:
    """Hours and minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}


def field_name(name: str) -> str:
    return _(FIELDS[name]) if name in FIELDS else name
