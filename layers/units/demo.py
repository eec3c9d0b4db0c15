"""The province's units: 27 districts of 2022, the merged city, 166 communes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib.gis.geos import GEOSGeometry, Point

from . import demo_officers
from .descent import shares
from .models import Basis, Lineage, Unit

if TYPE_CHECKING:
    import fixtures
    from fixtures import Demo

SOURCE = "demo"
CENSUS_YEAR = 2019
CITY, JOINED = "380", "405"
CITY_MERGED = date(2025, 1, 1)
CITY_DECREE = "1238/NQ-UBTVQH15"
COMMUNES_DECREE = "1686/NQ-UBTVQH15"


def load(demo: Demo) -> int:
    """Units and their lines of descent; the number of units comes back."""
    province = _row(demo.province)
    province.save()
    merged = _merged_city(demo, province)
    merged.save()
    districts = {u.code: _row(u, parent=province) for u in demo.districts}
    # the city of before the merger, so that the code is used once a day
    districts[CITY].valid_to = CITY_MERGED - timedelta(days=1)
    Unit.objects.bulk_create(districts.values())
    parts = _parts(demo)
    communes = {
        u.code: _row(
            u,
            parent=districts[max(parts[u.code], key=parts[u.code].__getitem__)],
            decree=COMMUNES_DECREE,
        )
        for u in demo.communes
    }
    Unit.objects.bulk_create(communes.values())
    density = {u.code: u.population / u.area_km2 for u in demo.communes}
    last = {**districts, CITY: merged, JOINED: merged}
    Lineage.objects.bulk_create(
        [*_joined(districts, merged), *_descent(parts, last, communes, density)]
    )
    demo_officers.load(demo, communes.values(), province)
    return 2 + len(districts) + len(communes)


def _row(unit: fixtures.Unit, *, parent: Unit | None = None, decree: str = "") -> Unit:
    return Unit(
        source=SOURCE,
        external_id=f"{unit.kind}:{unit.code}:{unit.valid_from or ''}",
        title=unit.name,
        code=unit.code,
        kind=unit.kind,
        type=unit.type,
        parent=parent,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        area_km2=unit.area_km2,
        population=unit.population,
        population_year=CENSUS_YEAR,
        seat=Point(*unit.seat, srid=4326),
        schematic=True,
        decree=decree,
        geom=GEOSGeometry(memoryview(unit.polygon.wkb), srid=4326),
    )


def _merged_city(demo: Demo, province: Unit) -> Unit:
    """The city with the district that joined it: the same code, later days."""
    city, joined = (demo.unit(code, "district") for code in (CITY, JOINED))
    row = _row(city, parent=province, decree=CITY_DECREE)
    row.external_id = f"district:{CITY}:{CITY_MERGED}"
    row.valid_from = CITY_MERGED
    row.area_km2 = round(city.area_km2 + joined.area_km2, 2)
    row.population = city.population + joined.population
    outline = city.polygon.union(joined.polygon)
    row.geom = GEOSGeometry(memoryview(outline.wkb), srid=4326)
    return row


def _parts(demo: Demo) -> dict[str, dict[str, float]]:
    """For every commune, the km² it got from each of the 27 districts."""
    parts = {u.code: {u.parent_code: u.area_km2} for u in demo.communes}
    crossing: dict[str, dict[str, float]] = {}
    for row in demo.table("unit_parts"):
        of_commune = crossing.setdefault(row["commune_code"], {})
        of_commune[row["district_code"]] = float(row["area_km2"])
    return parts | crossing


def _joined(districts: dict[str, Unit], merged: Unit) -> Iterable[Lineage]:
    for code in (CITY, JOINED):
        yield Lineage(
            old=districts[code],
            new=merged,
            share_people=1,
            share_area=1,
            basis=Basis.WHOLE,
            decree=CITY_DECREE,
        )


def _descent(
    parts: dict[str, dict[str, float]],
    last: dict[str, Unit],
    communes: dict[str, Unit],
    density: dict[str, float],
) -> Iterable[Lineage]:
    """The last districts to communes; people follow the area inside a commune."""
    area: dict[str, dict[str, float]] = {}
    for code, of_commune in parts.items():
        for district, part in of_commune.items():
            of_old = area.setdefault(last[district].code, {})
            of_old[code] = of_old.get(code, 0.0) + part
    people = {
        old: {code: part * density[code] for code, part in of_old.items()}
        for old, of_old in area.items()
    }
    olds = {unit.code: unit for unit in last.values()}
    for share in shares.of_parts(people, area, "estimate"):
        yield Lineage(
            old=olds[share.old],
            new=communes[share.new],
            share_people=share.people,
            share_area=share.area,
            basis=share.basis,
            decree=COMMUNES_DECREE,
        )
