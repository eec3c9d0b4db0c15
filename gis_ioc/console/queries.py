"""What the console reads: the log of the shift, drills and what was done in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_ioc.wall.models import Scene, WallAct
from layers.core import queries
from layers.core.models import Event
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

from .models import Drill, DrillAct

MOST = 300
# Where the map of an armed console came to rest: too many to be read.
QUIET = ("camera",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a log: when, who, what. ``kind`` is a word of the system
    (``alert.acknowledged``, ``wall.scene``, ``drill.close``)."""

    at: datetime
    who: str
    kind: str
    title: str
    layer: str = ""
    feature_id: int | None = None
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Entry.__slots__}


def _name(user: Any) -> str:
    return str(user.display_name) if user is not None else ""


def of_shift(grant: Grant, since: datetime, until: datetime) -> list[Entry]:
    """What people did at alerts, directives and walls, newest first, within the
    caller's scope."""
    span = Q(known_at__gte=since, known_at__lte=until)
    allowed = [layer.slug for layer in grant.visible_layers]
    rows = Event.objects.filter(span, layer__in=allowed).exclude(actor=None)
    if grant.units is not None:
        closed = [s for s in allowed if registry[s].scope.kind != "open"]
        rows = rows.exclude(Q(layer__in=closed) & ~Q(unit_id__in=grant.units))
    found = [
        _of_event(row)
        for row in rows.select_related("actor").order_by("-known_at", "-pk")[:MOST]
    ]
    found += _of_walls(since, until)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:MOST]


def _of_event(row: Event) -> Entry:
    return Entry(
        at=row.known_at,
        who=_name(row.actor),
        kind=row.kind,
        title=row.title,
        layer=row.layer,
        feature_id=row.feature_id,
        text=row.reason,
    )


def _of_walls(since: datetime, until: datetime) -> list[Entry]:
    acts = WallAct.objects.filter(at__gte=since, at__lte=until).exclude(act__in=QUIET)
    titles = {scene.slug: scene.shown_title for scene in Scene.objects.all()}
    return [
        Entry(
            at=act.at,
            who=_name(act.actor) if act.actor else _("by itself"),
            kind=f"wall.{act.act}",
            title=act.wall.title,
            text=_told(act.detail, titles),
        )
        for act in acts.select_related("actor", "wall").order_by("-at", "-pk")[:MOST]
    ]


def _told(detail: dict[str, Any], titles: dict[str, str]) -> str:
    """What of an act people want to read: the scene or playlist, from whom."""
    scene = detail.get("scene")
    told = [titles.get(scene, scene) if scene else "", detail.get("playlist", "")]
    told += [detail.get("from", ""), detail.get("title", "")]
    return " · ".join(str(word) for word in told if word)


def drill_json(drill: Drill) -> dict[str, Any]:
    """A drill for scripts; times epoch ms."""
    return {
        "id": drill.pk,
        "title": drill.title,
        "from": _ms(drill.recorded_from),
        "to": _ms(drill.recorded_to),
        "speed": drill.speed,
        "started": _ms(drill.started_at),
        "by": _name(drill.started_by),
        "wall": drill.wall.slug if drill.wall else None,
        "now": _ms(timezone.now()),
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def acts_of(drill: Drill) -> list[DrillAct]:
    return list(drill.acts.select_related("actor"))


def orders_of(drill: Drill, grant: Grant) -> list[dict[str, Any]]:
    """Directives with status Exercise that were drafted while the drill ran, with the
    recorded moment at which; within the caller's scope."""
    layer = by_role("orders")
    if not grant.allows(layer):
        return []
    until = drill.ended_at or timezone.now()
    drafted = Event.objects.filter(
        layer=layer.slug,
        kind__endswith=".drafted",
        known_at__gte=drill.started_at,
        known_at__lte=until,
    )
    present = {act.actor_id for act in acts_of(drill)} | {drill.started_by_id}
    rows_of = drafted.filter(actor__in=present).select_related("actor")
    by_id = {row.feature_id: row for row in rows_of}
    asked = FeatureQuery(
        ids=tuple(pk for pk in by_id if pk is not None),
        filter="cap_status = 'Exercise'",
    )
    rows: Iterable[dict[str, Any]] = (
        queries.features(layer, grant, asked) if by_id else ()
    )
    return [
        {
            "id": row["id"],
            "title": row["properties"]["title"],
            "number": row["properties"].get("number", ""),
            "at": by_id[row["id"]].known_at,
            "recorded_at": drill.recorded(by_id[row["id"]].known_at),
            "who": _name(by_id[row["id"]].actor),
            "url": f"/{layer.slug}/{row['id']}/",
        }
        for row in rows
    ]
