"""``/api/v1/vms``: positions and files of VMS providers, and what was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template import engines
from ninja import Router
from ninja.errors import HttpError

from feeds.core import doors
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine

from . import access, intake, naf
from .config import settings_of
from .decoder import PREFIX as FEED_PREFIX
from .decoder import provider_of

PREFIX = "vms"
MAX_ROWS = 1_000
PAGE = Path(__file__).parent / "templates" / "upload.html"

router = Router(tags=["vms"])


def answer(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/json"
    )


@router.post("/{provider}/positions")
def send(request: HttpRequest, provider: str) -> HttpResponse:
    """Take positions: JSON (object, array, one object a line), NAF or the national
    report; ``Content-Encoding: gzip`` is understood. 202 once they are durable; the
    answer names every refused entry. NAF is answered in NAF."""
    feed = access.feed_of(provider)
    source = access.sender(request, feed)
    access.charge(request)
    taken = _take(request, feed, source, doors.body_of(request))
    if taken.format == "naf":
        return _naf_answer(feed, taken)
    return answer(_told(taken), _status(taken))


@router.post("/{provider}/files")
def upload(request: HttpRequest, provider: str) -> HttpResponse:
    """A CSV or XLSX file, as form field ``file`` or as the body. Sending it twice
    changes nothing. The answer names sheet, row and column of what was refused."""
    feed = access.feed_of(provider)
    source = access.sender(request, feed)
    access.charge(request)
    given = request.FILES.get("file")
    if given is not None:
        if (given.size or 0) > doors.MAX_BYTES:
            raise HttpError(413, f"at most {doors.MAX_BYTES} bytes")
        body, name = given.read(), str(given.name)
    else:
        body, name = doors.body_of(request), request.GET.get("name", "")
    taken = _take(request, feed, source, body, name)
    request.audit(  # type: ignore[attr-defined]
        "upload", layer="vessels", feed=feed.slug, name=name, accepted=taken.accepted
    )
    return answer(_told(taken), _status(taken))


@router.get("/{provider}/refused")
def refused(request: HttpRequest, provider: str, limit: int = 100) -> HttpResponse:
    """The newest refused entries, and all lines of this provider by outcome."""
    feed = access.feed_of(provider)
    access.reader(request, feed)
    rows = Quarantine.objects.filter(feed=feed).order_by("-id")
    counts = FeedCount.objects.filter(feed=feed).values_list("outcome", "reason")
    return answer(
        {
            "provider": provider,
            "counts": {
                f"{outcome}:{reason}" if reason else outcome: lines
                for outcome, reason, lines in counts.annotate(total=Sum("lines"))
            },
            "waiting": InboxBatch.objects.filter(feed=feed, state=0).count(),
            "refused": list(
                rows[: max(1, min(limit, MAX_ROWS))].values(
                    "batch__uid", "line_no", "reason", "detail", "raw", "received_at"
                )
            ),
        }
    )


@router.get("/upload")
def page(request: HttpRequest) -> HttpResponse:
    """The form of fisheries staff for tables of positions."""
    if not access.is_staff(request):
        raise HttpError(403, "the form is for fisheries staff")
    feeds = Feed.objects.filter(kind="vms", slug__startswith=FEED_PREFIX, enabled=True)
    listed = [(provider_of(feed.slug), feed.title) for feed in feeds]
    template = engines["django"].from_string(PAGE.read_text(encoding="utf-8"))
    return HttpResponse(template.render({"providers": listed}, request))


def _take(
    request: HttpRequest, feed: Feed, source: str, body: bytes, name: str = ""
) -> intake.Taken:
    if not body.strip():
        raise HttpError(400, "the body is empty")
    return intake.take(feed, source, body, received_at=datetime.now(UTC), name=name)


def _status(taken: intake.Taken) -> int:
    return 202 if taken.accepted or taken.idle else 400


def _told(taken: intake.Taken) -> dict[str, Any]:
    listed = [
        {"line": entry.number, "reason": entry.reason, "detail": entry.detail}
        for entry in taken.refused[: intake.SHOWN]
    ]
    return {
        "id": taken.id,
        "format": taken.format,
        "accepted": taken.accepted,
        "without_position": taken.idle,
        "refused_count": len(taken.refused),
        "refused": listed,
    }


def _naf_answer(feed: Feed, taken: intake.Taken) -> HttpResponse:
    """One acknowledgement (RS) for every message, in order."""
    me, now = settings_of(feed.config).naf.me, datetime.now(UTC)
    lines = [naf.answer(raw, me, reason, now) for raw, reason in taken.answers]
    return HttpResponse(
        "\n".join(lines) + "\n",
        status=_status(taken),
        content_type="text/plain; charset=utf-8",
        headers={"X-Batch": taken.id},
    )
