"""The list as it stood at a past moment: from positions, answers and who was on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from layers.core.scope import Grant

from . import queries
from .models import Answer, Recall
from .picture import Picture, look
from .queries import Row

FIGURES = (
    "lon", "lat", "speed_kn", "course_deg", "edge_m", "outward_kn", "leave_min",
    "enter_min", "haven_m", "haven_min", "home_m",
)  # fmt: skip


def boats(recall: Recall, grant: Grant, moment: datetime) -> list[Row]:
    """Who was on the list by then, where they were, what they had answered by then.

    Claims are forgotten. Whether a vessel had left is told by its place then.
    """
    rows = [r for r in queries.boats(recall, grant) if r.added_at <= moment]
    picture = look(recall, moment, [row.vessel_id for row in rows], past=True)
    spots = {id: spot for spot, id in enumerate(picture.vessel_id.tolist())}
    answers = _answers(recall, moment)
    found = [
        _then(row, picture, spots.get(row.vessel_id), answers.get(row.id, []), moment)
        for row in rows
    ]
    queries.named(found)
    return sorted(found, key=queries.gravity)


def _answers(recall: Recall, moment: datetime) -> dict[int, list[Answer]]:
    """Per row of the list, oldest first."""
    found: dict[int, list[Answer]] = {}
    rows = Answer.objects.filter(boat__recall=recall, contact__known_at__lte=moment)
    for answer in rows.select_related("contact").order_by("contact__known_at", "pk"):
        found.setdefault(answer.boat_id, []).append(answer)
    return found


def _then(
    row: Row,
    picture: Picture,
    spot: int | None,
    answers: list[Answer],
    moment: datetime,
) -> Row:
    last = answers[-1].contact if answers else None
    row = replace(
        row,
        answer=last.outcome if last else "",
        answered_at=last.at if last else None,
        answered_by=last.user_id if last else None,
        tries=len(answers),
        tried_at=last.known_at if last else None,
        claimed_by=None,
        claimed_until=None,
        entered_at=_until(row.entered_at, moment),
        left_at=_until(row.left_at, moment),
    )
    if spot is None:
        nothing: dict[str, Any] = dict.fromkeys(FIGURES)
        return replace(row, at=None, moves="left", inside=False, **nothing)
    figures: dict[str, Any] = {
        name: _number(getattr(picture, name)[spot]) for name in FIGURES
    }
    return replace(
        row,
        at=datetime.fromtimestamp(float(picture.at[spot]), UTC),
        moves=str(picture.moves[spot]),
        inside=bool(picture.inside[spot]),
        silent=bool(picture.silent[spot]),
        haven=picture.haven[spot],
        **figures,
    )


def _until(at: datetime | None, moment: datetime) -> datetime | None:
    return at if at is not None and at <= moment else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
