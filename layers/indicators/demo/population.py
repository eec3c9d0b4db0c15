"""Denominators by unit: people of the census, mean people of a year, land area.

Four official-looking populations of the province are kept apart, each as its own
indicator; nothing here mixes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from layers.core import units
from layers.core.units import UnitNode
from layers.indicators.models import Basis, Channel, Fact, Indicator, Load, Vintage

from .published import PROVINCE, midnight

if TYPE_CHECKING:
    from fixtures import Demo

CENSUS = date(2019, 4, 1)
CENSUS_RESULT = date(2019, 12, 19)
MERGED = date(2025, 7, 1)
YEARS = range(2019, 2027)
LEVELS = ("province", "district", "commune")


def facts(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    nodes = [node for node in units.tree().nodes.values() if node.kind in LEVELS]
    growth = _growth(demo)
    yield from _census(known["DS01"], nodes)
    yield from _mean(known["DS02"], nodes, growth)
    yield from _areas(known["DT01"], nodes)
    yield from _map_sheet(known["DS05"], demo)
    yield from _communes_of(known["HC01"], demo)


def _growth(demo: Demo) -> float:
    """Factor a year between the census and the end of 2024, both published."""
    rows = {row["indicator_code"]: row for row in demo.table("known_figures")}
    first, last = rows["DS01"], rows["DS07"]
    days = (date.fromisoformat(last["period"]) - CENSUS).days
    return (float(last["value"]) / float(first["value"])) ** (365.25 / days)


def _load(title: str, source: str) -> Load:
    return Load.objects.create(channel=Channel.FIXTURE, title=title, source=source)


def _census(indicator: Indicator, nodes: list[UnitNode]) -> Iterator[Fact]:
    """People of 1 April 2019, by the units of that day and recounted for later ones;
    communes of 2025 hold a share of their old district, so theirs are estimates."""
    load = _load("districts.csv, communes.csv", "GSO, census of 1 April 2019")
    for node in nodes:
        if node.population is None or node.code == PROVINCE:
            continue  # the province's is among the published figures
        estimated = node.kind == "commune"
        yield Fact(
            indicator=indicator,
            unit_id=node.id,
            period_start=CENSUS,
            period_end=CENSUS,
            value=Decimal(node.population),
            vintage=Vintage.ESTIMATE if estimated else Vintage.FINAL,
            published_at=midnight(MERGED if estimated else CENSUS_RESULT),
            load=load,
            note="share of the old district by people" if estimated else "",
        )


def _mean(indicator: Indicator, nodes: list[UnitNode], growth: float) -> Iterator[Fact]:
    """People of the middle of each year in which the unit stood on its first or
    last day, on an even path through the census and the end of 2024."""
    load = _load("DS02", "worked out: even growth from the census to the end of 2024")
    for node in nodes:
        for year in YEARS:
            first, last = date(year, 1, 1), date(year, 12, 31)
            stood = node.valid_on(first) or node.valid_on(last)
            if node.population is None or not stood:
                continue
            since = (date(year, 7, 1) - CENSUS).days / 365.25
            yield Fact(
                indicator=indicator,
                unit_id=node.id,
                period_start=first,
                period_end=last,
                value=Decimal(round(node.population * growth**since)),
                vintage=Vintage.ESTIMATE,
                basis=Basis.COMPUTED,
                published_at=midnight(first),
                load=load,
                note="even growth of all units, no published figure",
            )


def _areas(indicator: Indicator, nodes: list[UnitNode]) -> Iterator[Fact]:
    load = _load("districts.csv, communes.csv", "published land areas; merger map")
    for node in nodes:
        if node.area_km2 is None or node.code == PROVINCE:
            continue
        day = node.valid_from or CENSUS
        yield Fact(
            indicator=indicator,
            unit_id=node.id,
            period_start=day,
            period_end=day,
            value=Decimal(str(round(node.area_km2, 2))),
            vintage=Vintage.FINAL,
            published_at=midnight(day),
            load=load,
        )


def _map_sheet(indicator: Indicator, demo: Demo) -> Iterator[Fact]:
    """People on the merger map: uneven, kept as published and no denominator."""
    load = _load("communes.csv", "sapnhap.bando.com.vn")
    ids = units.tree().codes("commune", MERGED)
    for row in demo.table("communes"):
        yield Fact(
            indicator=indicator,
            unit_id=ids[row["code"]],
            period_start=MERGED,
            period_end=MERGED,
            value=Decimal(row["population"]),
            vintage=Vintage.PRELIMINARY,
            published_at=midnight(MERGED),
            load=load,
            note="uneven between communes, no denominator",
        )


def _communes_of(indicator: Indicator, demo: Demo) -> Iterator[Fact]:
    """How many communes, wards and townships each district had in 2022."""
    load = _load("districts.csv", "list of units of 1 October 2022")
    day = date(2022, 10, 1)
    ids = units.tree().codes("district", day)
    for row in demo.table("districts"):
        yield Fact(
            indicator=indicator,
            unit_id=ids[row["code"]],
            period_start=day,
            period_end=day,
            value=Decimal(row["communes_2022"]),
            vintage=Vintage.FINAL,
            published_at=midnight(day),
            load=load,
        )
