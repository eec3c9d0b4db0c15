"""The indicator catalogue, published province figures, and made-up series.

Figures of the province are published ones with their source. Series of the 27
former districts are synthetic (``fixtures/facts/district_series.csv`` holds level,
growth and noise) and say so in their source and note.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from layers.core import units

from . import demo_figures, services
from .models import Channel, Direction, Fact, Indicator, Load, Vintage

if TYPE_CHECKING:
    import fixtures
    from fixtures import Demo

SOURCE = "demo"
NOTE = "synthetic demo series, not a published figure"
YEARS = range(2019, 2025)
# bands in absolute amounts that were agreed for the whole province
PROVINCE_BANDS = {"KT19"}


def load(demo: Demo) -> int:
    """Catalogue and facts; the number of facts comes back."""
    Indicator.objects.bulk_create(_catalogue(demo))
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    facts = [*demo_figures.published(demo, known), *_series(demo, known)]
    return services.publish(facts)


def _catalogue(demo: Demo) -> Iterator[Indicator]:
    agencies = {row["code"]: row["name_vi"] for row in demo.table("agencies")}
    owners = {r["code_start"]: r["agency"] for r in demo.table("indicator_agencies")}
    for row in demo.table("indicators"):
        starts = [start for start in owners if row["code"].startswith(start)]
        yield Indicator(
            code=row["code"],
            subsystem=row["subsystem"],
            title=row["name_vi"],
            title_en=row["name_en"],
            unit=row["unit"],
            period=row["period"],
            direction=row["direction"] or Direction.NONE,
            level=row["level"],
            green=row["green"],
            amber=row["amber"],
            red=row["red"],
            bands_for="province" if row["code"] in PROVINCE_BANDS else "",
            basis=row["basis"],
            agency=agencies[owners[max(starts, key=len)]],
        )


def _series(demo: Demo, known: dict[str, Indicator]) -> Iterator[Fact]:
    """Six years of each series for each former district, in two vintages."""
    ids = units.tree().codes("district", date(YEARS[-1], 12, 31))
    load = Load.objects.create(channel=Channel.DEMO, title=NOTE, source=SOURCE)
    for spec in demo.table("district_series"):
        rng = demo.rng(f"indicators {spec['code']}")
        for district in demo.districts:
            if spec[district.zone]:
                yield from _one(
                    rng, spec, known[spec["code"]], district, ids[district.code], load
                )


def _one(
    rng: np.random.Generator,
    spec: dict[str, str],
    indicator: Indicator,
    district: fixtures.Unit,
    unit_id: int,
    load: Load,
) -> Iterator[Fact]:
    base = float(spec[district.zone])
    if spec["scale"] == "per_1000":
        base *= district.population / 1000
    noise = float(spec["noise"])
    own = rng.normal(1, noise)  # how this district differs, every year
    for n, year in enumerate(YEARS):
        if district.valid_from and district.valid_from > date(year, 12, 31):
            continue  # a figure belongs to the unit of its time
        value = base * own * (1 + float(spec["growth"])) ** n
        value *= rng.normal(1, noise / 3)
        first = value * rng.normal(1, noise / 6)
        yield _fact(load, spec, indicator, unit_id, year, first, Vintage.ESTIMATE)
        yield _fact(load, spec, indicator, unit_id, year, value, Vintage.FINAL)


def _fact(
    load: Load,
    spec: dict[str, str],
    indicator: Indicator,
    unit_id: int,
    year: int,
    value: float,
    vintage: Vintage,
) -> Fact:
    high = float(spec["high"] or "inf")
    rounded = round(min(max(value, float(spec["low"])), high), int(spec["decimals"]))
    published = {
        Vintage.ESTIMATE: datetime(year, 12, 15, tzinfo=UTC),
        Vintage.FINAL: datetime(year + 1, 4, 30, tzinfo=UTC),
    }
    return Fact(
        indicator=indicator,
        unit_id=unit_id,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        value=Decimal(str(rounded)),
        unit=spec["unit"],
        vintage=vintage,
        published_at=published[vintage],
        load=load,
        note=NOTE,
    )
