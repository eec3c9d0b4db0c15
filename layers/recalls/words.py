"""Values of a list as people read them, for documents and screens."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from layers.core.figures import figure
from layers.vessels.models import Contact

from .choices import MOVES
from .queries import Row

TITLES = dict(MOVES)


def moves(row: Row) -> str:
    return str(TITLES[row.moves])


def outcome(row: Row) -> str:
    return str(Contact.Outcome(row.answer).label) if row.answer else ""


def when(moment: datetime | None) -> str:
    if moment is None:
        return "\u2014"
    return formats.date_format(timezone.localtime(moment), "H:i d/m")


def minutes(value: float | None) -> str:
    """Minutes as hours and minutes; beyond four days it is never."""
    if value is None or value > 5_760:
        return "\u2014"
    hours, left = divmod(round(value), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": left}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": left}


def km(metres: float | None) -> str:
    if metres is None:
        return "\u2014"
    return figure(metres / 1_000, 1)


def place(row: Row) -> str:
    """Latitude and longitude in degrees and minutes, as they are told by radio."""
    if row.lon is None or row.lat is None:
        return "\u2014"
    return f"{_minutes(row.lat, 'NS', 2)} {_minutes(row.lon, 'EW', 3)}"


def _minutes(degrees: float, signs: str, width: int) -> str:
    whole, rest = divmod(round(abs(degrees) * 600), 600)
    return f"{whole:0{width}d}\u00b0{rest / 10:04.1f}\u2032{signs[degrees < 0]}"
