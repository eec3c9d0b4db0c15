"""Made-up series: districts 2019 to June 2025, communes since July 2025.

Every fact says that it is synthetic. Months of flows add up to the year; some are
revised; some communes do not report. Nothing is published after the demo's day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.core import units
from layers.indicators.models import Fact, Indicator

from . import provinces
from .drawing import (
    Drawn,
    Floats,
    Place,
    Spec,
    draw,
    own_factors,
    parts_of_year,
    totals_of_year,
)
from .writing import Writer

if TYPE_CHECKING:
    from fixtures import Demo

Series = dict[tuple[str, str], Drawn]

LAST_OF_27 = 2024
MONTHS_FROM = 2023  # months of districts begin here; before there are years only
PLANS_FROM = 2022
SWITCH = date(2025, 7, 1)  # districts end, communes begin
# How often districts and communes report: name -> months in a part of the year
EVERY = {"month": 1, "quarter": 3, "year": 12}
MISSED = 0.04  # share of the communes' reports that never came
SILENT, SILENT_FROM = 3, 8  # communes that stopped reporting, and the month


@dataclass(frozen=True, slots=True)
class Era:
    """The units of a time, ``ids`` in the order of ``places``, and its years."""

    name: str
    places: tuple[Place, ...]
    ids: tuple[int, ...]
    years: tuple[int, ...]


def facts(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    writer = Writer(demo.today, known)
    shapes = month_shapes(demo)
    specs = [Spec.of(row) for row in demo.table("district_series")]
    for era, write in zip(eras(demo), (_of_27, _of_26, _of_communes), strict=True):
        drawn = _draw_all(demo, specs, era, shapes)
        for one in drawn.values():
            stream = f"indicators {one.spec.name} {era.name} reports"
            yield from write(writer, demo.rng(stream), era, one)
        yield from _plans(demo, writer, era, drawn)
    yield from provinces.facts(demo, writer, shapes)


def month_shapes(demo: Demo) -> dict[str, Floats]:
    """Share of each month in a year, by the name of the shape."""
    found = {}
    for row in demo.table("month_shapes"):
        shape = np.array([float(row[f"m{n:02d}"]) for n in range(1, 13)])
        found[row["shape"]] = shape / shape.sum()
    return found


def eras(demo: Demo) -> tuple[Era, Era, Era]:
    """27 districts to 2024, 26 in the first half of 2025, communes since."""
    since = range(SWITCH.year, demo.today.year + 1)
    return (
        _era(demo, "27", "district", date(LAST_OF_27, 12, 31), range(2019, 2025)),
        _era(demo, "26", "district", date(2025, 3, 31), [2025]),
        _era(demo, "communes", "commune", SWITCH, since),
    )


def _era(demo: Demo, name: str, kind: str, day: date, years: Sequence[int]) -> Era:
    tree = units.tree()
    ids = tree.codes(kind, day)
    zones = {unit.code: unit.zone for unit in demo.districts}
    above = {unit.code: unit.parent_code for unit in demo.communes}
    places = []
    for code in sorted(ids):
        district = above[code] if kind == "commune" else code
        people = tree.nodes[ids[code]].population or 0
        places.append(Place(code, zones[district], people, district))
    return Era(name, tuple(places), tuple(ids[p.code] for p in places), tuple(years))


def _draw_all(
    demo: Demo, specs: Sequence[Spec], era: Era, shapes: dict[str, Floats]
) -> Series:
    codes = [unit.code for unit in demo.districts]
    drawn: Series = {}
    for spec in specs:
        if era.name == "communes" and not spec.communes:
            continue
        stream = f"indicators {spec.name}"
        own = own_factors(demo.rng(stream), spec, codes)
        rng = demo.rng(f"{stream} {era.name}")
        drawn[spec.code, spec.facet] = draw(
            rng, spec, era.places, era.years, own, shapes, drawn
        )
    return drawn


def _measured(era: Era, spec: Spec) -> Iterator[tuple[int, int]]:
    """(place, unit id) where the zone has any: no fleet in the mountains."""
    for p, place in enumerate(era.places):
        if spec.base[place.zone] is not None:
            yield p, era.ids[p]


def _of_27(
    writer: Writer, rng: np.random.Generator, era: Era, one: Drawn
) -> Iterator[Fact]:
    """Every year in its vintages, and the months of the last years."""
    nodes = units.tree().nodes
    every = EVERY[one.spec.communes or "month"]
    for p, unit_id in _measured(era, one.spec):
        for y, year in enumerate(era.years):
            if not nodes[unit_id].valid_on(date(year, 12, 31)):
                continue  # a figure belongs to the unit of its time
            yield from writer.year(rng, one.spec, unit_id, year, int(one.years[p, y]))
            if one.months is not None and year >= MONTHS_FROM:
                for part in parts_of_year(rng, one, p, y, every):
                    yield from writer.part(rng, one.spec, unit_id, year, part)


def _of_26(
    writer: Writer, rng: np.random.Generator, era: Era, one: Drawn
) -> Iterator[Fact]:
    """The half year before districts ended, of what communes go on with."""
    flow = one.months is not None
    every = EVERY[one.spec.communes or ("month" if flow else "year")]
    for p, unit_id in _measured(era, one.spec):
        for part in parts_of_year(rng, one, p, 0, every):
            if part.last < SWITCH.month:
                yield from writer.part(rng, one.spec, unit_id, SWITCH.year, part)


def _of_communes(
    writer: Writer, rng: np.random.Generator, era: Era, one: Drawn
) -> Iterator[Fact]:
    """From July 2025; a report that did not come is missing, not zero."""
    every = EVERY[one.spec.communes]
    missed = _missed(rng, era, every)
    for p, unit_id in _measured(era, one.spec):
        for y, year in enumerate(era.years):
            parts = [*parts_of_year(rng, one, p, y, every)]
            if one.spec.plan and year > SWITCH.year:
                # a plan of the year is held against what has come in since January
                parts += totals_of_year(one, p, y, every)
            for part in parts:
                early = year == SWITCH.year and part.last < SWITCH.month
                if not early and not missed[p, y, part.last - 1]:
                    yield from writer.part(rng, one.spec, unit_id, year, part)


def _missed(rng: np.random.Generator, era: Era, every: int) -> npt.NDArray[np.bool_]:
    """(place, year, month): no report for the part that ends with that month."""
    gone = rng.random((len(era.places), len(era.years), 12)) < MISSED
    if every < 12:
        stopped = rng.choice(len(era.places), SILENT, replace=False)
        gone[stopped, -1, SILENT_FROM - 1 :] = True
    return gone


def _plans(demo: Demo, writer: Writer, era: Era, drawn: Series) -> Iterator[Fact]:
    """Plans of districts to 2024 and of communes: of 2025 only for what does not add
    up over the months, as communes began in July."""
    for one in drawn.values():
        if not one.spec.plan or era.name == "26":
            continue
        rng = demo.rng(f"indicators {one.spec.name} {era.name} plan")
        amounts = one.planned(rng, drawn)
        for p, unit_id in _measured(era, one.spec):
            for y, year in enumerate(era.years):
                if year >= PLANS_FROM and (year != SWITCH.year or one.months is None):
                    yield writer.plan(one.spec, unit_id, year, amounts[p, y])
