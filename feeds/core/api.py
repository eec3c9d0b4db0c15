"""``/api/v1/feeds``: health and counts; quarantined lines to list and download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Router
from ninja.errors import HttpError

from . import filing, health
from .models import Feed, InboxBatch, Quarantine

router = Router(tags=["feeds"])
PERMISSION = "feeds.view_feed"
MAX_ROWS = 1_000


def allowed(request: HttpRequest) -> None:
    """Raw messages are for staff that look after feeds, in the whole province."""
    whole = request.grant.units is None  # type: ignore[attr-defined]
    key = getattr(request, "api_key", None)
    narrowed = key is not None and bool(key.layers)
    if narrowed or not (whole and request.user.has_perm(PERMISSION)):
        raise HttpError(403, "feeds are for operators and administrators")


def json(body: Any) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def feed_or_404(slug: str) -> Feed:
    feed = Feed.objects.filter(slug=slug).first()
    if feed is None:
        raise HttpError(404, f"no feed {slug!r:.60}")
    return feed


@router.get("/feeds")
def list_feeds(request: HttpRequest) -> HttpResponse:
    """Every feed: state, last message, waiting lines, lines by outcome."""
    allowed(request)
    return json([asdict(entry) for entry in health.all_feeds()])


@router.get("/feeds/{slug}/quarantine")
def list_quarantine(
    request: HttpRequest,
    slug: str,
    reason: str = "",
    source: str = "",
    limit: int = 100,
) -> HttpResponse:
    """The newest refused lines, with line number and reason."""
    allowed(request)
    rows = Quarantine.objects.filter(feed=feed_or_404(slug)).order_by("-id")
    if reason:
        rows = rows.filter(reason=reason)
    if source:
        rows = rows.filter(source=source)
    listed = rows[: max(1, min(limit, MAX_ROWS))].values(
        "id", "batch_id", "line_no", "reason", "detail", "raw", "source", "received_at"
    )
    return json(list(listed))


@router.get("/feeds/{slug}/quarantine.tsv")
def download_quarantine(
    request: HttpRequest, slug: str, reason: str = "", source: str = ""
) -> StreamingHttpResponse:
    """All refused lines as tab-separated text."""
    allowed(request)
    rows = Quarantine.objects.filter(feed=feed_or_404(slug)).order_by("id")
    if reason:
        rows = rows.filter(reason=reason)
    if source:
        rows = rows.filter(source=source)

    def lines() -> Iterator[bytes]:
        yield b"received_at\tsource\tline\treason\tdetail\traw\n"
        for row in rows.iterator():
            raw = row.raw.replace("\t", " ").replace("\n", " ")
            yield (
                f"{row.received_at.isoformat()}\t{row.source}\t{row.line_no}\t"
                f"{row.reason}\t{row.detail}\t{raw}\n"
            ).encode()

    request.audit("export", detail_of="quarantine", feed=slug)  # type: ignore[attr-defined]
    response = StreamingHttpResponse(lines(), content_type="text/tab-separated-values")
    response["Content-Disposition"] = f'attachment; filename="{slug}-quarantine.tsv"'
    return response


@router.get("/feeds/{slug}/files")
def list_files(
    request: HttpRequest,
    slug: str,
    source: str = "",
    day: str = "",
    outcome: str = "",
    before: int = 0,
    limit: int = 100,
) -> HttpResponse:
    """Files as received, newest first, with their refused lines by reason.

    ``day`` (yyyy-mm-dd) of reception; ``outcome``: rejected, clean, waiting or
    failed; ``before``: the last id of the page before."""
    allowed(request)
    try:
        chosen = filing.day_of(day)
    except ValueError as error:
        raise HttpError(422, f"day: {day!r:.40} is not yyyy-mm-dd") from error
    if outcome not in filing.OUTCOMES:
        known = ", ".join(filing.OUTCOMES[1:])
        raise HttpError(422, f"outcome: {outcome!r:.40} is none of {known}")
    found = filing.files(
        feed_or_404(slug), source=source.replace("\x00", ""), day=chosen,
        outcome=outcome, before=before, limit=limit,
    )  # fmt: skip
    return json(found)


@router.get("/feeds/{slug}/files/{batch_id}")
def one_receipt(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """The receipt of one file: lines accepted, repeated, refused (number, reason,
    detail) and taken with a remark, and the file's text."""
    allowed(request)
    batch = InboxBatch.objects.filter(pk=batch_id, feed=feed_or_404(slug)).first()
    found = filing.receipt(batch) if batch is not None else None
    if batch is None or found is None:
        raise HttpError(404, f"no receipt {batch_id}")
    request.audit("read", detail_of="receipt", feed=slug, batch=batch_id)  # type: ignore[attr-defined]
    return json({**asdict(found), "id": batch.pk, "raw": filing.text(batch)})
