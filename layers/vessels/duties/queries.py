"""What screens and lists read: counts of the fleet, lists to be published, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.core.spec import by_role
from layers.vessels.models import Contact, Outage, VesselState

SQL = Path(__file__).parent.parent / "sql"
COUNTS = (SQL / "duties_counts.sql").read_text()
LIST = (SQL / "duties_list.sql").read_text()
MASK = "vessels.view_owner"

Kind = Literal["silent_6h", "silent_10d", "beyond", "absent"]
KINDS: tuple[Kind, ...] = ("silent_6h", "silent_10d", "beyond", "absent")
ABSENT = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Count:
    """Registered vessels of a class and home port, by where they stand."""

    vessel_class: str
    port: str
    in_port: int
    at_sea: int
    silent: int
    beyond: int
    unknown: int
    together: int


def fleet_counts(grant: Grant) -> list[Count]:
    """What the caller may see, ordered by class and port."""
    where, values = condition(by_role("vessels"), grant, "v")
    statement = sql.SQL(COUNTS).format(scope=where)
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        return [Count(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a published list. Personal data are "" without the permission.

    ``since``: when the silence (or the stay beyond the line) began; ``outage``: the
    provider was down within it.
    """

    vessel_id: int
    title: str
    registration: str
    length_m: float | None
    home_port: str
    owner: str
    phone: str
    provider: str
    since: datetime | None
    at: datetime | None
    lon: float | None
    lat: float | None
    outage: bool
    contacts: int
    last_outcome: str


def published(kind: Kind, grant: Grant, moment: datetime | None = None) -> list[Listed]:
    """Vessels that the province lists as of ``moment`` (now), longest silence first.

    ``silent_6h`` and ``silent_10d``: the step was reached by then and no report has
    ended it by then; ``beyond``: outside the outer limit by the newest position;
    ``absent``: nothing heard of a vessel that owes reports for six months.
    From events, so that the list of a past moment is always the same.
    """
    at = moment or timezone.now()
    layer = by_role("vessels")
    where, values = condition(layer, grant, "v")
    statement = sql.SQL(LIST).format(scope=where)
    asked = [kind, at, at - ABSENT, MASK in grant.masks]
    with connection.cursor() as cursor:
        execute(cursor, statement, [*asked, *values])
        return [Listed(*row) for row in cursor.fetchall()]


def open_outages() -> list[Outage]:
    return list(Outage.objects.filter(ended_at=None).select_related("provider"))


def state_of(vessel_id: int) -> VesselState | None:
    """Where a vessel stands, and what is due next."""
    return VesselState.objects.filter(pk=vessel_id).first()


def contacts_of(vessel_id: int, limit: int = 50) -> list[Contact]:
    """The call log, newest first."""
    return list(
        Contact.objects.filter(vessel_id=vessel_id).select_related("user")[:limit]
    )
