"""The trend of one indicator of one unit, ready for its chart and its table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from . import showing, spans, wording
from .contract import Figure
from .models import Indicator, Vintage
from .spans import Span

_MEAN = (Path(__file__).parent / "sql" / "mean_trend.sql").read_text()


@dataclass(frozen=True, slots=True)
class Version:
    """A published version as the table has it. ``step`` is the difference to the
    version before of the same period; "" for the first."""

    figure: Figure
    period: str
    value: str
    vintage: str
    step: str
    newest: bool
    url: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Periods of one kind, oldest first; plans apart from measured figures."""

    indicator: Indicator
    kind: str
    kinds: tuple[str, ...]
    measured: dict[Span, list[Figure]]
    plans: dict[Span, list[Figure]]

    @property
    def newest(self) -> dict[Span, Figure]:
        return {span: found[-1] for span, found in self.measured.items()}


def trend(
    indicator: Indicator, figures: Sequence[Figure], kind: str | None = None
) -> Trend:
    """``figures`` as ``reading.series`` gives them; ``kind`` of period, by default
    that of the newest measured figure."""
    measured = [figure for figure in figures if figure.vintage > Vintage.PLAN]
    kinds: dict[str, date] = {}
    for figure in measured:
        found = spans.kind(figure.start, figure.end)
        kinds[found] = max(figure.end, kinds.get(found, figure.end))
    newest = max(kinds, key=lambda name: kinds[name], default="year")
    chosen = kind if kind in kinds else newest
    plans = [figure for figure in figures if figure.vintage == Vintage.PLAN]
    return Trend(
        indicator,
        chosen,
        tuple(sorted(kinds, key=lambda name: kinds[name], reverse=True)),
        _by_span(measured, chosen),
        _by_span(plans, chosen),
    )


def _by_span(figures: Sequence[Figure], kind: str) -> dict[Span, list[Figure]]:
    found: dict[Span, list[Figure]] = defaultdict(list)
    for figure in sorted(figures, key=lambda f: (f.end, f.start, f.published_at)):
        if spans.kind(figure.start, figure.end) == kind:
            found[figure.start, figure.end].append(figure)
    return dict(found)


def table(trend: Trend) -> list[Version]:
    """Every version, plans too, newest period and newest publication first."""
    rows: list[Version] = []
    for found in (*trend.plans.values(), *trend.measured.values()):
        before: Figure | None = None
        for figure in found:
            rows.append(_version(trend.indicator, figure, before, figure is found[-1]))
            before = figure
    return sorted(rows, key=_newest_first, reverse=True)


def _newest_first(row: Version) -> tuple[date, bool, datetime]:
    figure = row.figure
    return figure.end, figure.vintage > Vintage.PLAN, figure.published_at


def _version(
    indicator: Indicator, figure: Figure, before: Figure | None, newest: bool
) -> Version:
    step = ""
    if before is not None and before.value != figure.value:
        step = wording.signed(figure.value - before.value, indicator.decimals)
    return Version(
        figure,
        wording.period(figure.start, figure.end),
        wording.number(figure.value, indicator.decimals),
        wording.vintage(figure.vintage),
        step,
        newest,
        showing.passport_url(figure),
    )


def chart(trend: Trend, mean: dict[Span, float]) -> dict[str, Any]:
    """What the script draws: labels of the periods, and a list of values for each
    line, None where there is none."""
    listed = sorted(
        {*trend.measured, *trend.plans}, key=lambda span: (span[1], span[0])
    )
    newest = trend.newest
    same = [newest.get(spans.a_year_before(*span)) for span in listed]
    return {
        "unit": wording.measure(trend.indicator.unit),
        "decimals": trend.indicator.decimals,
        "labels": [wording.period(*span) for span in listed],
        "values": [_point(newest.get(span)) for span in listed],
        "earlier": [
            [place, _point(figure)]
            for place, span in enumerate(listed)
            for figure in _earlier(trend.measured.get(span, []))
        ],
        "plan": [_value(trend.plans.get(span, [None])[-1]) for span in listed],
        "same": [] if trend.kind in ("year", "school") else [_value(f) for f in same],
        "mean": [mean.get(span) for span in listed] if mean else [],
        "words": {
            "value": str(trend.indicator.name),
            "plan": _("Plan"),
            "same": _("Same period of the year before"),
            "mean": _("Mean of the units of this level"),
            "earlier": _("Earlier version"),
            "vintages": {str(v.value): str(v.label) for v in Vintage},
        },
    }


def _earlier(found: Sequence[Figure]) -> list[Figure]:
    """Versions with another value than the newest one."""
    return [figure for figure in found[:-1] if figure.value != found[-1].value]


def _point(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "value": figure.value,
        "vintage": figure.vintage,
        "published": wording.day(timezone.localdate(figure.published_at)),
        "url": showing.passport_url(figure),
    }


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure else None


def means(
    indicator: Indicator, facet: str, peers: Sequence[int], found: Trend
) -> dict[Span, float]:
    """Mean over ``peers`` for the periods of ``found``."""
    if not peers or not found.measured:
        return {}
    ends = [end for _start, end in found.measured]
    values: dict[str, Any] = {
        "indicator": indicator.pk,
        "facet": facet,
        "peers": list(peers),
        "first": min(ends),
        "last": max(ends),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEAN, values)
        return {
            (start, end): mean
            for start, end, mean in cursor.fetchall()
            if (start, end) in found.measured
        }
