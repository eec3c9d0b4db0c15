"""Reading recalls: which there are, their lists, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from psycopg import sql

from layers.core import events
from layers.core.db import execute
from layers.core.models import Event
from layers.core.scope import Grant, condition
from layers.core.spec import by_role

from . import havens
from .access import MASK, SLUG
from .choices import ANSWERED, DRAFT, IN_PORT, RANKS, SAFE
from .models import Recall, Tally

BOATS = (Path(__file__).parent / "sql" / "boats.sql").read_text()
NUMBERS_H = 48


@dataclass(slots=True)
class Row:
    """A vessel of a list. Figures as in :class:`.models.Boat`; ``answered_by`` and
    ``claimed_by`` are names; personal data "" without the permission."""

    id: int
    vessel_id: int
    title: str
    registration: str
    mmsi: str
    length_m: float | None
    home_port: str
    call_sign: str
    moves: str
    inside: bool
    silent: bool
    entered_at: datetime | None
    left_at: datetime | None
    added_at: datetime
    at: datetime | None
    lon: float | None
    lat: float | None
    speed_kn: float | None
    course_deg: float | None
    edge_m: float | None
    outward_kn: float | None
    leave_min: float | None
    enter_min: float | None
    haven: str
    haven_m: float | None
    haven_min: float | None
    home_m: float | None
    answer: str
    answered_at: datetime | None
    answered_by: Any
    tries: int
    tried_at: datetime | None
    claimed_by: Any
    claimed_until: datetime | None
    claimer: int | None
    captain: str
    phone: str
    owner: str
    owner_phone: str

    @property
    def answered(self) -> bool:
        return self.answer in ANSWERED

    @property
    def to_call(self) -> bool:
        return not self.answered and self.moves not in SAFE

    @property
    def kept(self) -> bool:
        """Not in danger any more: struck through."""
        return self.left_at is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """Vessels of the list in the caller's scope, by how they stand."""

    listed: int
    inside: int
    entering: int
    left: int
    answered: int
    to_call: int
    silent: int
    in_port: int


def visible(grant: Grant, drafts: bool = True) -> QuerySet[Recall]:
    """Recalls for who may see vessels; drafts for those who write them."""
    if SLUG not in grant.layers or not grant.allows(by_role("vessels")):
        return Recall.objects.none()
    found = Recall.objects.all()
    return found if drafts else found.exclude(status=DRAFT)


def boats(recall: Recall, grant: Grant, only: list[int] | None = None) -> list[Row]:
    """The list, the gravest first; ``only``: some of its rows by id."""
    layer = by_role("vessels")
    scope, bound = condition(layer, grant, "m")
    some = sql.SQL("b.id = ANY(%s::bigint[])" if only is not None else "true")
    statement = sql.SQL(BOATS).format(
        relation=sql.Identifier(layer.relation), scope=scope, only=some
    )
    personal = MASK in grant.masks
    values: list[Any] = [*[personal] * 4, recall.pk, *bound]
    values += [only] if only is not None else []
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, list(RANKS)])
        found = [Row(*row) for row in cursor.fetchall()]
    named(found)
    return found


def gravity(row: Row) -> tuple[float, ...]:
    """Sorts as the list itself does: who is in the gravest danger first."""
    leave = -row.leave_min if row.leave_min is not None else inf
    enter = row.enter_min if row.enter_min is not None else inf
    return (RANKS[row.moves], leave, enter, row.id)


def named(rows: list[Row]) -> None:
    """Put names where the ids of users stand."""
    ids = {row.answered_by for row in rows} | {row.claimed_by for row in rows}
    users = get_user_model().objects.in_bulk(sorted(ids - {None}))
    for row in rows:
        by, held = users.get(row.answered_by), users.get(row.claimed_by)
        row.answered_by = by.display_name if by else ""
        row.claimed_by = held.display_name if held else ""


def progress(rows: list[Row]) -> Progress:
    return Progress(
        listed=len(rows),
        inside=sum(row.inside and row.moves != IN_PORT for row in rows),
        entering=sum(row.moves == "entering" for row in rows),
        left=sum(row.kept for row in rows),
        answered=sum(row.answered for row in rows),
        to_call=sum(row.to_call for row in rows),
        silent=sum(row.silent and row.inside for row in rows),
        in_port=sum(row.moves == IN_PORT for row in rows),
    )


def tallies(recall: Recall, hours: float = NUMBERS_H) -> list[Tally]:
    """Numbers over time, oldest first: of the whole list, whoever asks."""
    end = recall.lifted_at or timezone.now()
    since = end - timedelta(hours=hours)
    return list(recall.tallies.filter(at__gte=since).order_by("at"))


def log_of(recall: Recall) -> list[Event]:
    return events.log_of(SLUG, recall.pk, 20)


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """What the drawer shows besides the facts: how the call stands."""
    recall = Recall.objects.get(pk=feature["id"])
    grant = request.grant  # type: ignore[attr-defined]
    seen = grant.allows(by_role("vessels"))
    rows = boats(recall, grant) if seen else []
    return {
        "recall": recall,
        "stands": progress(rows) if seen else None,
        "shelters": havens.titles(recall.shelters),
    }
