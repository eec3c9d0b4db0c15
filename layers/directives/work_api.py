"""``/api/v1/directives``: acts, more time, evidence. Each takes an ``Idempotency-Key``:
sent again after a lost answer it is done and told once, and answered alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field as Param

from layers.alerts.desk.shown import guard_writing
from layers.core import units
from layers.core.api import json

from . import access, evidence, extending, once, queries, services
from .access import Who
from .callers import api_who
from .models import Task
from .shown import as_json, evidence_json, extension_json

router = Router(tags=["directives"])


class ForParams(Schema):
    """``for``: id of the user in whose name the caller acts; their work must have been
    handed over to the caller."""

    for_: int | None = Param(None, alias="for")


class Action(Schema):
    text: str = Param("", max_length=4_000)
    unit: int | None = Param(None, description="with issue: the unit to address now")
    task: int | None = Param(
        None,
        description="the one task that is meant; send_back needs it where several"
        " units have reported",
    )


class ExtensionIn(Schema):
    until: datetime = Param(..., description="ISO 8601; without a zone local time")
    reason: str = Param(..., max_length=extending.MAX_TEXT)


class DecisionIn(Schema):
    grant: bool
    answer: str = Param("", max_length=extending.MAX_TEXT)


class EvidenceIn(Schema):
    """``lon``, ``lat`` (degrees) and ``accuracy`` (metres): where the device is."""

    note: str = Param("", max_length=300)
    lon: float | None = Param(None, ge=-180, le=180)
    lat: float | None = Param(None, ge=-90, le=90)
    accuracy: float | None = Param(None, ge=0)


def answer(
    request: HttpRequest, who: Who, sent: Any, work: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do it once under the request's key; what is wrong as the status says."""
    try:
        return once.answered(request, who, orjson.dumps(sent), work)
    except once.KeyUsedError as error:
        raise HttpError(422, str(error)) from None
    except access.NotFoundError as error:
        raise HttpError(404, str(error)) from None
    except access.NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except access.RefusedError as error:
        raise HttpError(409, str(error)) from None


@router.post("/tasks/{int:task_id}/extensions")
def ask_for_time(
    request: HttpRequest, task_id: int, body: ExtensionIn, asked: Query[ForParams]
) -> HttpResponse:
    """Ask for more time for a task of the caller's unit."""
    guard_writing(request)
    who, until = api_who(request), body.until
    if timezone.is_naive(until):
        until = timezone.make_aware(until)

    def work() -> HttpResponse:
        found = extending.ask(task_id, who, until=until, reason=body.reason)
        return json(extension_json(found))

    return answer(request, who, body.dict(), work)


@router.post("/extensions/{int:extension_id}")
def decide(
    request: HttpRequest, extension_id: int, body: DecisionIn, asked: Query[ForParams]
) -> HttpResponse:
    """Grant more time, or refuse it with the reason as ``answer``."""
    guard_writing(request)
    who = api_who(request)

    def work() -> HttpResponse:
        found = extending.decide(
            extension_id, who, grant=body.grant, answer=body.answer
        )
        return json(extension_json(found))

    return answer(request, who, body.dict(), work)


@router.post("/tasks/{int:task_id}/evidence")
def send_evidence(
    request: HttpRequest,
    task_id: int,
    file: File[UploadedFile],
    body: Form[EvidenceIn],
    asked: Query[ForParams],
) -> HttpResponse:
    """A photo, PDF or video for a task of the caller's unit (multipart, ``file``).
    Type, size, place and hash are checked as on the page; one file is kept once."""
    guard_writing(request)
    who = api_who(request)
    place = None
    if body.lon is not None and body.lat is not None:
        place = evidence.Place(body.lon, body.lat, body.accuracy)

    def work() -> HttpResponse:
        directive_id = _directive_of(task_id)
        kept = evidence.add(
            directive_id, file, who, place=place, note=body.note, task_id=task_id
        )
        return json(evidence_json(kept))

    sent = {**body.dict(), "name": file.name, "sha256": _digest(file)}
    return answer(request, who, sent, work)


def _digest(file: UploadedFile) -> str:
    """Of what is small enough to be kept; the rest is refused anyway."""
    if (file.size or 0) > evidence.MAX_BYTES:
        return ""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _directive_of(task_id: int) -> int:
    number = Task.objects.filter(pk=task_id).values_list("directive_id", flat=True)
    found = number.first()
    if found is None:
        raise access.NotFoundError(f"no task {task_id}")
    return found


@router.post("/{int:directive_id}/{action}")
def act(
    request: HttpRequest,
    directive_id: int,
    action: str,
    asked: Query[ForParams],
    body: Action | None = None,
) -> HttpResponse:
    """Do: issue, receive, return, start, report, send_back, close, remind, ask,
    suspend, resume, withdraw. 409 says why it cannot be done now."""
    guard_writing(request)
    given = body or Action(text="", unit=None, task=None)
    who = api_who(request)

    def work() -> HttpResponse:
        services.act(
            directive_id,
            action,
            who,
            text=given.text,
            unit_id=given.unit,
            task_id=given.task,
        )
        return _shown(who, directive_id)

    return answer(request, who, given.dict(), work)


def _shown(who: Who, directive_id: int) -> HttpResponse:
    directive = queries.one(who.rights, directive_id)
    if directive is None:
        # returned and addressed elsewhere: done, and no longer the caller's to see
        return json({"id": directive_id, "status": None})
    return json(as_json(directive, units.tree()))
