"""``/api/v1/vessels``: where the fleet stands, lists, call log, faults, outages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import AwareDatetime
from pydantic import Field as Param

from layers.core import queries as features
from layers.core.api import grant_of, json
from layers.core.params import ParamError, parse_moment
from layers.core.spec import by_role

from .duties import queries, services
from .models import Contact, Provider, Vessel

PREFIX = "vessels"
PERMISSION = "vessels.change_vessel"
router = Router(tags=["vessels"])


class ContactIn(Schema):
    channel: str = Param(..., max_length=10)
    outcome: str = Param(..., max_length=16)
    at: AwareDatetime | None = None
    person: str = Param("", max_length=120)
    number: str = Param("", max_length=40)
    text: str = Param("", max_length=2_000)
    lon: float | None = None
    lat: float | None = None
    layer: str = Param("", max_length=41, description="what it was about")
    feature_id: int | None = None
    corrects_id: int | None = Param(None, description="the entry that it sets right")


class PositionIn(Schema):
    lon: float
    lat: float
    at: AwareDatetime
    note: str = Param("", max_length=300)


class FaultIn(Schema):
    broken_at: AwareDatetime
    reported_by: str = Param("", max_length=120)
    channel: str = Param("", max_length=20)
    note: str = Param("", max_length=2_000)


class MomentIn(Schema):
    at: AwareDatetime


class OutageIn(Schema):
    provider: str = Param(..., max_length=40, description="its code")
    began_at: AwareDatetime
    note: str = Param("", max_length=2_000)


@router.get("/fleet")
def fleet(request: HttpRequest) -> HttpResponse:
    """Registered vessels by class and home port: in port, at sea, silent, beyond."""
    return json([asdict(count) for count in queries.fleet_counts(_seen(request))])


@router.get("/lists/{kind}")
def published(request: HttpRequest, kind: str, at: str = "") -> HttpResponse:
    """A list that the province publishes: silent_6h, silent_10d, beyond, absent."""
    if kind not in queries.KINDS:
        there = ", ".join(queries.KINDS)
        raise HttpError(404, f"no list {kind[:40]!r}; there are: {there}")
    try:
        moment = parse_moment(at) if at else None
    except ParamError as error:
        raise HttpError(400, str(error)) from None
    listed = queries.published(kind, _seen(request), moment)
    request.audit("list", layer="vessels", list=kind, at=at)  # type: ignore[attr-defined]
    return json([asdict(line) for line in listed])


@router.get("/outages")
def outages(request: HttpRequest) -> HttpResponse:
    """Providers that do not deliver at present."""
    _seen(request)
    return json(
        [
            {
                "id": outage.pk,
                "provider": outage.provider.code,
                "began_at": outage.began_at,
                "vessels": outage.vessels,
                "expected": outage.expected,
                "received": outage.received,
                "note": outage.note,
            }
            for outage in queries.open_outages()
        ]
    )


@router.post("/outages")
def declare_outage(request: HttpRequest, body: OutageIn) -> HttpResponse:
    """A provider is known to be down; nobody is accused of it."""
    _may_write(request)
    provider = Provider.objects.filter(code=body.provider).first()
    if provider is None:
        raise HttpError(404, f"no provider {body.provider!r}")
    outage = _do(
        services.declare_outage, provider, body.began_at, request.user, body.note
    )
    return json({"id": outage.pk})


@router.post("/outages/{outage_id}/end")
def end_outage(request: HttpRequest, outage_id: int, body: MomentIn) -> HttpResponse:
    """The provider delivers again."""
    _may_write(request)
    outage = _do(services.end_outage, outage_id, body.at, request.user)
    return json({"id": outage.pk})


@router.get("/{vessel_id}/contacts")
def contacts(request: HttpRequest, vessel_id: int) -> HttpResponse:
    """The call log, newest first."""
    vessel = _vessel(request, vessel_id)
    open_too = queries.MASK in grant_of(request).masks
    return json([_contact(c, open_too) for c in queries.contacts_of(vessel.pk)])


@router.post("/{vessel_id}/contacts")
def log_contact(request: HttpRequest, vessel_id: int, body: ContactIn) -> HttpResponse:
    """Add to the call log. Entries are never changed; a later one may correct."""
    vessel = _vessel(request, vessel_id, writes=True)
    said = services.Said(**body.dict())
    contact = _do(services.log_contact, vessel, said, request.user)
    return json(_contact(contact, queries.MASK in grant_of(request).masks))


@router.post("/{vessel_id}/positions")
def tell_position(
    request: HttpRequest, vessel_id: int, body: PositionIn
) -> HttpResponse:
    """A position told by phone or radio; it counts while the device is broken."""
    vessel = _vessel(request, vessel_id, writes=True)
    _do(
        services.report_position,
        vessel,
        body.lon,
        body.lat,
        body.at,
        request.user,
        note=body.note,
    )
    return json({"vessel": vessel.pk})


@router.post("/{vessel_id}/fault")
def declare_fault(request: HttpRequest, vessel_id: int, body: FaultIn) -> HttpResponse:
    """The VMS device is broken: its own clocks begin."""
    vessel = _vessel(request, vessel_id, writes=True)
    fault = _do(
        services.declare_fault,
        vessel,
        body.broken_at,
        request.user,
        reported_by=body.reported_by,
        channel=body.channel,
        note=body.note,
    )
    return json({"id": fault.pk, "broken_at": fault.broken_at})


@router.post("/{vessel_id}/fault/mend")
def mend_fault(request: HttpRequest, vessel_id: int, body: MomentIn) -> HttpResponse:
    """The VMS device works again."""
    vessel = _vessel(request, vessel_id, writes=True)
    fault = _do(services.mend_fault, vessel, body.at, request.user)
    return json({"id": fault.pk, "mended_at": fault.mended_at})


def _seen(request: HttpRequest) -> Any:
    """The caller's grant; who may not see the layer finds nothing here."""
    grant = grant_of(request)
    if not grant.allows(by_role("vessels")):
        raise HttpError(404, "no layer 'vessels'")
    return grant


def _vessel(request: HttpRequest, vessel_id: int, *, writes: bool = False) -> Vessel:
    """A vessel in the caller's scope, and the right to write about it."""
    found = features.feature(by_role("vessels"), _seen(request), vessel_id)
    if found is None:
        raise HttpError(404, f"no vessel {vessel_id}")
    if writes:
        _may_write(request)
    return Vessel.objects.get(pk=vessel_id)


def _may_write(request: HttpRequest) -> None:
    _seen(request)
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may only read")
    if not request.user.has_perm(PERMISSION):
        raise HttpError(403, "the fisheries staff keeps this log")


def _do(act: Any, *args: Any, **more: Any) -> Any:
    try:
        return act(*args, **more)
    except services.RefusedError as error:
        raise HttpError(409, str(error)) from None


def _contact(contact: Contact, open_too: bool) -> dict[str, Any]:
    """Who was called and where is personal: left out without the permission."""
    at: datetime = contact.at
    return {
        "id": contact.pk,
        "at": at,
        "known_at": contact.known_at,
        "by": contact.user.username if contact.user else None,
        "channel": contact.channel,
        "outcome": contact.outcome,
        "person": contact.person if open_too else None,
        "number": contact.number if open_too else None,
        "text": contact.text if open_too else None,
        "lon": contact.place.x if contact.place else None,
        "lat": contact.place.y if contact.place else None,
        "layer": contact.layer,
        "feature_id": contact.feature_id,
        "corrects": contact.corrects_id,
    }
