"""What a band of an index means for people, in this system's own words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.stations.indices import vn_aqi, vn_wqi
from layers.stations.models import IndexKind

AIR = {
    "good": gettext_noop("Clean air: be outdoors as you like."),
    "moderate": gettext_noop(
        "Fine for most. Who is very sensitive and coughs should take it easier"
        " outdoors."
    ),
    "poor": gettext_noop(
        "Children, the elderly, and people with heart or lung disease: less hard work"
        " outdoors."
    ),
    "bad": gettext_noop(
        "Everybody: less hard work outdoors. Children, the elderly and the ill stay"
        " inside where they can."
    ),
    "very_bad": gettext_noop(
        "Everybody: avoid being outdoors for long, wear a mask against fine dust, keep"
        " windows shut."
    ),
    "hazardous": gettext_noop(
        "Stay inside with windows shut. Go out only if you must, with a mask against"
        " fine dust."
    ),
}
WATER = {
    "excellent": gettext_noop("Good for drinking water after ordinary treatment."),
    "good": gettext_noop("Fit for drinking water after suitable treatment."),
    "moderate": gettext_noop("Fit for irrigation; not for drinking water as it is."),
    "poor": gettext_noop("For boats only; keep away from drinking and bathing in it."),
    "bad": gettext_noop("Heavily polluted: no use without treatment, do not bathe."),
    "very_bad": gettext_noop("Poisoned water: stay away from it and keep animals off."),
}


def advice(kind: str, index: float) -> str:
    """Advice for the band that an index of a kind (IndexKind) lies in."""
    if kind == IndexKind.VN_WQI:
        return _(WATER[vn_wqi.band(index)[0]])
    return _(AIR[vn_aqi.band(index)[0]])
