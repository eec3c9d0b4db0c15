"""Demo health facilities: about 620, one area hospital per former district.

Beds are assumed (``fixtures/facts/clinic_patterns.csv``). The 559 stations of the
communes of 2022 are spread over the 166 communes of today as people live.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from layers.core import units

from .models import CaseReport, Clinic, ClinicDay, Kind

if TYPE_CHECKING:
    import fixtures
    from fixtures import Demo

SOURCE = "demo"
STATIONS = 559
PRIVATE = 26
DAYS = 14
# synthetic: cases a day of a facility with 40 beds
MEAN_CASES = {
    "dengue": 0.03,
    "hand-foot-mouth": 0.05,
    "measles": 0.01,
    "COVID-19": 0.02,
}
RENAMED = {"private_hospital": Kind.PRIVATE}
OCCUPANCY = {
    Kind.PROVINCIAL_HOSPITAL: (0.94, 0.12),
    Kind.DISTRICT_HOSPITAL: (0.82, 0.14),
    Kind.COMMUNE_STATION: (0.12, 0.15),
    Kind.PRIVATE: (0.55, 0.2),
}
DOCTORS_PER_BED = {Kind.COMMUNE_STATION: 0.2, Kind.PRIVATE: 0.6}
NURSES_PER_BED = {Kind.COMMUNE_STATION: 0.8, Kind.PRIVATE: 0.9}

Placed = tuple[str, "fixtures.Unit", Point]


def load(demo: Demo) -> int:
    """Facilities of every kind; the number comes back."""
    rng = demo.rng("clinics")
    unit_ids = units.tree().codes("commune")
    clinics: list[Clinic] = []
    for pattern in demo.table("clinic_patterns"):
        kind = RENAMED.get(pattern["kind"], pattern["kind"])
        if kind not in Kind.values:
            continue  # pharmacies are no clinics
        for name, unit, point in _placed(demo, rng, kind, pattern["name_pattern"]):
            clinics.append(
                Clinic(
                    source=SOURCE,
                    external_id=f"{kind}-{len(clinics) + 1:04d}",
                    title=name,
                    unit_id=unit_ids[unit.code],
                    geom=point,
                    kind=kind,
                    beds=_beds(rng, pattern),
                    emergency=kind.endswith("hospital"),
                )
            )
    _figures(demo, rng, clinics)
    Clinic.objects.bulk_create(clinics, batch_size=1000)
    ClinicDay.objects.bulk_create(_days(demo, clinics), batch_size=5000)
    CaseReport.objects.bulk_create(_cases(demo, clinics), batch_size=5000)
    return len(clinics)


def _day(demo: Demo) -> date:
    return timezone.localdate(demo.today)


def _days(demo: Demo, clinics: list[Clinic]) -> Iterator[ClinicDay]:
    """Two weeks of the hospitals; stations report what stands with them."""
    rng = demo.rng("clinic days")
    for clinic in clinics:
        if not clinic.kind.endswith("hospital"):
            continue
        beds, taken = clinic.beds or 0, clinic.beds_occupied or 0
        for back in range(DAYS):
            share = taken * (1 + 0.05 * float(rng.normal())) if back else taken
            yield ClinicDay(
                clinic=clinic,
                day=_day(demo) - timedelta(days=back),
                beds=beds,
                beds_occupied=max(0, round(share)),
                doctors=clinic.doctors,
                nurses=clinic.nurses,
                visits=max(0, round(beds * float(rng.normal(1.1, 0.15)))),
            )


def _cases(demo: Demo, clinics: list[Clinic]) -> Iterator[CaseReport]:
    """Four weeks of cases; dengue grows in a few places, as it does in autumn."""
    rng = demo.rng("cases")
    grows = set(rng.choice(len(clinics), size=12, replace=False).tolist())
    for number, clinic in enumerate(clinics):
        for back in range(4 * 7):
            for disease, mean in MEAN_CASES.items():
                size = (clinic.beds or 5) / 40
                lift = 6 * 0.93**back if number in grows and disease == "dengue" else 1
                cases = int(rng.poisson(mean * min(size, 6) * lift))
                if cases:
                    day = _day(demo) - timedelta(days=back)
                    yield CaseReport(
                        clinic=clinic, day=day, disease=disease, cases=cases
                    )


def _beds(rng: np.random.Generator, pattern: dict[str, str]) -> int:
    mean, spread = float(pattern["beds_mean"]), float(pattern["beds_sd"])
    return round(max(rng.normal(mean, spread), mean / 3))


def _placed(
    demo: Demo, rng: np.random.Generator, kind: str, name_pattern: str
) -> Iterator[Placed]:
    if kind == Kind.PROVINCIAL_HOSPITAL:
        seat = demo.unit_at(*demo.province.seat) or demo.communes[0]
        yield name_pattern, seat, _near_seat(demo, rng, seat)
    elif kind == Kind.DISTRICT_HOSPITAL:
        for district in demo.districts:
            unit = demo.unit_at(*district.seat) or demo.communes[0]
            title = name_pattern.format(name=district.short_name)
            yield title, unit, _near_seat(demo, rng, unit)
    elif kind == Kind.COMMUNE_STATION:
        yield from _stations(demo, rng, name_pattern)
    else:
        people = demo.people(rng, PRIVATE)
        for person, (index, lon, lat) in zip(
            people, demo.population_weighted(rng, PRIVATE), strict=True
        ):
            unit = demo.communes[int(index)]
            given = " ".join(person.name.split()[1:])
            title = name_pattern.format(name=given)
            yield title, unit, Point(lon, lat, srid=4326)


def _stations(
    demo: Demo, rng: np.random.Generator, name_pattern: str
) -> Iterator[Placed]:
    people = np.array([unit.population for unit in demo.communes], float)
    more = rng.multinomial(STATIONS - len(people), people / people.sum())
    for unit, count in zip(demo.communes, 1 + more, strict=True):
        for number, (lon, lat) in enumerate(
            demo.random_points(rng, unit, int(count)), 1
        ):
            suffix = f" {number}" if count > 1 else ""
            title = name_pattern.format(name=unit.short_name + suffix)
            yield title, unit, Point(lon, lat, srid=4326)


def _near_seat(demo: Demo, rng: np.random.Generator, unit: fixtures.Unit) -> Point:
    ((lon, lat),) = demo.random_points(rng, unit, 1, near_seat_km=1.5)
    return Point(lon, lat, srid=4326)


def _figures(demo: Demo, rng: np.random.Generator, clinics: list[Clinic]) -> None:
    """Beds taken, staff, telephone and the time of this morning's report."""
    phones = [person.phone for person in demo.people(rng, len(clinics))]
    for clinic, phone in zip(clinics, phones, strict=True):
        beds = clinic.beds or 0
        share = rng.normal(*OCCUPANCY[Kind(clinic.kind)])
        clinic.beds_occupied = round(beds * float(np.clip(share, 0, 1.6)))
        clinic.doctors = max(
            1, round(beds * DOCTORS_PER_BED.get(Kind(clinic.kind), 0.24))
        )
        clinic.nurses = max(2, round(beds * NURSES_PER_BED.get(Kind(clinic.kind), 0.6)))
        clinic.phone = phone
        clinic.day = _day(demo)
        clinic.reported_at = demo.today + timedelta(minutes=int(rng.integers(0, 60)))
