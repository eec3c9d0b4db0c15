"""Classes with their colours and texts, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from layers.indicators import classes, wording
from layers.indicators.contract import ClassBreak, Status, Verdict
from layers.indicators.models import Indicator

# from what is best to what is worst: the worst stands out
STATUSES: tuple[Status, ...] = ("green", "amber", "red")


@dataclass(frozen=True, slots=True)
class Legend:
    classes: tuple[ClassBreak, ...]
    method: str
    place: Callable[[float, Verdict | None], int | None]


def classes_of(
    indicator: Indicator,
    values: Sequence[float],
    verdicts: Iterable[Verdict],
    method: classes.Method,
    count: int,
) -> Legend:
    """``bands``: a class for each band, by verdict; where nothing was judged they
    are quantiles. Raises ValueError for a bad number of classes."""
    if method == "bands":
        if any(verdicts):
            return _bands(indicator)
        method = "quantiles"
    bounds = classes.breaks(values, method, count)
    return Legend(
        classes=_ranges(bounds, indicator),
        method=method,
        place=lambda value, verdict: classes.place(value, bounds),
    )


def _bands(indicator: Indicator) -> Legend:
    texts = dict(
        zip(STATUSES, (indicator.green, indicator.amber, indicator.red), strict=True)
    )
    known = [status for status in STATUSES if texts[status]]
    colours = [classes.ramp(len(known), theme) for theme in ("dark", "light")]
    drawn = tuple(
        ClassBreak(
            low=None,
            high=None,
            dark=dark,
            light=light,
            label=wording.band(texts[status]),
            status=status,
        )
        for status, dark, light in zip(known, *colours, strict=True)
    )
    return Legend(
        classes=drawn,
        method="bands",
        place=lambda value, verdict: known.index(verdict.status) if verdict else None,
    )


def _ranges(bounds: Sequence[float], indicator: Indicator) -> tuple[ClassBreak, ...]:
    count = max(len(bounds) - 1, 0)
    colours = [classes.ramp(count, theme) for theme in ("dark", "light")]
    return tuple(
        ClassBreak(
            low=bounds[n],
            high=bounds[n + 1],
            dark=dark,
            light=light,
            label=label(bounds[n], bounds[n + 1], indicator),
        )
        for n, (dark, light) in enumerate(zip(*colours, strict=True))
    )


def label(low: float, high: float, indicator: Indicator) -> str:
    """``3.2 to 4.8 %``; one number for a class of no width."""
    measure = _(indicator.unit) if indicator.unit else ""
    if low == high:
        return f"{number(low, indicator.decimals)} {measure}".rstrip()
    texts = {
        "low": number(low, indicator.decimals),
        "high": number(high, indicator.decimals),
        "measure": measure,
    }
    return (_("%(low)s to %(high)s %(measure)s") % texts).rstrip()


def number(value: float, decimals: int) -> str:
    return formats.number_format(
        round(value, decimals), decimals, use_l10n=True, force_grouping=True
    )
