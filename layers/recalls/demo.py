"""One recall of the demo, marked as an exercise, around a made-up storm centre."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from . import areas, services
from .services import Draft

if TYPE_CHECKING:
    from fixtures import Demo

RADIUS_KM = 75.0
DAYS = 365


def load(demo: Demo) -> int:
    """A circle over a fishing ground of the province; the number of recalls."""
    rng = demo.rng("recalls")
    lon, lat = np.asarray(demo.sea_points(rng, 1, 40.0, 60.0), dtype=float)[0]
    facts = {row["key"]: row["text"] for row in demo.table("recalls")}
    draft = Draft(
        key="exercise",
        source="demo",
        title=facts["title"],
        body=facts["body"],
        area=areas.circle(float(lon), float(lat), RADIUS_KM),
        valid_from=demo.today,
        # it stays in force however long the demo runs
        valid_to=demo.today + timedelta(days=DAYS),
        origin="circle",
        exercise=True,
    )
    recall = services.create(draft, None)
    services.issue(recall.pk, None)
    return 1
