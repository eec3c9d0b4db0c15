"""``/api/v1/tables``: figures that programs send."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError

from feeds.core import doors, inbox
from feeds.core.configs import settings_of
from feeds.core.models import Feed, Quarantine
from feeds.core.tasks import wake
from layers.indicators.entries import Book, Wrong, check

from .config import Mapping, Pushed
from .decoder import mapping_of
from .reading import Unreadable, figures, rows

KIND = PREFIX = "tables"
SHOWN = 200

router = Router(tags=["tables"])


def answer(body: object, status: int = 200) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/json"
    )


@router.post("/{slug}")
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Take figures as CSV, JSON or JSON lines, in the form that the feed's settings
    say; ``Content-Encoding: gzip`` is understood. 202 once the message is durable.
    The answer counts what can be read and names line, column and reason of what
    cannot. ``Idempotency-Key`` (else the body itself) makes a repeated sending
    harmless."""
    feed = feed_of(slug)
    source = sender(request, feed)
    doors.charge(request, KIND, settings.IOC_TABLES_RATE)
    body = doors.body_of(request)
    if not body.strip():
        raise HttpError(400, "the body is empty")
    key = request.headers.get("Idempotency-Key", "")[:200]
    uid = message_uid(source, body, key)
    accepted, refused = look(body, mapping_of(feed))
    batch = inbox.RawBatch(
        kind=KIND,
        feed=feed.slug,
        source=source,
        received_at=datetime.now(UTC),
        lines=accepted + len(refused),
        body=body,
        meta={"name": key or uid},
        uid=uid,
    )
    inbox.store([batch])
    wake(feed.pk)
    told = {
        "id": uid,
        "accepted": accepted,
        "refused_count": len(refused),
        "refused": refused[:SHOWN],
    }
    return answer(told, 202 if accepted else 400)


@router.get("/{slug}/refused")
def refused_of(request: HttpRequest, slug: str, limit: int = 100) -> HttpResponse:
    """The newest figures of this feed that could not be taken, with the reason."""
    feed = feed_of(slug)
    sender(request, feed)
    found = Quarantine.objects.filter(feed=feed).order_by("-id")
    names = ("batch__uid", "line_no", "reason", "detail", "raw", "received_at")
    return answer(list(found[: max(1, min(limit, 1_000))].values(*names)))


def feed_of(slug: str) -> Feed:
    """The feed; 404 when there is none or it is switched off."""
    feed = Feed.objects.filter(slug=slug, kind=KIND, enabled=True).first()
    if feed is None:
        raise HttpError(404, f"no such feed: {slug!r:.60}")
    return feed


def sender(request: HttpRequest, feed: Feed) -> str:
    """The name of who sends: a key that may write, of a user named in the feed."""
    key = getattr(request, "api_key", None)
    known = settings_of(feed.config, Pushed).senders
    if key is None or not key.may_write or request.user.get_username() not in known:
        raise HttpError(
            403, f"sending to {feed.slug} needs a key of one of its senders"
        )
    return f"{feed.slug}:{key.prefix}"


def message_uid(source: str, body: bytes, key: str) -> str:
    """The same message of the same sender has the same name."""
    told = key.encode() if key else hashlib.sha256(body).digest()
    name = hashlib.sha256(source.encode() + b"\0" + told).digest()[:16]
    return str(uuid.UUID(bytes=name))


def look(body: bytes, mapping: Mapping) -> tuple[int, list[dict[str, object]]]:
    """How many figures of a message can be read, and what is wrong with the others.
    The drain reads it again and has the last word."""
    accepted = number = 0
    wrong: list[dict[str, object]] = []
    book = Book()

    def refuse(line: int, column: str, reason: str, detail: str) -> None:
        told = {"line": line, "column": column, "reason": reason, "detail": detail}
        wrong.append(told)

    try:
        for row in rows(body, mapping):
            number = row.number
            for column, raw in figures(row, mapping):
                try:
                    check(raw, book)
                except Wrong as bad:
                    where = column if bad.field == "value" else bad.field
                    refuse(number, where, bad.reason, bad.detail)
                else:
                    accepted += 1
    except Unreadable as bad:
        refuse(number + 1, "", bad.reason, bad.detail)
    return accepted, wrong
