"""Demo schools, placed by population: about 2,000 with 0.9 million pupils.

Numbers per head and sizes are assumed (``fixtures/facts/school_patterns.csv``);
only the totals follow what is known of the province.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from django.contrib.gis.geos import Point

from layers.core import units

from .models import Level, School, SchoolYear

if TYPE_CHECKING:
    import fixtures
    from fixtures import Demo

SOURCE = "demo"
PUPILS = 900_000
PUPILS_PER_CLASS: dict[str, int] = {Level.KINDERGARTEN: 27, Level.PRIMARY: 31}
TEACHERS_PER_CLASS: dict[str, float] = {Level.PRIMARY: 1.4, Level.UPPER_SECONDARY: 2.2}
STANDARD_SHARE = 0.84
LEVEL_2_SHARE = 0.2
YEARS = 4
FLOOD_SHARE = {"coast": 0.16, "plain": 0.12, "mountain": 0.09}
RENAMED = {"preschool": Level.KINDERGARTEN}
# these serve a former district; the others serve a commune
WIDE = {Level.UPPER_SECONDARY, Level.CONTINUING}


def load(demo: Demo) -> int:
    """Schools of every level; the number of schools comes back."""
    rng = demo.rng("schools")
    unit_ids = units.tree().codes("commune")
    schools: list[School] = []
    for pattern in demo.table("school_patterns"):
        level = RENAMED.get(pattern["level"], pattern["level"])
        named = (
            _wide(demo, rng, pattern) if level in WIDE else _local(demo, rng, pattern)
        )
        schools += _schools(rng, level, pattern, list(named), unit_ids)
    _scale_pupils(schools)
    zones = {unit_ids[unit.code]: unit.zone for unit in demo.communes}
    _staff(demo, rng, schools, zones)
    School.objects.bulk_create(schools, batch_size=1000)
    SchoolYear.objects.bulk_create(_years(demo, schools), batch_size=5000)
    return len(schools)


def _years(demo: Demo, schools: list[School]) -> Iterator[SchoolYear]:
    """Four school years up to the newest, which is the one that stands."""
    rng = demo.rng("school years")
    change = rng.normal(0.012, 0.02, (len(schools), YEARS - 1))
    start = demo.today.year - (demo.today.month < 9)
    for school, growth in zip(schools, change, strict=True):
        factor = 1.0
        for back in range(YEARS):
            if back:
                factor /= 1 + growth[back - 1]
            year = start - back
            yield SchoolYear(
                school=school,
                school_year=f"{year}-{year + 1}",
                pupils=round((school.pupils or 0) * factor),
                classes=max(1, round((school.classes or 1) * factor)),
                teachers=max(1, round((school.teachers or 1) * (1 + factor) / 2)),
                rooms=school.rooms,
                rooms_solid=school.rooms_solid,
            )


Named = tuple[str, "fixtures.Unit", Point]


def _local(
    demo: Demo, rng: np.random.Generator, pattern: dict[str, str]
) -> Iterator[Named]:
    """At least one school in each commune, the rest as people live."""
    people = np.array([unit.population for unit in demo.communes], float)
    wanted = round(float(pattern["per_100k_people"]) * people.sum() / 1e5)
    more = rng.multinomial(max(wanted - len(people), 0), people / people.sum())
    for unit, count in zip(demo.communes, 1 + more, strict=True):
        points = demo.random_points(rng, unit, int(count))
        for number, (lon, lat) in enumerate(points, 1):
            suffix = f" {number}" if count > 1 else ""
            name = pattern["name_pattern"].format(name=unit.short_name + suffix)
            yield name, unit, Point(lon, lat, srid=4326)


def _wide(
    demo: Demo, rng: np.random.Generator, pattern: dict[str, str]
) -> Iterator[Named]:
    """Schools named after a former district or a person, near its seats."""
    people = np.array([unit.population for unit in demo.districts], float)
    wanted = float(pattern["per_100k_people"]) * people / 1e5
    known: dict[str, list[str]] = {}
    if pattern["level"] == Level.UPPER_SECONDARY:
        for row in demo.table("school_districts"):
            known.setdefault(row["district_code"], []).append(row["name"])
    for district, expected in zip(demo.districts, wanted, strict=True):
        names = known.get(district.code, [])
        count = max(1, round(expected))
        numbered = (f"{district.short_name} {i}" for i in range(1, count + 1))
        inside = [u for u in demo.communes if u.parent_code == district.code]
        for name in [*names, *numbered][:count]:
            unit = _home(demo, rng, district, inside)
            ((lon, lat),) = demo.random_points(rng, unit, 1, near_seat_km=2.0)
            title = pattern["name_pattern"].format(name=name)
            yield title, unit, Point(lon, lat, srid=4326)


def _home(
    demo: Demo,
    rng: np.random.Generator,
    district: fixtures.Unit,
    inside: list[fixtures.Unit],
) -> fixtures.Unit:
    """A commune of the former district, likelier where more people live."""
    if not inside:
        return demo.unit_at(*district.seat) or demo.communes[0]
    people = np.array([unit.population for unit in inside], float)
    return inside[int(rng.choice(len(inside), p=people / people.sum()))]


def _schools(
    rng: np.random.Generator,
    level: str,
    pattern: dict[str, str],
    named: list[Named],
    unit_ids: dict[str, int],
) -> Iterator[School]:
    mean, spread = float(pattern["pupils_mean"]), float(pattern["pupils_sd"])
    sizes = np.clip(rng.normal(mean, spread, len(named)), mean / 5, 3 * mean)
    for number, ((name, unit, point), pupils) in enumerate(
        zip(named, sizes, strict=True), 1
    ):
        yield School(
            source=SOURCE,
            external_id=f"{pattern['level']}-{number:04d}",
            title=name,
            unit_id=unit_ids[unit.code],
            geom=point,
            level=level,
            pupils=round(pupils),
        )


def _scale_pupils(schools: list[School]) -> None:
    """Make the pupils of all schools sum to about what the province has."""
    factor = PUPILS / sum(school.pupils or 0 for school in schools)
    for school in schools:
        school.pupils = round((school.pupils or 0) * factor)


def _staff(
    demo: Demo,
    rng: np.random.Generator,
    schools: list[School],
    zones: dict[int, str],
) -> None:
    """Classes, teachers, standard and flood marks from each school's size."""
    start = demo.today.year - (demo.today.month < 9)
    phones = [person.phone for person in demo.people(rng, len(schools))]
    standard, flooded, load = rng.random((3, len(schools)))
    for i, school in enumerate(schools):
        pupils = school.pupils or 0
        school.classes = max(1, round(pupils / PUPILS_PER_CLASS.get(school.level, 38)))
        per_class = TEACHERS_PER_CLASS.get(school.level, 1.8) * (0.85 + 0.3 * load[i])
        school.teachers = round(school.classes * per_class)
        school.rooms = school.classes + round(2 * load[i])
        school.rooms_solid = round(school.rooms * (0.8 + 0.2 * flooded[i]))
        school.national_standard = bool(standard[i] < STANDARD_SHARE)
        if school.national_standard:
            school.standard_level = 2 if standard[i] < LEVEL_2_SHARE else 1
        zone = zones[school.unit_id or 0]
        school.flood_prone = bool(flooded[i] < FLOOD_SHARE[zone])
        school.school_year = f"{start}-{start + 1}"
        school.phone = phones[i]
