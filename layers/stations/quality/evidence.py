"""What was seen, in words: of patterns, of tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Evidence = dict[str, Any]


def _time(at: float) -> str:
    moment = timezone.localtime(datetime.fromtimestamp(at, UTC))
    return f"{moment:%H:%M %d/%m/%Y}"


def _number(value: float, decimals: int = 2) -> str:
    return str(number_format(round(value, decimals)))


def _repeating(found: Evidence) -> str:
    return _(
        "%(values)s values one after the other (%(different)s different) are the same"
        " as those from %(at)s"
    ) % {
        "values": found["values"],
        "different": found["different"],
        "at": _time(found["first_seen"]),
    }


def _clipped(found: Evidence) -> str:
    return _(
        "%(near)s of %(of)s values lie within %(percent)s %% below the limit of"
        " %(limit)s, %(below)s in the band below that, %(over)s over the limit"
    ) % {
        "near": found["near"],
        "of": found["of"],
        "percent": _number(found["percent"]),
        "limit": _number(found["limit"]),
        "below": found["band_below"],
        "over": found["over"],
    }


def _long(found: Evidence) -> str:
    return _("Status 01 for %(minutes)s minutes without a break") % {
        "minutes": found["minutes"]
    }


def _near_limit(found: Evidence) -> str:
    shown = "; ".join(
        f"{_number(value)} ({_time(at)})"
        for value, at in zip(found["before"][:4], found["at"][:4], strict=True)
    )
    return _(
        "%(times)s of %(of)s calibrations began right after a value of at least"
        " %(percent)s %% of the limit of %(limit)s: %(shown)s"
    ) % {
        "times": found["times"],
        "of": found["of"],
        "percent": _number(found["percent"]),
        "limit": _number(found["limit"]),
        "shown": shown,
    }


def _neighbours(found: Evidence) -> str:
    return _(
        "%(hours)s hours: mean %(mean)s, middle of %(neighbours)s stations of the same"
        " kind nearby %(others)s"
    ) % {
        "hours": found["hours"],
        "mean": _number(found["mean"]),
        "neighbours": found["neighbours"],
        "others": _number(found["others"]),
    }


def _clock(found: Evidence) -> str:
    if "drift_s_per_day" in found:
        return _("The clock drifts by %(drift)s s a day (%(days)s days)") % {
            "drift": _number(found["drift_s_per_day"], 1),
            "days": found["days"],
        }
    return _("Values come %(minutes)s min after their time, all by the same") % {
        "minutes": _number(found["lag_s"] / 60, 0)
    }


WORDS: dict[str, Callable[[Evidence], str]] = {
    "repeating_blocks": _repeating,
    "clipped": _clipped,
    "long_calibration": _long,
    "calibration_on_exceedance": _near_limit,
    "neighbours": _neighbours,
    "impossible_date": _clock,
}
# What each may come from: a pattern is no proof of anything.
CAUSES = {
    "repeating_blocks": gettext_lazy(
        "Possible: a logger that sends stored values again, or values copied."
    ),
    "clipped": gettext_lazy(
        "Possible: control close to the limit, a range set too low, or capped values."
    ),
    "long_calibration": gettext_lazy(
        "Possible: maintenance, a switch left in calibration, or hidden values."
    ),
    "calibration_on_exceedance": gettext_lazy(
        "Possible: chance, calibrations on a schedule, or values kept from counting."
    ),
    "neighbours": gettext_lazy(
        "Possible: a source close by, another unit, or an instrument that is off."
    ),
    "impossible_date": gettext_lazy(
        "Possible: a clock set wrongly or not set by a time server."
    ),
}


def words(kind: str, found: Evidence) -> str:
    """What a pattern looks like, with its figures."""
    return WORDS[kind](found) if kind in WORDS else ""
