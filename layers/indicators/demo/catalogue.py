"""Indicators and the sets in which agencies send them, from ``fixtures/facts``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from layers.indicators.models import Direction, Indicator, IndicatorSet, SetMember

if TYPE_CHECKING:
    from fixtures import Demo

Row = dict[str, str]


def load(demo: Demo) -> dict[str, Indicator]:
    """Make the catalogue and its sets; indicators by code come back."""
    rows = demo.table("indicators")
    counted = _counted(demo)
    owners = _owners(demo)
    Indicator.objects.bulk_create(
        _indicator(row, counted.get(row["code"]), owners) for row in rows
    )
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    with_denominator = []
    for row in rows:
        if row["denominator"]:
            known[row["code"]].denominator = known[row["denominator"]]
            with_denominator.append(known[row["code"]])
    Indicator.objects.bulk_update(with_denominator, ["denominator"])
    _sets(demo, known)
    return known


def _owners(demo: Demo) -> dict[str, str]:
    """Beginning of a code -> name of the agency in charge."""
    names = _agencies(demo)
    rows = demo.table("indicator_agencies")
    return {row["code_start"]: names[row["agency"]] for row in rows}


def _agencies(demo: Demo) -> dict[str, str]:
    return {row["code"]: row["name_vi"] for row in demo.table("agencies")}


def _indicator(row: Row, counted: object, owners: dict[str, str]) -> Indicator:
    starts = [start for start in owners if row["code"].startswith(start)]
    return Indicator(
        code=row["code"],
        subsystem=row["subsystem"],
        title=row["name_vi"],
        title_en=row["name_en"],
        unit=row["unit"],
        decimals=int(row["decimals"]),
        period=row["period"],
        direction=row["direction"] or Direction.NONE,
        level=row["level"],
        green=row["green"],
        amber=row["amber"],
        red=row["red"],
        bands_for=row["bands_for"],
        basis=row["basis"],
        agency=owners[max(starts, key=len)],
        source=row["source"],
        legal_basis=row["legal_basis"],
        formula=row["formula"],
        rollup=row["rollup"],
        accumulates=row["accumulates"] == "1",
        parts=parts(row),
        counted=counted,
        headline=int(row["headline"]) if row["headline"] else None,
    )


def parts(row: Row) -> list[str]:
    return [part for part in row["parts"].split("; ") if part]


def _counted(demo: Demo) -> dict[str, list[Row]]:
    """Rules by which indicators are counted, one for each part."""
    found: dict[str, list[Row]] = {}
    for row in demo.table("indicator_counts"):
        rule = {key: row[key] for key in ("layer", "measure", "filter") if row[key]}
        if row["facet"]:
            rule["facet"] = row["facet"]
        found.setdefault(row["code"], []).append(rule)
    return found


def _sets(demo: Demo, known: dict[str, Indicator]) -> None:
    names = _agencies(demo)
    for row in demo.table("indicator_sets"):
        entry = IndicatorSet.objects.create(
            slug=row["slug"],
            title=row["title"],
            title_en=row["title_en"],
            agency=names[row["agency"]],
            kind=row["kind"],
        )
        SetMember.objects.bulk_create(_members(entry, row["codes"].split(), known))


def _members(
    entry: IndicatorSet, codes: list[str], known: dict[str, Indicator]
) -> Iterator[SetMember]:
    """A column for each indicator; one with parts has a column for each part."""
    order = 0
    for code in codes:
        for facet in known[code].parts or [""]:
            order += 1
            yield SetMember(set=entry, indicator=known[code], facet=facet, order=order)
