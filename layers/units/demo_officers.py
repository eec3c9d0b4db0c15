"""Made-up officers and a duty roster of every commune."""

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


def load(demo: Demo, communes: Iterable[Unit]) -> int:
    """Officers of the communes; how many."""
    rows = demo.table("officer_positions")
    coast = {row["commune_code"] for row in demo.table("fishing_ports")}
    wanted = [
        (unit, place, row)
        for unit in communes
        for place, row in enumerate(rows, 1)
        if row["where"] == "every" or unit.code in coast
    ]
    people = demo.people(demo.rng("officers"), len(wanted))
    officers = Officer.objects.bulk_create(
        Officer(
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
        for (unit, place, row), person in zip(wanted, people, strict=True)
    )
    Duty.objects.bulk_create(_roster(demo, officers), batch_size=2_000)
    return len(officers)


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
