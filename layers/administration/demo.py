"""Demo one-stop shops, one per commune, and ninety days of dossiers.

About 30,000 dossiers, spread as people live; procedures and shares from fixtures.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from layers.core import units

from .choices import Status
from .models import Procedure, ServiceCounter
from .services import DossierRecord, apply

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo

SOURCE = "demo"
DAYS = 90
DOSSIERS = 30_000
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RATINGS = (0.01, 0.03, 0.09, 0.37, 0.50)
# "Public administrative service centre of", as fixtures spell it
TITLE_TABLE, TITLE_KEY = "administration_words", "counter_title"


def load(demo: Demo) -> int:
    """Procedures and counters, then the dossiers by import; the counters' number."""
    rng = demo.rng("administration")
    procedures = demo.table("procedures")
    Procedure.objects.bulk_create(
        Procedure(
            code=row["code"],
            title=row["title"],
            field=row["field"],
            working_days=int(row["working_days"]),
        )
        for row in procedures
    )
    counters = _counters(demo, rng)
    ServiceCounter.objects.bulk_create(counters)
    apply(_dossiers(demo, rng, procedures), 0)
    return len(counters)


def _counters(demo: Demo, rng: Generator) -> list[ServiceCounter]:
    words = {row["key"]: row["text"] for row in demo.table(TITLE_TABLE)}
    ids = units.tree().codes("commune")
    return [
        ServiceCounter(
            source=SOURCE,
            external_id=f"TTHCC-{unit.code}",
            title=words[TITLE_KEY].format(commune=_lower_first(unit.name)),
            unit_id=ids.get(unit.code),
            geom=Point(*unit.seat, srid=4326),
            address=words["address"].format(commune=unit.name),
            phone=f"0000{rng.integers(0, 1_000_000):06d}",
            windows=3 + int(unit.population / 12_000),
            staff=5 + int(unit.population / 7_000),
        )
        for unit in demo.communes
    ]


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def _dossiers(
    demo: Demo, rng: Generator, procedures: list[dict[str, str]]
) -> list[DossierRecord]:
    communes = demo.communes
    people = np.array([unit.population for unit in communes], dtype=float)
    shares = np.array([float(row["share"]) for row in procedures])
    where = rng.choice(len(communes), DOSSIERS, p=people / people.sum())
    what = rng.choice(len(procedures), DOSSIERS, p=shares / shares.sum())
    # some places are late often, most hardly ever
    lateness = rng.beta(1.2, 16.0, len(communes))
    online = rng.beta(6.0, 4.0, len(communes))
    received = _received(demo, rng)
    now = timezone.now()
    return [
        _dossier(
            rng,
            index,
            communes[where[index]].code,
            procedures[what[index]],
            received[index],
            float(lateness[where[index]]),
            float(online[where[index]]),
            now,
        )
        for index in range(DOSSIERS)
    ]


def _received(demo: Demo, rng: Generator) -> list[datetime]:
    """Moments in office hours of the working days of the last ninety days."""
    last = np.datetime64(demo.today.astimezone(ZONE).date())
    days = np.arange(last - DAYS + 1, last + 1)
    days = days[np.is_busday(days)]
    picks = days[rng.integers(0, len(days), DOSSIERS)].astype(object)
    hours = np.where(
        rng.random(DOSSIERS) < 0.6,
        rng.uniform(7.5, 11.5, DOSSIERS),
        rng.uniform(13.5, 17.0, DOSSIERS),
    )
    now = timezone.now()
    moments = [
        datetime.combine(day, time(0), ZONE) + timedelta(hours=float(hour))
        for day, hour in zip(picks, hours, strict=True)
    ]
    return [min(moment, now) for moment in moments]


def _dossier(
    rng: Generator,
    index: int,
    commune: str,
    procedure: dict[str, str],
    received: datetime,
    lateness: float,
    online: float,
    now: datetime,
) -> DossierRecord:
    day = received.astimezone(ZONE).date()
    last = np.busday_offset(day, int(procedure["working_days"]), roll="forward")
    due = datetime.combine(last.astype(object), time(17), ZONE)
    share = rng.uniform(1.02, 1.6) if rng.random() < lateness else rng.beta(5, 2)
    ready = received + (due - received) * float(share)
    finished = ready if ready <= now else None
    handed_in_online = bool(rng.random() < online)
    rated = finished is not None and rng.random() < 0.35
    return DossierRecord(
        source=SOURCE,
        external_id=f"HS-{index + 1:06d}",
        counter=f"TTHCC-{commune}",
        procedure=procedure["code"],
        status=_status(rng, finished),
        received_at=received,
        due_at=due,
        updated_at=finished or now,
        finished_at=finished,
        online=handed_in_online,
        paid_online=handed_in_online and bool(rng.random() < 0.7),
        rating=int(rng.choice(5, p=RATINGS)) + 1 if rated else None,
    )


def _status(rng: Generator, finished: datetime | None) -> str:
    if finished is None:
        return Status.SUPPLEMENT if rng.random() < 0.06 else Status.PROCESSING
    return Status.REFUSED if rng.random() < 0.015 else Status.FINISHED
