"""Ninety days of demo press items, pushed through the layer's own import.

Outlets and titles are invented and marked as demo; nobody is quoted.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from .choices import Tone, Verified
from .models import Outlet, PressItem
from .services import NewItem, apply

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo

SOURCE = "demo"
DAYS = 90
COUNT = 900


def load(demo: Demo) -> int:
    """Register the outlets, make the items, import and partly check them."""
    rng = demo.rng("press")
    outlets = demo.table("press_demo_outlets")
    Outlet.objects.bulk_create(
        Outlet(
            name=row["name"],
            domain=row["domain"],
            level=row["level"],
            licensed=row["level"] != Outlet.Level.SOCIAL,
        )
        for row in outlets
    )
    apply(_items(demo, rng, outlets), 0)
    _check_some(rng)
    return COUNT


def _items(demo: Demo, rng: Generator, outlets: list[dict[str, str]]) -> list[NewItem]:
    titles = demo.table("press_titles")
    shares = np.array([float(row["share"]) for row in titles])
    picks = rng.choice(len(titles), COUNT, p=shares / shares.sum())
    people = np.array([unit.population for unit in demo.communes], dtype=float)
    where = rng.choice(len(demo.communes), COUNT, p=people / people.sum())
    now = timezone.now()
    items = []
    for index, pick in enumerate(picks):
        outlet = outlets[int(rng.integers(len(outlets)))]
        text = titles[pick]["title"].format(place=demo.communes[where[index]].name)
        age = timedelta(days=float(rng.uniform(0, DAYS)), minutes=5)
        link = f"https://{outlet['domain']}/demo/{index + 1}"
        items.append(
            NewItem(
                source=SOURCE,
                external_id=f"demo-{index + 1:04d}",
                title=text[:1].upper() + text[1:],
                url=link,
                published_at=now - age,
                summary=titles[pick]["summary"],
                outlet=outlet["name"],
                snapshot_sha256=hashlib.sha256(f"{link} {text}".encode()).hexdigest(),
            )
        )
    return items


def _check_some(rng: Generator) -> None:
    """What staff did since: negative items verified, a few tones corrected."""
    rows = list(PressItem.objects.filter(source=SOURCE).order_by("pk"))
    outcomes = (Verified.TRUE, Verified.FALSE, Verified.ANSWERED, Verified.CHECKING)
    changed = []
    for row in rows:
        if row.machine_tone == Tone.NEGATIVE and rng.random() < 0.6:
            row.verified = str(rng.choice(outcomes, p=(0.6, 0.1, 0.2, 0.1)))
            changed.append(row)
        elif rng.random() < 0.03:
            row.human_tone = Tone.NEUTRAL
            changed.append(row)
    PressItem.objects.bulk_update(changed, ["verified", "human_tone"])
