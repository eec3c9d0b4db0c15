"""The words in which sequences are written, and how they are played.

Times are seconds after ``trial.START``. Everything is played through the real ingest,
database and clock: between any two steps the states have been stored and loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan
from typing import Any

from django.db import connection, transaction

from layers.alerts import clock, ruleset, watching
from layers.alerts.kinds import kinds
from layers.alerts.tests import trial
from layers.core import events, versions
from layers.core.events import Happening
from layers.core.models import Event

Step = Callable[[], object]
# The first area of the trial world, west to north, and places in and around it.
BOX = (106.05, 19.0, 106.15, 19.1)
WIDER = (106.0, 18.9, 106.2, 19.2)
AWAY = (107.0, 20.0, 107.1, 20.1)
PLACES = {
    "in": (106.1, 19.05),
    "deep": (106.11, 19.06),
    # 1.05 km east of the area
    "beside": (106.16, 19.05),
    "out": (106.5, 19.5),
    "west": (106.0, 19.05),
    "none": (nan, nan),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``told``: (seconds, "on" or "off", with " late" when it was known late, and the
    boat when it is not boat 1). ``shows``: late, duplicate, restart, zone."""

    kind: str
    name: str
    params: dict[str, Any]
    steps: list[Step]
    told: list[tuple[Any, ...]]
    shows: frozenset[str] = frozenset()
    rule: dict[str, Any] = field(default_factory=dict)
    before: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def fix(t: float, place: str = "in", boat: int = 1, **values: float) -> trial.Fix:
    return trial.Fix(boat, t, *PLACES[place], **values)


def level(t: float, value: float, boat: int = 1) -> trial.Fix:
    return fix(t, boat=boat, level=value)


def come(*fixes: trial.Fix) -> Step:
    """One delivery."""
    return lambda: trial.deliver(*fixes)


def restart() -> None:
    """What a new process knows: nothing but the database."""
    ruleset.forget()
    versions.forget_all()


def tick(t: float) -> Step:
    """The clock looks."""
    return lambda: clock.look(trial.START + t)


def watch() -> None:
    """What time and edits themselves end."""
    watching.tick()


def redraw(t: float, box: tuple[float, float, float, float]) -> Step:
    """The first area has another outline from then on."""
    return lambda: trial.draw(1, box, changed=trial.START + t)


def turn(t: float | None, boat: int = 1, column: str = "due") -> Step:
    """The date of a boat is another."""
    at = None if t is None else datetime.fromtimestamp(trial.START + t, UTC)
    return lambda: trial.set_boat(boat, **{column: at})


def drop(boat: int = 1) -> Step:
    return lambda: trial.drop_boat(boat)


def happen(t: float, kind: str, boat: int = 1) -> Step:
    """Something is recorded about a boat; told twice it has one key."""

    def record() -> None:
        with transaction.atomic():
            events.record(
                [
                    Happening(
                        key=f"{kind}:{boat}:{t}",
                        kind=kind,
                        layer=trial.BOATS,
                        feature_id=boat,
                        title=f"TH-{boat:05d}",
                        happened_at=datetime.fromtimestamp(trial.START + t, UTC),
                    )
                ]
            )

    return record


def play(case: Case) -> list[tuple[Any, ...]]:
    """The transitions that the rule of the case has told, by time."""
    for more in case.before:
        trial.rule(**more)
    kind = kinds[case.kind]
    zones = {} if kind.needs_zone else {"zone_layer": "", "zone_filter": ""}
    values = {"kind": case.kind, "params": case.params, **zones, **case.rule}
    row = trial.rule(slug="tried", **values)
    for step in case.steps:
        step()
    return _told(row.slug, kind.hears is not None)


def _told(slug: str, heard: bool) -> list[tuple[Any, ...]]:
    if heard:
        return _lived(slug)
    found = []
    for event in Event.objects.filter(new__rule=slug):
        t = round(event.happened_at.timestamp() - trial.START, 3)
        verb = "on" if event.new["active"] else "off"
        entry = (t, verb + " late" * event.new["late"])
        boats = event.feature_id not in (None, 1) and event.layer == trial.BOATS
        found.append((*entry, event.feature_id) if boats else entry)
    return sorted(found, key=lambda e: (e[0], e[1].startswith("on"), e[2:]))


def _lived(slug: str) -> list[tuple[Any, ...]]:
    """What became of the alerts of a rule over events, which has no states."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM e.happened_at)::float8, e.kind"
            " FROM core_event e JOIN alerts_alert a ON a.id = e.feature_id"
            " JOIN alerts_rule r ON r.id = a.rule_id"
            " WHERE e.layer = 'alerts' AND r.slug = %s AND e.kind = ANY(%s)"
            " ORDER BY e.happened_at, e.id",
            [slug, ["alert.raised", "alert.repeated", "alert.cleared"]],
        )
        return [
            (round(at - trial.START, 3), "off" if kind == "alert.cleared" else "on")
            for at, kind in cursor.fetchall()
        ]
