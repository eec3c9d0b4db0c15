"""Writing recalls: draft, issue, lift, and keeping the list up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events, units
from layers.core.events import Happening
from layers.core.ingest import Floats
from layers.core.versions import begin_change

from .access import SLUG, RefusedError, Who
from .choices import ANSWERED, DRAFT, ISSUED, LIFTED, SAFE
from .models import Boat, Recall
from .params import params
from .picture import Picture, look

SQL = Path(__file__).parent / "sql"
REFRESH = (SQL / "refresh.sql").read_text()
TALLY = (SQL / "tally.sql").read_text()
# First half of the advisory lock of a refresh; the second is the recall.
LOCK = 0x5ECA11


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A recall to be made. ``key`` names it for ever: sent twice, made once."""

    key: str
    title: str
    body: str
    area: shapely.Geometry
    valid_from: datetime
    valid_to: datetime
    origin: str = "drawn"
    ahead_h: float = 6.0
    shelters: tuple[int, ...] = ()
    exercise: bool = False
    source: str = "person"


@transaction.atomic
def create(draft: Draft, who: Who | None) -> Recall:
    """Store a draft; the same key again gives the recall that there is.

    Raises NotAllowedError, and RefusedError naming what is wrong with it.
    """
    if who is not None:
        who.must_write()
    begin_change(SLUG)
    known = Recall.objects.filter(source=draft.source, external_id=draft.key).first()
    if known is not None:
        return known
    place = draft.area.representative_point()
    recall = Recall(
        source=draft.source,
        external_id=draft.key,
        title=draft.title.strip(),
        body=draft.body.strip(),
        geom=GEOSGeometry(memoryview(shapely.to_wkb(draft.area)), srid=4326),
        unit_id=units.nearest(place.x, place.y),
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        origin=draft.origin,
        ahead_h=draft.ahead_h,
        shelters=sorted(draft.shelters),
        exercise=draft.exercise,
        drafted_by=who.user if who is not None else None,
    )
    try:
        recall.full_clean(exclude=("unit_id",))
    except ValidationError as error:
        raise RefusedError("; ".join(error.messages)) from error
    recall.save()
    _tell(recall, "recall.drafted", timezone.now(), who)
    return recall


def issue(recall_id: int, who: Who | None) -> Recall:
    """Put a draft in force and make its list. Issued again, nothing happens.

    Raises NotAllowedError, and RefusedError when it is lifted or its time is over.
    """
    now = timezone.now()
    with transaction.atomic():
        recall = _locked(recall_id, who)
        if recall.status == ISSUED:
            return recall
        if recall.status == LIFTED:
            raise RefusedError(_("The recall is lifted: make a new one."))
        if recall.valid_to <= now:
            raise RefusedError(_("The time of the recall is over."))
        recall.status, recall.issued_at = ISSUED, now
        if who is not None:
            recall.issued_by = who.user
            recall.issuer = str(who.user.display_name)[:150]
        recall.save()
        _tell(recall, "recall.issued", now, who)
    refresh(recall)
    return recall


def lift(recall_id: int, who: Who | None) -> Recall:
    """End a recall; its list and its numbers stay. Lifted again, nothing happens.

    Raises NotAllowedError, and RefusedError for a draft.
    """
    now = timezone.now()
    with transaction.atomic():
        recall = _locked(recall_id, who)
        if recall.status == LIFTED:
            return recall
        if recall.status == DRAFT:
            raise RefusedError(_("A draft is not in force."))
        # the last picture is the one it is lifted on
        refresh(recall, now)
        recall.status, recall.lifted_at = LIFTED, now
        recall.lifted_by = who.user if who is not None else None
        recall.save()
        _tell(recall, "recall.lifted", now, who)
    return recall


def _locked(recall_id: int, who: Who | None) -> Recall:
    if who is not None:
        who.must_write()
    begin_change(SLUG)
    return Recall.objects.select_for_update().get(pk=recall_id)


def refresh_all() -> int:
    """Bring the lists of all recalls in force up to date; how many there were."""
    found = Recall.objects.filter(status=ISSUED, valid_to__gt=timezone.now())
    return sum(refresh(recall) for recall in found)


def refresh_if_old(recall: Recall) -> bool:
    """For who is about to read: nothing when the list is a few seconds old."""
    now = timezone.now()
    if not recall.in_force or recall.valid_to <= now:
        return False
    fresh = timedelta(seconds=params().fresh_s)
    last = recall.refreshed_at
    if last is not None and now - last < fresh:
        return False
    return refresh(recall, now)


def refresh(recall: Recall, moment: datetime | None = None) -> bool:
    """Look where the vessels are and write it to the list; False: another does it
    at this instant."""
    now = moment or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, recall.pk]
            )
            (mine,) = cursor.fetchone()
        if not mine:
            return False
        listed = list(recall.boats.values_list("vessel_id", flat=True))
        picture = look(recall, now, listed, past=False)
        _write(recall, picture, np.isin(picture.vessel_id, listed), now)
    return True


def _write(recall: Recall, picture: Picture, listed: Any, now: datetime) -> None:
    kept = np.flatnonzero(picture.wanted | listed)
    values: dict[str, Any] = {
        "recall": recall.pk,
        "now": now,
        "answered": sorted(ANSWERED),
        "safe": sorted(SAFE),
        "vessel_id": picture.vessel_id[kept].tolist(),
        "inside": picture.inside[kept].tolist(),
        "moves": picture.moves[kept].tolist(),
        "silent": picture.silent[kept].tolist(),
        "at": [_moment(at) for at in picture.at[kept].tolist()],
        "haven": [picture.haven[n] for n in kept],
    }
    for name in (
        "lon", "lat", "speed_kn", "course_deg", "edge_m", "outward_kn", "leave_min",
        "enter_min", "haven_m", "haven_min", "home_m",
    ):  # fmt: skip
        values[name] = _numbers(getattr(picture, name)[kept])
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, values)
        cursor.execute(TALLY, values)


def _moment(at: float) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if np.isfinite(at) else None


def _numbers(values: Floats) -> list[float | None]:
    """What is not known, or never happens, is NULL."""
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _tell(recall: Recall, kind: str, at: datetime, who: Who | None) -> None:
    place = recall.area.representative_point()
    events.record(
        [
            Happening(
                key=f"{kind}:{recall.pk}",
                kind=kind,
                layer=SLUG,
                feature_id=recall.pk,
                title=recall.title,
                unit_id=recall.unit_id,
                lon=place.x,
                lat=place.y,
                new={"exercise": recall.exercise, "boats": _boats(recall)},
                happened_at=at,
                actor_id=who.user.pk if who is not None else None,
            )
        ]
    )


def _boats(recall: Recall) -> int:
    return Boat.objects.filter(recall=recall).count()
