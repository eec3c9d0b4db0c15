"""Ninety days of demo reports, pushed through the layer's own import.

About 3,000: shares by field from fixtures (report_categories), texts invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils import timezone

from layers.core import units

from .choices import Channel, Status
from .clock import due_at
from .models import ServiceCategory
from .services import NewReport, Step, apply

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo

SOURCE = "demo"
DAYS = 90
COUNT = 3_000
LATE_SHARE = 0.16
CHANNELS = {
    Channel.APP: 0.62,
    Channel.WEB: 0.14,
    Channel.HOTLINE: 0.17,
    Channel.COUNTER: 0.07,
}
RATINGS = (0.04, 0.05, 0.13, 0.38, 0.40)
# share of a day's reports by hour, 0-23
HOURS = np.repeat([0.6, 3.0, 6.5, 5.0, 6.0, 2.0], [6, 2, 4, 4, 6, 2])


@dataclass(frozen=True)
class _Words:
    """Everything that one report is made of."""

    demo: Demo
    rng: Generator
    ids: dict[str, int]
    now: datetime
    texts: dict[str, list[str]]
    streets: list[str]
    answers: list[str]
    categories: dict[str, ServiceCategory]


def load(demo: Demo) -> int:
    """Fill in the lead agencies, make the reports, import them."""
    rows = demo.table("report_categories")
    _name_agencies(rows)
    words = _words(demo)
    shares = np.array([float(row["share"]) for row in rows])
    picks = words.rng.choice(len(rows), COUNT, p=shares / shares.sum())
    places = demo.population_weighted(words.rng, COUNT)
    people = demo.people(words.rng, COUNT)
    records = [
        _record(words, rows[pick]["code"], places[index], people[index], index)
        for index, pick in enumerate(picks)
    ]
    apply(records, 0)
    return len(records)


def _name_agencies(rows: list[dict[str, str]]) -> None:
    agencies = {row["code"]: row["lead_agency"] for row in rows}
    known = list(ServiceCategory.objects.all())
    for category in known:
        category.agency = category.agency or agencies.get(category.code, "")
    ServiceCategory.objects.bulk_update(known, ["agency"])


def _words(demo: Demo) -> _Words:
    texts: dict[str, list[str]] = {}
    for row in demo.table("report_texts"):
        texts.setdefault(row["category"], []).append(row["text"])
    return _Words(
        demo=demo,
        rng=demo.rng("citizen_reports"),
        ids=units.tree().codes("commune"),
        now=timezone.now(),
        texts=texts,
        streets=[row["name"] for row in demo.table("streets")],
        answers=[row["text"] for row in demo.table("report_answers")],
        categories={row.code: row for row in ServiceCategory.objects.all()},
    )


def _record(
    words: _Words, code: str, place: np.ndarray, person: Any, index: int
) -> NewReport:
    rng = words.rng
    commune = words.demo.communes[int(place[0])]
    requested = _moment(words)
    text = _pick(rng, words.texts[code])
    steps = _steps(words, requested, words.categories[code])
    reached = {step.status for step in steps}
    rated = Status.CLOSED in reached and rng.random() < 0.7
    return NewReport(
        source=SOURCE,
        external_id=f"PA-{index + 1:05d}",
        category=code,
        description=text.format(street=_pick(rng, words.streets)) + ".",
        requested_at=requested,
        lon=float(place[1]),
        lat=float(place[2]),
        unit_id=words.ids.get(commune.code),
        channel=str(rng.choice(list(CHANNELS), p=list(CHANNELS.values()))),
        address=commune.name,
        reporter_name=person.name,
        reporter_phone=person.phone,
        answer=_pick(rng, words.answers) if Status.ANSWERED in reached else "",
        rating=int(rng.choice(5, p=RATINGS)) + 1 if rated else None,
        steps=tuple(steps),
    )


def _pick(rng: Generator, texts: list[str]) -> str:
    return texts[int(rng.integers(len(texts)))]


def _moment(words: _Words) -> datetime:
    rng = words.rng
    day = words.demo.today - timedelta(days=int(rng.integers(0, DAYS)))
    hour = int(rng.choice(24, p=HOURS / HOURS.sum()))
    moment = day + timedelta(hours=hour - 7, minutes=float(rng.uniform(0, 60)))
    return min(moment, words.now - timedelta(minutes=float(rng.uniform(2, 300))))


def _steps(words: _Words, requested: datetime, category: ServiceCategory) -> list[Step]:
    """What has followed by now: sorted out within hours, answered mostly in time."""
    rng = words.rng
    allowed = due_at(requested, category.allowance) - requested
    checked = requested + timedelta(hours=float(rng.gamma(2.0, 0.8)))
    if rng.random() < 0.05:
        return _past(words, [Step(Status.CHECKED, checked), *_back(rng, checked)])
    late = rng.random() < LATE_SHARE
    factor = 1.05 + rng.exponential(1.2) if late else rng.beta(4, 3)
    answered = max(requested + allowed * float(factor), checked + timedelta(hours=1))
    between = answered - checked
    published = answered + timedelta(hours=float(rng.gamma(2.0, 4.0)))
    return _past(
        words,
        [
            Step(Status.CHECKED, checked),
            Step(Status.FORWARDED, checked + between * 0.1),
            Step(Status.HANDLING, checked + between * 0.3),
            Step(Status.ANSWERED, answered),
            Step(Status.PUBLISHED, published),
            Step(Status.CLOSED, published + timedelta(days=float(rng.gamma(2.0, 1.5)))),
        ],
    )


def _back(rng: Generator, checked: datetime) -> list[Step]:
    return [Step(Status.RETURNED, checked + timedelta(hours=float(rng.gamma(2.0, 1))))]


def _past(words: _Words, steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.at <= words.now]
