"""Writing cameras: health reports, and where a new one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np

from layers.core import events
from layers.core.ingest import Applied

from .choices import State
from .models import Camera

if TYPE_CHECKING:
    from collections.abc import Iterable

SLUG = "cameras"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a camera's worker knows: ``seen`` is the time of the newest picture."""

    source: str
    external_id: str
    at: datetime
    state: State
    seen: datetime | None = None
    reason: str = ""


def apply(records: Sequence[Health], seq: int) -> Applied:
    """Take health reports in any order; the newest of each camera wins.

    A report that is not newer than what is known, or names no known camera, is
    marked as a duplicate. A disabled camera stays disabled: a person said so.
    """
    cameras = _lock(records)
    duplicate = np.ones(len(records), dtype=bool)
    happened: list[events.Happening] = []
    touched: dict[int, Camera] = {}
    for index in sorted(range(len(records)), key=lambda i: records[i].at):
        report = records[index]
        camera = cameras.get((report.source, report.external_id))
        if camera is None or camera.state == State.DISABLED:
            continue
        if _is_old(camera, report):
            continue
        duplicate[index] = False
        touched[camera.pk] = camera
        if report.seen and (camera.last_seen is None or report.seen > camera.last_seen):
            camera.last_seen = report.seen
        if report.state != camera.state:
            happened.append(_change(camera, report))
            camera.state, camera.state_since = report.state, report.at
    Camera.objects.bulk_update(touched.values(), ["state", "state_since", "last_seen"])
    events.record(happened)
    return Applied(duplicate=duplicate)


def _lock(records: Iterable[Health]) -> dict[tuple[str, str], Camera]:
    codes = {report.external_id for report in records}
    rows = Camera.objects.select_for_update().filter(external_id__in=codes)
    return {(row.source, row.external_id): row for row in rows.order_by("pk")}


def _is_old(camera: Camera, report: Health) -> bool:
    if report.at < camera.state_since:
        return True
    newer_picture = report.seen is not None and (
        camera.last_seen is None or report.seen > camera.last_seen
    )
    return report.state == camera.state and not newer_picture


def _change(camera: Camera, report: Health) -> events.Happening:
    point = camera.geom
    return events.Happening(
        key=f"{SLUG}:{camera.pk}:{report.at.isoformat()}:{report.state}",
        kind="camera.state",
        layer=SLUG,
        feature_id=camera.pk,
        title=camera.title,
        unit_id=camera.unit_id,
        lon=point.x if point else None,
        lat=point.y if point else None,
        old=camera.state,
        new=str(report.state),
        reason=report.reason,
        happened_at=report.at,
    )


def split_address(address: str) -> tuple[str, tuple[str, str] | None]:
    """An address without user and password, and these two when it held them."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address, None
    userinfo, _, host = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    bare = urlunsplit(parts._replace(netloc=host))
    return bare, (unquote(user), unquote(password))
