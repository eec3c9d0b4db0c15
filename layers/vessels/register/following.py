"""What follows when devices change hands: live rows, tracks, search, the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.models import Fitting, Vessel

SLUG = "vessels"
SQL = Path(__file__).parent / "sql"
# Fixes that never move the map: doubted ones, and those that came late.
STILL = SUSPECT | Flag.LATE


@dataclass(slots=True)
class Touched:
    """What a run of changes concerned."""

    vessels: set[int]
    tracks: dict[tuple[int, int], datetime | None]
    happenings: list[Happening]


def refresh_aliases(vessel_ids: Iterable[int]) -> None:
    """Gather anew what vessels are looked for by. Call it inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / "aliases.sql").read_text(), [sorted(set(vessel_ids))])


def told(rows: QuerySet[Fitting]) -> list[dict[str, Any]]:
    return [
        {
            "vessel": row.vessel_id,
            "since": row.since.isoformat() if row.since else None,
            "until": row.until.isoformat() if row.until else None,
            "counted": row.counted,
            "basis": row.basis,
            "score": row.score,
        }
        for row in rows.order_by("since")
    ]


def happening(
    kind: str,
    device_id: int,
    branch: int,
    vessel_id: int | None,
    seq: int,
    actor: Any,
    reason: str,
    *,
    old: list[dict[str, Any]] | None,
    new: list[dict[str, Any]] | None,
    **extra: Any,
) -> Happening:
    vessel = None if vessel_id is None else Vessel.objects.get(pk=vessel_id)
    where = {"device": device_id, "branch": branch}
    return Happening(
        key=f"{kind}:{device_id}:{branch}:{vessel_id}:{seq}",
        kind=kind,
        layer=SLUG,
        feature_id=vessel_id,
        title=vessel.title if vessel else "",
        unit_id=vessel.unit_id if vessel else None,
        old=None if old is None else {"fittings": old},
        new=where | extra | ({} if new is None else {"fittings": new}),
        reason=reason,
        happened_at=timezone.now(),
        actor_id=actor.pk if actor else None,
    )


def follow(touched: Touched, seq: int) -> None:
    """Live rows, tracks, search and the log follow the fittings."""
    # in the order of ids, as every other writer of live rows
    vessels = sorted(touched.vessels)
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "live_again.sql").read_text(),
            {"vessels": vessels, "seq": seq, "still": int(STILL)},
        )
        if touched.tracks:
            keys = sorted(touched.tracks)
            cursor.execute(
                (SQL / "dirty.sql").read_text(),
                [
                    [device for device, _branch in keys],
                    [branch for _device, branch in keys],
                    [touched.tracks[key] for key in keys],
                ],
            )
    refresh_aliases(vessels)
    events.record(touched.happenings)
