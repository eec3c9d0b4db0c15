"""``/api/v1/directives/dispatch``: what an area holds, who could come, drafts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
import shapely
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.alerts.desk.shown import guard_writing
from layers.core import areas, units
from layers.core.api import json
from layers.core.areas import AreaError
from layers.core.units import Contact

from . import access, drafts, forces, inside, playbook_draft, starting
from .access import Who
from .clocks import Timed, clocks_of
from .drafts import DraftError, DraftIn
from .log import SLUG
from .starting import NothingThereError

router = Router(tags=["directives"])
# An outline of very many points is drawn with fewer of them: within so many degrees.
DRAWN_DEG = 0.0005
DRAWN_POINTS = 1_000


class AreaIn(Schema):
    """One of: a geometry (GeoJSON, degrees), the outline of a unit, or a circle."""

    geometry: dict[str, Any] | None = None
    unit: int | None = None
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None


class PlaceParams(Schema):
    lon: float = Param(..., ge=-180, le=180)
    lat: float = Param(..., ge=-85, le=85)
    count: int = Param(forces.COUNT, ge=1, le=20)


class TimedIn(Schema):
    """Minutes of a task; see :class:`~layers.directives.clocks.Timed`."""

    needed_min: int | None = Param(None, gt=0, le=drafts.MOST_MINUTES)
    legal_min: int | None = Param(None, gt=0, le=drafts.MOST_MINUTES)
    working: bool = False
    step: int = Param(1, ge=1, le=50)
    after_step: int = Param(0, ge=0, le=50)


class ClocksIn(Schema):
    tasks: list[TimedIn] = Param(..., max_length=drafts.MOST_TASKS + 1)


class PlaybookIn(AreaIn):
    """An area, and what has happened there: an alert, or a feature."""

    playbook: str = Param(..., max_length=60)
    alert: int | None = None
    severity: str = Param("", max_length=8)
    feature_layer: str = Param("", max_length=41)
    feature_id: int | None = None
    feature_title: str = Param("", max_length=200)


@router.post("/dispatch/inside")
def show_inside(request: HttpRequest, given: AreaIn) -> HttpResponse:
    """What the caller may see inside an area: units with whoever is on duty, what
    every layer has there, people (an estimate by area). The area comes back, too."""
    who = _drafter(request)
    shape = _shape(given, who)
    found = inside.content(who.rights, shape)
    middle = shape.representative_point()
    return json(
        {
            "geometry": drawn(shape),
            "lon": round(middle.x, 5),
            "lat": round(middle.y, 5),
            "area_km2": found.area_km2,
            "people": found.people,
            "leads": found.leads,
            "units": [_unit_json(unit) for unit in found.units],
            "assets": [_assets_json(entry) for entry in found.assets],
            "at": timezone.now(),
        }
    )


@router.get("/dispatch/forces")
def list_forces(request: HttpRequest, place: Query[PlaceParams]) -> HttpResponse:
    """The nearest cameras, boats, ambulances: distance in a straight line, and how
    long they need at the speed that stands beside it."""
    who = _drafter(request)
    found = forces.forces(who.rights, place.lon, place.lat, count=place.count)
    return json([_group_json(group) for group in found])


@router.post("/dispatch/clocks")
def show_clocks(request: HttpRequest, given: ClocksIn) -> HttpResponse:
    """When both clocks of each task would end if the directive were issued now."""
    _drafter(request)
    now = timezone.now()
    timed = [Timed(**task.dict()) for task in given.tasks]
    found = [asdict(one) for one in clocks_of(timed, now)]
    return json({"now": now, "tasks": found})


@router.post("/dispatch/playbook")
def suggest(request: HttpRequest, given: PlaybookIn) -> HttpResponse:
    """The words and tasks of a playbook for an area."""
    who = _drafter(request)
    try:
        found = playbook_draft.suggest(
            given.playbook,
            _shape(given, who),
            who.rights,
            alert_id=given.alert,
            feature=(given.feature_layer, given.feature_id, given.feature_title),
            severity=given.severity,
        )
    except NothingThereError as error:
        raise HttpError(404, str(error)) from None
    return json(found)


@router.post("/dispatch")
def create_draft(request: HttpRequest, given: DraftIn) -> HttpResponse:
    """Save a draft; sent again with the same key it stays one. 422 says what is wrong,
    by field."""
    return _save(request, given, None)


@router.put("/dispatch/{int:directive_id}")
def change_draft(
    request: HttpRequest, directive_id: int, given: DraftIn
) -> HttpResponse:
    """Change a draft that nobody has signed yet."""
    return _save(request, given, directive_id)


def _save(
    request: HttpRequest, given: DraftIn, directive_id: int | None
) -> HttpResponse:
    guard_writing(request)
    try:
        directive = drafts.save(given, _who(request), directive_id)
    except DraftError as error:
        answer = json({"detail": str(error), "problems": error.problems})
        answer.status_code = 422
        return answer
    except access.NotFoundError as error:
        raise HttpError(404, str(error)) from None
    except access.NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except access.RefusedError as error:
        raise HttpError(409, str(error)) from None
    return json(
        {
            "id": directive.pk,
            "number": directive.number,
            "status": directive.status,
            "url": f"/directives/{directive.pk}/",
        }
    )


def drawn(shape: shapely.Geometry) -> Any:
    """GeoJSON for a screen."""
    if shapely.get_num_coordinates(shape) > DRAWN_POINTS:
        shape = shapely.simplify(shape, DRAWN_DEG)
    return orjson.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6)))


def _who(request: HttpRequest) -> Who:
    return Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]


def _drafter(request: HttpRequest) -> Who:
    who = _who(request)
    if SLUG not in who.rights.layers or not who.drafts():
        raise HttpError(403, "your role may not draft directives")
    return who


def _shape(given: AreaIn, who: Who) -> shapely.Geometry:
    try:
        shape = _given(given, who)
    except AreaError as error:
        raise HttpError(400, str(error)) from None
    except NothingThereError as error:
        raise HttpError(404, str(error)) from None
    if shape is None:
        raise HttpError(400, "give a geometry, a unit, or lon and lat")
    return shape


def _given(given: AreaIn, who: Who) -> shapely.Geometry | None:
    if given.unit is not None:
        return starting.outline(given.unit, who.rights)
    if given.lon is not None and given.lat is not None:
        if given.radius_km:
            return areas.circle(given.lon, given.lat, given.radius_km)
        return starting.place(given.lon, given.lat)
    return starting.to_shape(given.geometry)


def _unit_json(unit: inside.UnitInside) -> dict[str, Any]:
    return {
        "id": unit.unit_id,
        "title": unit.title,
        "share": round(unit.share, 4),
        "whole": unit.whole,
        "of_area": round(unit.of_area, 4),
        "people": unit.people,
        "near": unit.near,
        "contacts": [_contact_json(contact) for contact in unit.contacts],
    }


def _contact_json(contact: Contact) -> dict[str, Any]:
    of_above = units.tree().title(contact.unit_id)
    return {
        "person": contact.person,
        "position": contact.position,
        "on_duty": contact.on_duty,
        "unit_title": of_above,
        "phones": contact.phones,
    }


def _assets_json(entry: inside.Assets) -> dict[str, Any]:
    return {
        "layer": entry.layer.slug,
        "title": str(entry.layer.title),
        "icon": entry.layer.icon,
        "count": entry.count,
        "stale": entry.stale,
        "states": entry.states,
        "sums": [
            {"title": title, "unit": unit, "value": value}
            for title, unit, value in entry.sums
        ],
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "state": item.state,
                "stale": item.stale,
                "lon": round(item.lon, 5),
                "lat": round(item.lat, 5),
            }
            for item in entry.items
        ],
    }


def _group_json(group: forces.Group) -> dict[str, Any]:
    return {
        "slug": group.force.slug,
        "title": str(group.force.title),
        "icon": group.force.icon,
        "layer": group.layer.slug,
        "found": [
            {
                "id": entry.feature_id,
                "title": entry.title,
                "lon": entry.lon,
                "lat": entry.lat,
                "distance_m": round(entry.distance_m),
                "bearing_deg": round(entry.bearing_deg),
                "speed_kmh": entry.speed_kmh and round(entry.speed_kmh),
                "eta_min": entry.eta_min,
                "reaches": entry.reaches,
            }
            for entry in group.found
        ],
    }
