"""Ninety days of demo incidents, pushed through the layer's own import.

Rates: the province counted 522 traffic accidents in 2023 (1.43 a day); fires,
rescues and the rest are assumed in proportion (fixtures, incident_patterns).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from layers.core import units

from .choices import Kind, Status
from .services import NewIncident, Step, apply

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo

SOURCE = "demo"
DAYS = 90
# Whatever the hour, so many have just begun.
GOING_ON = 4
ACCIDENTS_A_YEAR = 522  # 2023, see MANIFEST.toml
# share of the hours 0-23 (0-5, 6-8, 9-15, 16-19, 20-23): dusk is worst
HOURS = np.repeat([1.5, 4.0, 3.5, 7.0, 4.5], [6, 3, 7, 4, 4])


def load(demo: Demo) -> int:
    """Make the incidents and import them; how many came in."""
    records = list(_records(demo))
    apply(records, 0)
    return len(records)


def _records(demo: Demo) -> list[NewIncident]:
    rng = demo.rng("incidents")
    patterns = demo.table("incident_patterns")
    shares = np.array([float(row["share"]) for row in patterns])
    accidents = sum(
        float(row["share"]) for row in patterns if row["kind"] == Kind.TRAFFIC_ACCIDENT
    )
    expected = ACCIDENTS_A_YEAR * DAYS / 365.25 / (accidents / shares.sum())
    count = int(rng.poisson(expected))
    picks = rng.choice(len(patterns), count, p=shares / shares.sum())
    places = demo.population_weighted(rng, count)
    ids = units.tree().codes("commune")
    now = timezone.now()
    return [
        _record(demo, rng, patterns[pick], places[index], index, ids, now)
        for index, pick in enumerate(picks)
    ]


def _record(
    demo: Demo,
    rng: Generator,
    row: dict[str, str],
    place: np.ndarray,
    index: int,
    ids: dict[str, int],
    now: datetime,
) -> NewIncident:
    commune = demo.communes[int(place[0])]
    lon, lat = float(place[1]), float(place[2])
    unit_id: int | None = ids.get(commune.code)
    at_sea = row["kind"] == Kind.BOAT_IN_DISTRESS
    if at_sea:
        lon, lat = map(float, demo.sea_points(rng, 1, 3.0, 55.0)[0])
        unit_id = None  # the nearest coastal commune, found by the import
    streets = demo.table("streets")
    street = streets[int(rng.integers(len(streets)))]["name"]
    title = row["title"].format(street=street, commune=commune.name)
    started = _moment(demo, rng, now)
    if index < GOING_ON:
        started = now - timedelta(minutes=float(rng.uniform(2, 15)))
    return NewIncident(
        source=SOURCE,
        external_id=f"INC-{index + 1:04d}",
        title=title,
        kind=row["kind"],
        severity=row["severity"],
        started_at=started,
        lon=lon,
        lat=lat,
        unit_id=unit_id,
        reporter=row["reporter"],
        address="" if at_sea else commune.name,
        description=row["description"],
        dead=int(rng.poisson(float(row["dead"]))),
        injured=int(rng.poisson(float(row["injured"]))),
        steps=_steps(rng, started, float(row["hours"]), now),
    )


def _moment(demo: Demo, rng: Generator, now: datetime) -> datetime:
    """A local hour by the daily rhythm, in the ninety days up to now."""
    hour = int(rng.choice(24, p=HOURS / HOURS.sum()))
    day = demo.today - timedelta(days=int(rng.integers(0, DAYS)))
    moment = day + timedelta(hours=hour - 7, minutes=float(rng.uniform(0, 60)))
    return min(moment, now - timedelta(minutes=float(rng.uniform(5, 90))))


def _steps(
    rng: Generator, started: datetime, hours: float, now: datetime
) -> tuple[Step, ...]:
    """The steps that have come by now, each some time after the one before."""
    takes = (
        (Status.VERIFIED, rng.uniform(0.05, 0.4)),
        (Status.HANDLING, rng.uniform(0.1, 0.6)),
        (Status.CLOSED, rng.lognormal(np.log(hours), 0.6)),
    )
    steps, at = [], started
    for status, took in takes:
        at += timedelta(hours=float(took))
        if at > now:
            break
        steps.append(Step(status, at))
    return tuple(steps)
