"""One figure with all that is known of it, and every version of a series."""

from __future__ import annotations

from collections.abc import Iterable

from layers.core import units
from layers.core.scope import Grant
from layers.indicators import spans
from layers.indicators.contract import Figure, Origin, Passport, Version
from layers.indicators.models import Fact, Load, Withdrawn

from . import around, facts, scopes
from .facts import NotFound
from .verdicts import beside, verdict

Published = Fact | Withdrawn


def series(
    grant: Grant, code: str, unit_id: int, facet: str = "", kind: str | None = None
) -> list[Figure]:
    """Every version of every period, plans (vintage 0) among them; oldest period
    first, in it the oldest publication. ``kind`` keeps periods of one kind
    (``year``, ``month`` …: :func:`spans.kind`). Raises NotFound."""
    scopes.visible(grant, unit_id)
    found = facts.versions((facts.indicator_of(code).pk, unit_id, facet))
    if kind is None:
        return found
    return [got for got in found if spans.kind(got.start, got.end) == kind]


def passport(grant: Grant, fact_id: int) -> Passport:
    """A fact, or one that was withdrawn. Raises NotFound, also for a figure of a
    unit that the caller may not see."""
    found = _published([fact_id]).get(fact_id)
    if found is None or not grant.sees_unit(found.unit_id):
        raise NotFound(f"no figure {fact_id}")
    got = _figure(found)
    inputs = _published(found.inputs or ()).values()
    seen = [fact for fact in inputs if grant.sees_unit(fact.unit_id)]
    return Passport(
        figure=got,
        origin=_origin(found),
        verdict=_verdict(found, got),
        arrived=found.created_at,
        formula=found.indicator.formula,
        inputs=tuple(_version(fact) for fact in seen),
        hidden=len(found.inputs or ()) - len(seen),
        versions=tuple(_version(fact) for fact in _same_period(found)),
    )


def _published(ids: Iterable[int]) -> dict[int, Published]:
    """Facts by id, withdrawn ones among them, in the order asked for."""
    wanted = list(ids)
    if not wanted:
        return {}
    parts = ("indicator", "load__by", "load__withdrawn_by")
    found: dict[int, Published] = {}
    for model in (Withdrawn, Fact):
        rows = model.objects.filter(pk__in=wanted).select_related(*parts)
        found |= {row.pk: row for row in rows}
    return {pk: found[pk] for pk in wanted if pk in found}


def _same_period(of: Published) -> list[Published]:
    parts = ("indicator", "load__by", "load__withdrawn_by")
    found: list[Published] = []
    for model in (Fact, Withdrawn):
        found += model.objects.filter(
            unit_id=of.unit_id,
            indicator_id=of.indicator_id,
            facet=of.facet,
            period_end=of.period_end,
            period_start=of.period_start,
        ).select_related(*parts)
    return sorted(found, key=lambda fact: (fact.published_at, fact.vintage, fact.pk))


def _figure(fact: Published) -> Figure:
    return facts.figure(
        (
            fact.indicator_id,
            fact.unit_id,
            fact.facet,
            fact.pk,
            fact.value,
            fact.unit,
            fact.period_start,
            fact.period_end,
            fact.vintage,
            fact.basis,
            fact.published_at,
            fact.load_id,
            fact.note,
        )
    )


def _version(fact: Published) -> Version:
    return Version(figure=_figure(fact), origin=_origin(fact))


def _origin(fact: Published) -> Origin:
    load: Load = fact.load
    return Origin(
        load_id=load.pk,
        channel=load.channel,
        title=load.title,
        source=load.source,
        who=str(load.by) if load.by else "",
        at=load.at,
        upload_id=load.upload_id,
        feed=load.feed,
        batch_id=load.batch_id,
        row=fact.row,
        cell=fact.cell,
        withdrawn_at=load.withdrawn_at,
        withdrawn_by=str(load.withdrawn_by) if load.withdrawn_by else "",
        withdrawn_reason=load.withdrawn_reason,
    )


def _verdict(fact: Published, got: Figure):  # type: ignore[no-untyped-def]
    """As the figure is judged beside what is known today; a plan is not judged."""
    node = units.tree().nodes.get(fact.unit_id)
    if node is None or fact.vintage == 0:
        return None
    key = (fact.indicator_id, fact.unit_id, fact.facet)
    root = scopes.province()
    context = around.gather({key: got}, None, province=root.id if root else None)
    measured = beside(fact.indicator, got, context, key)
    return verdict(fact.indicator, got, node.kind, measured)
