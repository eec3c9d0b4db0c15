"""Alarms take their pane on every wall: what is critical and acknowledged by nobody.

Told by the events of the layer that holds alarms, after the commit; a sweep catches
what was missed. Which alarms there are is always read anew, so that told twice, or in
the wrong order, nothing more happens.
"""

from __future__ import annotations

import logging
from itertools import count

from django.db import Error as DatabaseError
from django.db import connection, transaction
from psycopg import sql

from layers.core.db import execute
from layers.core.events import Listener, listeners
from layers.core.models import Event
from layers.core.spec import by_role

from . import services
from .acts import Alarm, Over
from .models import Wall, WallAct
from .takes import MOST_ALARMS

# ISA-18.2: an alarm that came and went unacknowledged is still to be acknowledged.
OPEN = (
    "SELECT id, repeats FROM {relation} WHERE severity = 'critical'"
    " AND NOT acknowledged AND state IN ('active', 'cleared')"
    " ORDER BY raised_at, id"
)

log = logging.getLogger(__name__)


def waiting() -> dict[int, int]:
    """Alarms that want a spotlight, the newest last: id → how often it was raised
    again."""
    layer = by_role("alarms")
    statement = sql.SQL(OPEN).format(relation=sql.Identifier(layer.relation))
    with connection.cursor() as cursor:
        execute(cursor, statement, [])
        return dict(cursor.fetchall())


def sweep() -> int:
    """Make every wall show what it should; how many acts that took."""
    found = waiting()
    return sum(_settle(wall, found) for wall in Wall.objects.all())


def _settle(wall: Wall, found: dict[int, int]) -> int:
    """Spotlights of alarms that are over end; new ones begin, one after the other when
    they come together. One that a hand dismissed comes again when it is raised again,
    or when the spotlight was off and on meanwhile."""
    _row, state = services.current(wall)
    shown = {
        entry.alert
        for entry in state.interrupts
        if entry.kind == "alarm" and entry.ends is None and entry.alert is not None
    }
    over = sorted(shown - found.keys())
    done = 0
    if over:
        done += services.apply(wall, Over(act="over", alerts=tuple(over))).changed
    if not state.spotlight:
        return done
    turns = count(0, wall.alarm_shown_s)
    for alert, key in _new(wall, shown, found):
        after_s = next(turns) % wall.alarm_every_s
        act = Alarm(act="alarm", alert=alert, after_s=after_s)
        done += services.apply(wall, act, key=key).changed
    return done


def _new(wall: Wall, shown: set[int], found: dict[int, int]) -> list[tuple[int, str]]:
    """(alarm, key of the act) of those without a spotlight, the newest first."""
    acts = WallAct.objects.filter(wall=wall)
    since = acts.filter(act="spotlight").values_list("seq", flat=True).first() or 0
    keys = {
        f"alarm:{alert}:{repeats}:{since}": alert
        for alert, repeats in reversed(list(found.items())[-MOST_ALARMS:])
        if alert not in shown
    }
    known = set(acts.filter(key__in=keys).values_list("key", flat=True))
    return [(alert, key) for key, alert in keys.items() if key not in known]


def hear(fresh: list[Event]) -> None:
    """An alarm may have come or gone: look after the commit."""
    try:
        slug = by_role("alarms").slug
    except LookupError:
        return
    if any(event.layer == slug for event in fresh):
        transaction.on_commit(_look, robust=True)


def _look() -> None:
    try:
        sweep()
    except DatabaseError as error:
        log.warning("alarms wait for the sweep: %s", error)


LISTENER = listeners.register(Listener(slug="wall", order=90, run=hear))
