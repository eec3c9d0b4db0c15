"""Bands of the indices: their words and legal colours, for every screen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.stations.indices import vn_aqi, vn_wqi
from layers.stations.models import IndexKind

AQI_TITLES = {
    "good": gettext_noop("Good"),
    "moderate": gettext_noop("Moderate"),
    "poor": gettext_noop("Poor"),
    "bad": gettext_noop("Bad"),
    "very_bad": gettext_noop("Very bad"),
    "hazardous": gettext_noop("Hazardous"),
}
WQI_TITLES = {
    "excellent": gettext_noop("Excellent"),
    "good": gettext_noop("Good"),
    "moderate": gettext_noop("Moderate"),
    "poor": gettext_noop("Poor"),
    "bad": gettext_noop("Bad"),
    "very_bad": gettext_noop("Heavily polluted"),
}


@dataclass(frozen=True, slots=True)
class Band:
    title: str
    colour: str


def band(kind: str, value: int) -> Band:
    """The band that a value of an index (IndexKind) lies in."""
    if kind == IndexKind.VN_WQI:
        slug, colour = vn_wqi.band(value)
        return Band(_(WQI_TITLES[slug]), colour)
    slug, colour = vn_aqi.band(value)
    return Band(_(AQI_TITLES[slug]), colour)
