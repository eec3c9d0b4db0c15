"""Made-up officers and a duty roster of every commune, the province, its agencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from .models import Duty, Officer, Role, Unit

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo"
# Watches of a day each from midnight UTC, seven in the morning here.
DAYS = 30


def load(demo: Demo, communes: Iterable[Unit], province: Unit) -> int:
    """Officers of the communes, of the province and of its agencies; how many."""
    rows = list(enumerate(demo.table("officer_positions"), 1))
    coast = {row["commune_code"] for row in demo.table("fishing_ports")}
    of_communes = [
        (unit, place, row)
        for unit in communes
        for place, row in rows
        if row["where"] == "every" or (row["where"] == "coast" and unit.code in coast)
    ]
    # agencies are no units: each answers as the province's officer for its field
    of_province = [
        (province, place + number, told)
        for place, row in rows
        for number, told in enumerate(_offices(demo, row))
    ]
    officers = Officer.objects.bulk_create(
        [
            *_officers(demo, "officers", of_communes),
            *_officers(demo, "officers of the province", of_province),
        ]
    )
    Duty.objects.bulk_create(_roster(demo, officers), batch_size=2_000)
    return len(officers)


def _offices(demo: Demo, row: dict[str, str]) -> Iterable[dict[str, str]]:
    """What a position comes to at the province: itself, or one of each agency."""
    if row["where"] == "province":
        yield row
    elif row["where"] == "agency":
        for agency in demo.table("agencies"):
            name = agency["name_vi"]
            office = f"{row['position']} {name}"
            yield {**row, "position": office, "field": name}


def _officers(
    demo: Demo, rng: str, wanted: list[tuple[Unit, int, dict[str, str]]]
) -> Iterable[Officer]:
    people = demo.people(demo.rng(rng), len(wanted))
    for (unit, place, row), person in zip(wanted, people, strict=True):
        yield Officer(
            unit=unit,
            person=person.name,
            position=row["position"],
            role=row["role"],
            field=row["field"],
            phones=[person.phone],
            email=f"{row['role']}{place}@{unit.code}.example",
            valid_from=unit.valid_from,
            order=place * 10,
            source=SOURCE,
        )


def _roster(demo: Demo, officers: list[Officer]) -> Iterable[Duty]:
    by_unit: dict[int, list[Officer]] = {}
    for officer in officers:
        if officer.role == Role.DUTY:
            by_unit.setdefault(officer.unit_id, []).append(officer)
    for on_duty in by_unit.values():
        for day in range(-1, DAYS):
            begins = demo.today + timedelta(days=day)
            yield Duty(
                officer=on_duty[day % len(on_duty)],
                starts_at=begins,
                ends_at=begins + timedelta(days=1),
            )
