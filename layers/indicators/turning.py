"""Figures that turned red, or no longer are: one event each, when published.

Judged is the newest figure of each series that changed, and the one that stood there
before: the earlier version of its period, or the period before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from layers.core import events, units
from layers.core.events import Happening

from . import spans
from .contract import Figure, Verdict
from .models import Channel, Fact, Indicator, Latest, Load, Vintage
from .models.figures import NATIONAL
from .reading import around, facts, scopes
from .reading.facts import Series
from .reading.verdicts import beside, verdict

SLUG = "indicators"
TURNED_RED = "figure.turned_red"
RECOVERED = "figure.recovered"
# News about older periods is history, nobody is called for it.
RECENT = timedelta(days=400)
QUIET = (Channel.DEMO, Channel.FIXTURE)

_BEFORE = facts.statement("turning_before")


def record(fresh: Sequence[Fact], computed: Sequence[Fact]) -> int:
    """Record what turned red or recovered with facts that were published just now and
    those computed from them; how many events that were. What was only entered at
    set-up or made up tells nothing.

    Call it inside the transaction that published them.
    """
    told = _loud(fresh)
    if not told:
        return 0
    since = timezone.localdate() - RECENT
    ids = [
        fact.pk
        for fact in [*told, *computed]
        if fact.vintage > Vintage.PLAN and fact.period_end >= since
    ]
    rows = _newest(ids) if ids else []
    if not rows:
        return 0
    facts.catalogue.forget()  # type: ignore[attr-defined]  # one was just added
    now = {row[:3]: facts.figure(row) for row in rows}
    return len(events.record(_happenings(now, before(now.values()))))


def before(figures: Iterable[Figure]) -> dict[Series, Figure]:
    """What stood in the place of each published figure before it: the earlier version
    of its period, or the period before."""
    ids = sorted(figure.fact_id for figure in figures if figure.fact_id)
    if not ids:
        return {}
    return {row[:3]: facts.figure(row) for row in facts.fetch(_BEFORE, {"ids": ids})}


def _loud(fresh: Sequence[Fact]) -> list[Fact]:
    ids = {fact.load_id for fact in fresh}
    quiet = set(
        Load.objects.filter(pk__in=ids, channel__in=QUIET).values_list("pk", flat=True)
    )
    return [fact for fact in fresh if fact.load_id not in quiet]


def _newest(ids: list[int]) -> list[tuple[Any, ...]]:
    """Those of the facts that are the newest of their series and have bands."""
    judged = Indicator.objects.exclude(green="", amber="", red="")
    columns = (
        *("value", "unit", "period_start", "period_end", "vintage", "basis"),
        *("published_at", "load_id", "note"),
    )
    return list(
        Latest.objects.filter(fact__in=ids, indicator__in=judged)
        .exclude(facet=NATIONAL)
        .order_by("fact_id")
        .values_list(
            *("indicator_id", "unit_id", "facet", "fact_id"),
            *(f"fact__{column}" for column in columns),
        )
    )


def _happenings(
    now: dict[Series, Figure], before: dict[Series, Figure]
) -> Iterable[Happening]:
    verdicts, earlier = judged(now), judged(before)
    for series in now:
        if series not in before:
            continue  # what is counted or sent for the first time did not turn
        is_red, was_red = _red(verdicts[series]), _red(earlier[series])
        if is_red and not was_red:
            yield _happening(TURNED_RED, series, now, before, verdicts, earlier)
        # who cannot be judged any more has not recovered
        elif was_red and not is_red and verdicts[series] is not None:
            yield _happening(RECOVERED, series, now, before, verdicts, earlier)


def judged(found: dict[Series, Figure]) -> dict[Series, Verdict | None]:
    """The verdict on each figure, by what is known now."""
    root = scopes.province()
    gathered = around.gather(
        found, None, province=root.id if root else None, shown=False
    )
    nodes, catalogue = units.tree().nodes, facts.catalogue()
    verdicts = {}
    for series, got in found.items():
        indicator, node = catalogue.by_id[series[0]], nodes.get(got.unit_id)
        measured = beside(indicator, got, gathered, series)
        verdicts[series] = verdict(indicator, got, node.kind if node else "", measured)
    return verdicts


def _red(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.status == "red"


def _happening(
    kind: str,
    series: Series,
    now: dict[Series, Figure],
    before: dict[Series, Figure],
    verdicts: dict[Series, Verdict | None],
    earlier: dict[Series, Verdict | None],
) -> Happening:
    got = now[series]
    title = facts.catalogue().by_id[series[0]].title
    place = units.tree().title(got.unit_id)
    new = _told(got, verdicts[series])
    key = (kind, *(str(new[name]) for name in ("code", "facet", "period", "vintage")))
    stamp = got.published_at.isoformat()
    return Happening(
        key=" ".join((*key, str(got.unit_id), stamp)),
        kind=kind,
        layer=SLUG,
        feature_id=got.unit_id,
        unit_id=got.unit_id,
        title=f"{place}: {title}" if place else title,
        old=_told(before[series], earlier[series]),
        # one alert per unit and indicator: the recovery of one is not that of another
        new={**new, "part": _part(got), "part_title": title},
        happened_at=got.published_at,
    )


def _part(got: Figure) -> str:
    return f"{got.code}/{got.facet}" if got.facet else got.code


def _told(got: Figure, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "code": got.code,
        "facet": got.facet,
        "value": got.value,
        "unit": got.measure,
        "period": spans.name(got.start, got.end),
        "vintage": got.vintage,
        "fact_id": got.fact_id,
        "status": verdict.status if verdict else None,
        "band": verdict.band if verdict else "",
        "against": verdict.against if verdict else None,
        "cautions": list(verdict.cautions) if verdict else [],
    }
