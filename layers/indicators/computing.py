"""Computing figures from figures by the formulas of the catalogue.

What is published or taken back is followed at once, in the same transaction: every
figure that reads it is computed for the same unit and period, one step after the
other. A computed figure has the least trusted vintage of its inputs, the newest of
their publications, and their ids; it stands until an input changes.

The same set of facts always gives the same computed ones, in whatever order they
came: a computed figure that the facts no longer give is withdrawn. One that an agency
reported takes the place of a computed one from its publication on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from layers.core import units

from . import store
from .formulas import places as reads
from .formulas.evaluating import evaluate
from .formulas.graph import Graph
from .formulas.parsing import Ref
from .formulas.places import Place, Read, There
from .models import Basis, Channel, Fact, Indicator, Load, Vintage
from .models.figures import Figures

KINDS = frozenset({"province", "district", "commune"})
SOURCE = "GIS-IOC"
MOST = 1e15  # what the column of values holds


@dataclass(frozen=True, slots=True)
class Found:
    """A value that the facts give at a place."""

    place: Place
    value: float
    vintage: int
    published_at: datetime
    inputs: tuple[int, ...]
    note: str

    def same(self, other: There) -> bool:
        return (
            other.published_at == self.published_at
            and other.vintage == self.vintage
            and other.inputs == self.inputs
            and abs(other.value - self.value) < 1e-9
        )


class Catalogue:
    """The indicators by code, and what is computed from what."""

    def __init__(self) -> None:
        self.by_code = {entry.code: entry for entry in Indicator.objects.all()}
        self.codes = {entry.pk: entry.code for entry in self.by_code.values()}
        self.graph = Graph.readable(self.by_code.values())


def make_room(facts: Sequence[Fact]) -> set[int]:
    """Take back computed facts that stand where one of ``facts`` is to stand, of the
    same vintage and published at the same time; their ids, for :func:`follow`."""
    run = _Run()
    here: dict[int, dict[Place, set[tuple[int, datetime]]]] = {}
    formulas = {run.catalogue.by_code[code].pk for code in run.catalogue.graph.order}
    for fact in facts:
        if fact.indicator_id in formulas and not fact.facet:
            of = here.setdefault(fact.indicator_id, {})
            of.setdefault(_place(fact), set()).add((fact.vintage, fact.published_at))
    taken: list[int] = []
    for indicator_id, wanted in here.items():
        asked = list(wanted)
        code = run.catalogue.codes[indicator_id]
        for n, found in reads.there(run.catalogue.by_code[code], asked).items():
            taken += [
                old.id
                for old in found
                if old.basis == Basis.COMPUTED
                and (old.vintage, old.published_at) in wanted[asked[n]]
            ]
    if taken:
        store.retract(taken)
    return set(taken)


def follow(fresh: Sequence[Fact], gone: Collection[int] = ()) -> list[Fact]:
    """Compute what reads ``fresh``; the computed facts that are new come back.
    ``gone`` are ids of computed facts that had to make room for them.

    Call it inside a transaction that holds the layer's writer lock.
    """
    return _Run().follow(fresh, set(gone))


def unfollow(gone: Sequence[Figures]) -> list[Fact]:
    """The same after facts were taken back: what was made from them goes too, and
    is computed anew from what is left."""
    return _Run().follow(gone, gone={int(fact.pk) for fact in gone})


def recompute(codes: Iterable[str]) -> list[Fact]:
    """Compute indicators for every period there is, after their formulas changed.
    What was computed by a formula that is gone is withdrawn."""
    run = _Run()
    wanted = set(codes)
    lost = Fact.objects.filter(
        indicator__code__in=wanted - run.catalogue.graph.trees.keys(),
        basis=Basis.COMPUTED,
    )
    gone = store.retract(list(lost.values_list("pk", flat=True)))
    return run.follow(gone, {fact.pk for fact in gone}, wanted)


class _Run:
    """One pass through the formulas; all that it computes is of one load."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.load: Load | None = None
        self.made: list[Fact] = []

    def follow(
        self,
        touched: Sequence[Figures],
        gone: set[int] | None = None,
        anew: Collection[str] = (),
    ) -> list[Fact]:
        """``anew`` are computed everywhere, the others where inputs were touched."""
        graph, codes = self.catalogue.graph, self.catalogue.codes
        by_code: dict[str, list[Figures]] = {}
        for fact in touched:
            if fact.vintage > Vintage.PLAN:
                by_code.setdefault(codes[fact.indicator_id], []).append(fact)
        gone = gone or set()
        for code in graph.order:
            found = self._places(code, by_code)
            here = sorted(found | self._everywhere(code) if code in anew else found)
            if here:
                changed = self._settle(code, here, gone)
                by_code.setdefault(code, []).extend(changed)
        return self.made

    def _places(self, code: str, by_code: dict[str, list[Figures]]) -> set[Place]:
        """Where the figure may have changed."""
        graph, by_name = self.catalogue.graph, self.catalogue.by_code
        here: set[Place] = {_place(f) for f in by_code.get(code, ()) if not f.facet}
        divided: set[tuple[int, date]] = set()
        for ref in graph.inputs[code]:
            for fact in by_code.get(ref.code, ()):
                if fact.facet != ref.facet:
                    continue
                unit, start, end = _place(fact)
                if ref.newest:
                    divided.add((unit, end))
                elif ref.before:
                    here.add((unit, *reads.a_year_after(start, end)))
                else:
                    here.add((unit, start, end))
        if divided:
            main = {ref.code for ref in graph.inputs[code] if not ref.newest}
            ids = [by_name[name].pk for name in main]
            here |= reads.later_periods(divided, ids)
        return here

    def _everywhere(self, code: str) -> set[Place]:
        """Where the figure stands, and where there is anything to make it from."""
        by_name = self.catalogue.by_code
        here = reads.all_periods(by_name[code])
        for ref in self.catalogue.graph.inputs[code]:
            if not ref.newest:
                of = reads.all_periods(by_name[ref.code])
                here |= {
                    (unit, *(reads.a_year_after(a, b) if ref.before else (a, b)))
                    for unit, a, b in of
                }
        return here

    def _settle(self, code: str, here: list[Place], gone: set[int]) -> list[Figures]:
        """Make what stands at the places what the facts give; what changed."""
        indicator = self.catalogue.by_code[code]
        standing = reads.there(indicator, here)
        wanted = dict(self._found(code, here))
        stale: list[int] = []
        fresh: list[Fact] = []
        for n, place in enumerate(here):
            old, new = standing.get(n, []), wanted.get(place)
            reported = [f for f in old if f.basis != Basis.COMPUTED]
            until = min((f.published_at for f in reported), default=None)
            if new and until and new.published_at >= until:
                new = None
            computed = [f for f in old if f.basis == Basis.COMPUTED]
            stale += [f.id for f in computed if _is_stale(f, new, until, gone)]
            if new and not any(new.same(f) for f in computed if f.id not in stale):
                fresh.append(self._fact(indicator, new))
        changed: list[Figures] = [*store.retract(stale)] if stale else []
        gone.update(stale)
        if fresh:
            added = store.append(fresh)
            self.made += added
            changed += added
        return changed

    def _found(self, code: str, here: list[Place]) -> Iterator[tuple[Place, Found]]:
        by_code, graph = self.catalogue.by_code, self.catalogue.graph
        here = [place for place in here if _measured(by_code[code], place[0])]
        if not here:
            return
        found: dict[Ref, Read] = {
            ref: reads.read(ref, by_code[ref.code], here) for ref in graph.inputs[code]
        }
        raw = evaluate(graph.trees[code], lambda ref: found[ref].values)
        values = np.round(np.broadcast_to(raw, (len(here),)), 4)
        rows = list(found.values())
        for n in np.flatnonzero(np.abs(values) < MOST).tolist():
            yield here[n], _one(here[n], float(values[n]), n, rows)

    def _fact(self, indicator: Indicator, new: Found) -> Fact:
        unit_id, start, end = new.place
        if self.load is None:
            self.load = Load.objects.create(
                channel=Channel.COMPUTED, title=indicator.code, source=SOURCE
            )
        return Fact(
            indicator=indicator,
            unit_id=unit_id,
            period_start=start,
            period_end=end,
            value=Decimal(f"{new.value:.4f}"),
            vintage=new.vintage,
            basis=Basis.COMPUTED,
            published_at=new.published_at,
            load=self.load,
            inputs=list(new.inputs),
            note=new.note,
        )


def _measured(indicator: Indicator, unit_id: int) -> bool:
    """Beds per head mean nothing in a commune: only levels that the catalogue names.
    One that names none of the levels of units is computed wherever it can be."""
    node = units.tree().nodes.get(unit_id)
    levels = indicator.levels & KINDS
    return node is None or not levels or node.kind in levels


def _place(fact: Figures) -> Place:
    return fact.unit_id, fact.period_start, fact.period_end


def _one(place: Place, value: float, n: int, rows: list[Read]) -> Found:
    published = [at for row in rows if (at := row.published[n]) is not None]
    return Found(
        place,
        value,
        min(int(row.vintages[n]) for row in rows),
        max(published),
        tuple(dict.fromkeys(int(row.ids[n]) for row in rows)),
        # synthetic inputs make a synthetic figure
        next((row.notes[n] for row in rows if row.notes[n]), ""),
    )


def _is_stale(
    old: There, new: Found | None, until: datetime | None, gone: set[int]
) -> bool:
    """A computed fact that the facts no longer give; older ones are its history."""
    if gone.intersection(old.inputs) or (until and old.published_at >= until):
        return True
    return (
        new is not None and old.published_at >= new.published_at and not new.same(old)
    )
