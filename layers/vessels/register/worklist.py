"""Reads of the list of conflicts: rows in scope, and what each is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from layers.core import queries
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.vessels.models import Conflict, Fitting, StaticReport
from layers.vessels.personal import without_phone

from .following import STILL
from .names import fold
from .scoring import AGAINST

MASK = "vessels.view_owner"
REPORTS = 8
_LAST = """
SELECT p.at, p.lon, p.lat, p.speed_kn FROM vessels_fix p
WHERE p.device_id = %s AND p.branch = %s AND p.flags & %s = 0
ORDER BY p.at DESC, p.digest LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Track:
    """A branch of the device: whose it is now and where it was last."""

    branch: int
    vessel: int
    title: str
    registered: bool
    at: datetime | None
    lon: float | None
    lat: float | None
    speed_kn: float | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate as the caller may see it; ``parts``: (evidence, weight, against)."""

    vessel: int
    score: float
    parts: list[tuple[str, float, bool]]
    values: dict[str, Any]
    lon: float | None
    lat: float | None


def find(
    grant: Grant, *, state: str = "", kind: str = "", text: str = ""
) -> QuerySet[Conflict]:
    """Conflicts in scope, the newest first. ``text``: device, vessel, names said."""
    rows = Conflict.objects.select_related("device", "vessel", "resolved_by")
    if grant.units is not None:
        rows = rows.filter(unit_ids__overlap=sorted(grant.units))
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(
            Q(device__key__icontains=text)
            | Q(vessel__title__icontains=text)
            | Q(vessel__registration__icontains=text)
            | Q(said__names__icontains=fold(text))
        )
    return rows.order_by("-opened_at", "-pk")


def heard_as(row: Conflict, grant: Grant) -> list[str]:
    """The names said, without phone numbers for who may not read them."""
    names = [str(name) for name in row.said.get("names", [])]
    return names if MASK in grant.masks else [without_phone(name) for name in names]


def tracks(row: Conflict, grant: Grant) -> list[Track]:
    """The branches of the device now, each with its newest credible position; without
    those that speak for a vessel of a unit that the caller may not see."""
    if row.device is None:
        return []
    fitted = Fitting.objects.filter(device=row.device, until__isnull=True)
    found = []
    with connection.cursor() as cursor:
        for fitting in fitted.select_related("vessel").order_by("branch"):
            vessel = fitting.vessel
            if vessel.unit_id is not None and not grant.sees_unit(vessel.unit_id):
                continue
            cursor.execute(_LAST, [row.device_id, fitting.branch, int(STILL)])
            at, lon, lat, speed_kn = cursor.fetchone() or (None,) * 4
            found.append(
                Track(
                    fitting.branch, vessel.pk, vessel.title, vessel.registered, at,
                    lon, lat, speed_kn,
                )
            )  # fmt: skip
    return found


def reports(row: Conflict, grant: Grant) -> list[dict[str, Any]]:
    """What the device said, newest first."""
    if row.device is None:
        return []
    found = StaticReport.objects.filter(device=row.device).order_by("-last_at")
    shown = []
    for report in found[:REPORTS]:
        name = report.content.get("name") or report.content.get("registration", "")
        shown.append(
            {
                "name": name if MASK in grant.masks else without_phone(name),
                "call_sign": report.content.get("call_sign", ""),
                "length_m": report.content.get("length_m"),
                "last_at": report.last_at,
            }
        )
    return shown


def proposals(row: Conflict, grant: Grant) -> list[Proposal]:
    """The candidates that the caller may see, with the fields that they may read."""
    layer = by_role("vessels")
    ids = tuple(candidate["vessel"] for candidate in row.candidates)
    if not ids:
        return []
    known = {
        feature["id"]: feature
        for feature in queries.features(layer, grant, FeatureQuery(ids=ids))
    }
    found = []
    for candidate in row.candidates:
        feature = known.get(candidate["vessel"])
        if feature is None:
            continue
        lon, lat = (feature["geometry"] or {}).get("coordinates", (None, None))
        parts = [
            (name, weight, name in AGAINST)
            for name, weight in candidate.get("parts", {}).items()
        ]
        found.append(
            Proposal(
                candidate["vessel"], candidate["score"], parts, feature["properties"],
                lon, lat,
            )
        )  # fmt: skip
    return found
