"""The panels of a wall as operators see them: which runs, how, and which does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.core.spec import by_role

from . import services
from .displays import ROLE
from .models import Panel, Wall

SHOWN = (
    "state",
    "last_seen",
    "offset_ms",
    "frame_p95_ms",
    "heap_mb",
    "scene",
    "release",
    "address",
)
OLD = timedelta(seconds=20)
FAR_MS = 50.0  # two panels whose clocks differ by more are seen to
WORDS = ("identify", "reload")


@dataclass(frozen=True, slots=True)
class Told:
    """One place of the grid. ``state``: up, old (nothing for 20 s), silent, never."""

    column: int
    row: int
    host: str
    state: str
    values: dict[str, Any]

    @property
    def far(self) -> bool:
        return abs(self.values.get("offset_ms") or 0) > FAR_MS

    @property
    def other_release(self) -> bool:
        return self.values.get("release", "") not in ("", settings.RELEASE)


def grid(wall: Wall, grant: Grant, now: datetime) -> list[list[Told]]:
    """Rows of panels as they hang. Those that the layer knows nothing of, or that the
    caller may not see there, never came."""
    known = _known(wall, grant)
    hosts = {
        (panel.column, panel.row): panel.host
        for panel in Panel.objects.filter(wall=wall)
    }
    return [
        [
            _told(column, row, hosts.get((column, row), ""), known, now)
            for column in range(1, wall.columns + 1)
        ]
        for row in range(1, wall.rows + 1)
    ]


def _told(column: int, row: int, host: str, known: Any, now: datetime) -> Told:
    values = known.get((column, row), {})
    state, seen = values.get("state", "never"), values.get("last_seen")
    if state == "up" and seen is not None and now - seen > OLD:
        state = "old"
    return Told(column, row, host, state, values)


def _known(wall: Wall, grant: Grant) -> dict[tuple[int, int], dict[str, Any]]:
    layer = by_role(ROLE)
    if not grant.allows(layer):
        return {}
    where, values = condition(layer, grant)
    names = ("column", "row", *SHOWN)
    statement = sql.SQL("SELECT {names} FROM {relation} WHERE wall = %s AND {scope}")
    with connection.cursor() as cursor:
        execute(
            cursor,
            statement.format(
                names=sql.SQL(", ").join(map(sql.Identifier, names)),
                relation=sql.Identifier(layer.relation),
                scope=where,
            ),
            [wall.slug, *values],
        )
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["column"], row["row"]): row for row in rows}


@login_required
@permission_required(services.CONDUCT, raise_exception=True)
@require_safe
@never_cache
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The grid of the wall; it asks for itself again while it is open."""
    wall = get_object_or_404(Wall, slug=slug)
    now = timezone.now()
    rows = grid(wall, request.grant, now)  # type: ignore[attr-defined]
    told = [panel for row in rows for panel in row]
    context = {
        "wall": wall,
        "rows": rows,
        "now": now,
        "release": settings.RELEASE,
        "running": sum(panel.state == "up" for panel in told),
        "all": len(told),
    }
    return render(request, "wall/panels.html", context)


@login_required
@permission_required(services.CONDUCT, raise_exception=True)
@require_POST
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """``what``: identify (shows its number) or reload; ``panel``: ``2/1``, or nothing
    for all."""
    wall = get_object_or_404(Wall, slug=slug)
    what, place = request.POST.get("what", ""), request.POST.get("panel", "")
    panel = None
    try:
        if what not in WORDS:
            raise ValueError(_("A panel can only show its number or load again."))
        if place:
            column, row = map(int, place.split("/"))
            wall.canvas.panel(column, row)
            panel = [column, row]
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    services.tell({"type": f"wall.{what}", "wall": slug, "panel": panel})
    request.audit(f"{what}-panel", wall=slug, panel=panel)  # type: ignore[attr-defined]
    return redirect("wall-panels", slug=slug)
