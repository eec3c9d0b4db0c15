"""Why an index could not be computed: fixed words, and what they say to people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NO_PARTICLES = "no_particles"
TWO_OF_THREE = "nowcast_two_of_three"
TOO_FEW_VALUES = "too_few_values"
NO_GROUP_IV = "no_group_iv"
NO_TEMPERATURE = "no_temperature"
UNIT = "unit"
# Of no hour at all; never stored.
NO_DATA = "no_data"

TEXTS = {
    NO_PARTICLES: gettext_noop("Neither PM2.5 nor PM10 was measured."),
    TWO_OF_THREE: gettext_noop(
        "PM2.5 or PM10 needs two of the last three hours (NowCast)."
    ),
    TOO_FEW_VALUES: gettext_noop("Fewer than three quarters of the values count."),
    NO_GROUP_IV: gettext_noop(
        "No parameter of group IV was measured (DO, BOD5, COD, TOC, ammonium,"
        " nitrate, nitrite, phosphate)."
    ),
    NO_TEMPERATURE: gettext_noop(
        "Dissolved oxygen alone, without a water temperature."
    ),
    NO_DATA: gettext_noop("No values in the last three hours."),
    UNIT: gettext_noop("The values are in a unit that cannot be converted."),
}


def text(reason: str) -> str:
    """The reason in the active language; an unknown word as it is."""
    return _(TEXTS[reason]) if reason in TEXTS else reason
