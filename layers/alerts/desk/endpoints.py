"""``/api/v1/alerts``: the desk as a whole: load, floods, many at once, hand-overs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.alerts import queries
from layers.alerts.models import Handover
from layers.alerts.queries import AlertFilter
from layers.alerts.services import Who
from layers.core import units
from layers.core.api import json
from layers.core.scope import Grant
from layers.core.spec import by_role

from . import acts, flood, handover, load
from .shown import as_json, grant_of, guard_writing
from .words import PERMISSION

desk_router = Router(tags=["alerts"])


Id = Annotated[int, Param(ge=-(2**63), lt=2**63)]


class Bulk(Schema):
    act: Literal["acknowledge", "unshelve", "assign", "close", "comment", "shelve"]
    ids: list[Id] = Param(..., min_length=1, max_length=acts.MOST)
    reason: str = Param("", max_length=300)
    text: str = Param("", max_length=2_000)
    minutes: int = Param(0, ge=0, le=10_080)
    user: str = Param("", description="id or name; empty: nobody", max_length=150)


@desk_router.get("/load")
def alarm_load(request: HttpRequest) -> HttpResponse:
    """Alarm load: live (1 call per operator in ten minutes is good, 2 the most, over
    10 a flood), the last 24 hours in tens of minutes, and what 30 days tell: floods,
    worst sources, stale and chattering, severities, times to acknowledge."""
    return json(load.full(grant_of(request)))


@desk_router.get("/desk")
def desk_state(request: HttpRequest) -> HttpResponse:
    """What every screen of the desk shows at its top: whether there is a flood and
    what it holds back, the load now, what is shelved and suppressed."""
    grant = grant_of(request)
    lasting, live = flood.current(), load.now(grant)
    held = queries.held_back(grant, AlertFilter()) if lasting else 0
    return json(
        {
            "flood": {"since": lasting.since, "held": held} if lasting else None,
            "load": {"per_operator": live.per_operator, "level": live.level},
            "counts": queries.counts(grant),
            **queries.aside(grant),
            "may_write": request.user.has_perm(PERMISSION),
        }
    )


@desk_router.post("/bulk")
def bulk(request: HttpRequest, body: Bulk) -> HttpResponse:
    """One act on many alerts. Each is checked and recorded for itself; the answer
    tells which were done, and of the others why not."""
    guard_writing(request)
    act = acts.Act(**body.dict(exclude={"act", "ids"}), name=body.act)
    result = acts.many(body.ids, Who(user=request.user, grant=grant_of(request)), act)
    tree = units.tree()
    return json(
        {
            "done": [as_json(alert, tree) for alert in result.done],
            "refused": [
                {"id": entry.id, "title": entry.title, "why": entry.why}
                for entry in result.refused
            ],
        }
    )


@desk_router.get("/handover")
def list_handovers(
    request: HttpRequest, offset: int = 0, limit: int = 50
) -> HttpResponse:
    """Hand-overs of the desk, newest first; for who acts on alerts."""
    grant = grant_of(request)
    if not request.user.has_perm(PERMISSION) or not grant.allows(by_role("alarms")):
        raise HttpError(403, "your role keeps no watch at the desk")
    rows = handover.history(min(max(limit, 1), 200), max(offset, 0))
    return json([_handover(entry, grant) for entry in rows])


def _handover(entry: Handover, grant: Grant) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "given_by": entry.given_by.username,
        "given_at": entry.given_at,
        "taken_by": entry.taken_by.username if entry.taken_by else None,
        "taken_at": entry.taken_at,
        "since": entry.since,
        "notes": entry.notes,
        "snapshot": handover.shown_to(grant, entry.snapshot),
    }
