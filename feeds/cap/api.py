"""``/api/v1/cap``: warnings that other centres send."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError

from feeds.core import doors, inbox
from feeds.core.models import Feed
from feeds.core.pulling import digest
from feeds.core.tasks import wake
from layers.core.cap import CapError, read
from layers.core.spec import registry

KIND = PREFIX = "cap"
LAYER = "hazard_warnings"
RATE = 600
SPACE = uuid.UUID("0f1f6f30-4f0a-5a0c-9a5d-8f4e3a3c6b11")

router = Router(tags=["cap"])


@router.post("/{slug}")
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a CAP document. 202 once it is durable, with what was read in it; 400 when
    nothing was, which is kept with the reason all the same. The same document sent
    again changes nothing."""
    feed = Feed.objects.filter(kind=KIND, slug=slug).first()
    if feed is None:
        raise HttpError(404, f"there is no CAP feed {slug!r:.80}")
    key = getattr(request, "api_key", None)
    if key is None or not key.may_write:
        raise HttpError(403, "sending needs an API key that may write")
    if not request.grant.allows(registry[LAYER]):  # type: ignore[attr-defined]
        raise HttpError(403, "the key does not read warnings")
    doors.charge(request, KIND, RATE)
    body = doors.body_of(request)
    accepted, refused = look(body)
    source = f"cap:{key.prefix}"
    inbox.store(
        [
            inbox.RawBatch(
                kind=KIND,
                feed=feed.slug,
                source=source,
                received_at=datetime.now(UTC),
                lines=len(accepted) + len(refused),
                body=body,
                uid=uuid.uuid5(SPACE, f"{source}\n{digest(body)}").hex,
            )
        ]
    )
    wake(feed.pk)
    told = {"accepted": accepted, "refused": refused}
    return HttpResponse(
        orjson.dumps(told),
        status=202 if accepted else 400,
        content_type="application/json",
    )


def look(body: bytes) -> tuple[list[str], list[dict[str, object]]]:
    """Identifiers of what can be read, and why the rest cannot."""
    try:
        found = read(body)
    except CapError as error:
        return [], [_refused(1, error)]
    accepted = [entry.identifier for entry in found if not isinstance(entry, CapError)]
    refused = [
        _refused(number, entry)
        for number, entry in enumerate(found, 1)
        if isinstance(entry, CapError)
    ]
    return accepted, refused


def _refused(number: int, error: CapError) -> dict[str, object]:
    return {"message": number, "reason": error.reason, "detail": error.detail}
