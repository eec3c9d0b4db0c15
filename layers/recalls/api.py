"""``/api/v1/recalls``: the list of a recall, and calling its vessels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core.api import grant_of, json
from layers.vessels.duties.services import Said

from . import calling, queries, services, words
from .access import NotAllowedError, RefusedError, Who
from .calling import Reply, TakenError
from .models import Boat, Recall
from .queries import Row

PREFIX = "recalls"
router = Router(tags=["recalls"])


class SkipIn(Schema):
    skip: list[int] = Param([], max_length=5_000, description="rows passed over")


class AnswerIn(Schema):
    key: str = Param(..., min_length=8, max_length=40, description="new per answer")
    outcome: str = Param(..., max_length=16)
    channel: str = Param("phone", max_length=10)
    person: str = Param("", max_length=120)
    number: str = Param("", max_length=40)
    text: str = Param("", max_length=2_000)
    lon: float | None = None
    lat: float | None = None


@router.get("/{recall_id}/boats")
def list_boats(request: HttpRequest, recall_id: int) -> HttpResponse:
    """The list in the caller's scope with how it stands, the gravest first."""
    recall = _recall(request, recall_id)
    services.refresh_if_old(recall)
    rows = queries.boats(recall, grant_of(request))
    request.audit("list", layer=PREFIX, feature_id=recall.pk, boats=len(rows))  # type: ignore[attr-defined]
    return json(
        {
            "status": recall.status,
            "refreshed_at": recall.refreshed_at,
            "now": timezone.now(),
            "stands": asdict(queries.progress(rows)),
            "boats": [as_json(row, request.user) for row in rows],
        }
    )


@router.get("/{recall_id}/tallies")
def list_tallies(request: HttpRequest, recall_id: int) -> HttpResponse:
    """Numbers of the whole list over time, oldest first. They name nobody."""
    names = ("inside", "entering", "left", "answered", "unanswered", "silent")
    return json(
        [
            {"at": tally.at, **{name: getattr(tally, name) for name in names}}
            for tally in queries.tallies(_recall(request, recall_id))
        ]
    )


@router.get("/map")
def on_map(request: HttpRequest) -> HttpResponse:
    """Vessels of all recalls in force as GeoJSON points, each with its state."""
    grant = grant_of(request)
    found = []
    for recall in queries.visible(grant).filter(status="issued"):
        for row in queries.boats(recall, grant):
            if row.lon is not None:
                found.append(_feature(recall, row))
    return json({"type": "FeatureCollection", "features": found})


@router.post("/{recall_id}/next")
def claim_next(request: HttpRequest, recall_id: int, body: SkipIn) -> HttpResponse:
    """Take the vessel to be called next; null when nobody is left."""
    recall = _recall(request, recall_id)
    boat = _do(request, lambda who: calling.claim_next(recall, who, body.skip))
    return json(None if boat is None else _one(request, boat))


@router.post("/boats/{boat_id}/claim")
def claim(request: HttpRequest, boat_id: int) -> HttpResponse:
    """Take a vessel for five minutes, so that nobody else calls it."""
    return json(_one(request, _do(request, lambda who: calling.claim(boat_id, who))))


@router.post("/boats/{boat_id}/release")
def release(request: HttpRequest, boat_id: int) -> HttpResponse:
    """Give it back."""
    return json(_one(request, _do(request, lambda who: calling.release(boat_id, who))))


@router.post("/boats/{boat_id}/answer")
def answer(request: HttpRequest, boat_id: int, body: AnswerIn) -> HttpResponse:
    """What came of a call; the same key twice is one answer."""
    said = Said(**{k: v for k, v in body.dict().items() if k != "key"})
    reply = Reply(body.key, said)
    boat = _do(request, lambda who: calling.answer(boat_id, reply, who))
    return json(_one(request, boat))


def as_json(row: Row, user: Any) -> dict[str, Any]:
    """A row for clients; ``held``: claimed by another, ``mine``: by the caller."""
    now = timezone.now()
    claimed = row.claimed_until is not None and row.claimed_until > now
    mine = claimed and row.claimer == user.pk
    return {
        **asdict(row),
        "answered": row.answered,
        "to_call": row.to_call,
        "kept": row.kept,
        "claimed": claimed,
        "mine": mine,
        "place": words.place(row),
    }


def _feature(recall: Recall, row: Row) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {
            "recall": recall.pk,
            "vessel": row.vessel_id,
            "title": row.title,
            "moves": row.moves,
            "silent": row.silent,
            "answered": row.answered,
            "refused": row.answer == "refused",
            "course": row.course_deg or 0,
        },
    }


def _who(request: HttpRequest) -> Who:
    return Who(request.user, grant_of(request))


def _recall(request: HttpRequest, recall_id: int) -> Recall:
    who = _who(request)
    found = queries.visible(who.grant, drafts=who.writes).filter(pk=recall_id).first()
    if found is None:
        raise HttpError(404, f"no recall {recall_id}")
    return found


def _one(request: HttpRequest, boat: Boat) -> dict[str, Any]:
    (row,) = queries.boats(boat.recall, grant_of(request), [boat.pk])
    return as_json(row, request.user)


def _do(request: HttpRequest, act: Callable[[Who], Boat | None]) -> Any:
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may only read")
    try:
        return act(_who(request))
    except Boat.DoesNotExist:
        raise HttpError(404, "no such vessel on a list") from None
    except NotAllowedError:
        raise HttpError(403, "only who may change recalls may do this") from None
    except TakenError as error:
        raise HttpError(409, str(error)) from None
    except RefusedError as error:
        raise HttpError(422, str(error)) from None
