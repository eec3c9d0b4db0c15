"""Open311 GeoReport v2 at ``/api/v1/open311/v2``: services, requests, status."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError

from layers.citizen_reports import queries
from layers.citizen_reports.choices import Category
from layers.citizen_reports.models import CitizenReport, ServiceCategory
from layers.core.api import parse_at
from layers.core.spec import registry

from .intake import take

PREFIX = "open311/v2"
MAX_BYTES = 256 * 1024
MAX_LISTED = 1_000
LAYER = "citizen_reports"

router = Router(tags=["open311"])


def answer(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/json"
    )


def readable(request: HttpRequest) -> None:
    if not request.grant.allows(registry[LAYER]):  # type: ignore[attr-defined]
        raise HttpError(403, "the key does not read citizen reports")


def sender(request: HttpRequest) -> str:
    """Name of the sending system. Only keys that may write send reports."""
    key = getattr(request, "api_key", None)
    if key is None or not key.may_write:
        raise HttpError(403, "sending needs an API key that may write")
    readable(request)
    return f"open311:{key.prefix}"


@router.get("/services.json")
def services(request: HttpRequest) -> HttpResponse:
    """The kinds of reports that are taken in."""
    readable(request)
    listed = ServiceCategory.objects.filter(active=True)
    return answer(
        [
            {
                "service_code": row.code,
                "service_name": str(Category(row.code).label),
                "description": row.agency,
                "metadata": False,
                "type": "realtime",
                "keywords": "",
                "group": "",
            }
            for row in listed
        ]
    )


@router.post("/requests.json")
def send(request: HttpRequest) -> HttpResponse:
    """Take a report. The raw body is stored before it is read; the answer holds
    its id. ``Idempotency-Key`` makes a repeated sending harmless."""
    source = sender(request)
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        raise HttpError(413, f"at most {MAX_BYTES} bytes")
    ids, wrong = take(
        source,
        request.body,
        content_type=request.headers.get("Content-Type", ""),
        key=request.headers.get("Idempotency-Key", "")[:200],
    )
    if wrong and not ids:
        errors = [
            {"code": 400, "description": f"{bad.reason}: {bad.detail}".rstrip(": ")}
            for bad in wrong
        ]
        return answer(errors, 400)
    notice = _("The report was received and will be checked.")
    return answer(
        [
            {"service_request_id": name, "service_notice": notice, "account_id": None}
            for name in ids
        ],
        201,
    )


@router.get("/requests.json")
def listing(
    request: HttpRequest,
    service_request_id: str = "",
    service_code: str = "",
    status: str = "",
    start_date: str = "",
    end_date: str = "",
) -> HttpResponse:
    """The newest reports in the caller's scope; nobody's name is in them."""
    readable(request)
    rows = queries.in_scope(request.grant)  # type: ignore[attr-defined]
    if service_request_id:
        rows = rows.filter(external_id__in=service_request_id.split(","))
    if service_code:
        rows = rows.filter(category__in=service_code.split(","))
    if status in ("open", "closed"):
        rows = queries.still_open(rows, status == "open")
    if start := parse_at(start_date):
        rows = rows.filter(requested_at__gte=start)
    if end := parse_at(end_date):
        rows = rows.filter(requested_at__lt=end)
    return answer([_public(row) for row in rows.order_by("-requested_at")[:MAX_LISTED]])


@router.get("/requests/{name}.json")
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One report by the id that sending it gave."""
    readable(request)
    rows = queries.in_scope(request.grant).filter(external_id=name)  # type: ignore[attr-defined]
    found = [_public(row) for row in rows[:2]]
    if not found:
        raise HttpError(404, f"no request {name!r:.80}")
    return answer(found)


def _public(row: CitizenReport) -> dict[str, Any]:
    """A report in the words of GeoReport v2, without who sent it."""
    return {
        "service_request_id": row.external_id,
        "status": "open" if queries.is_open(row) else "closed",
        "status_notes": row.answer or str(row.get_status_display()),
        "service_name": str(row.get_category_display()),
        "service_code": row.category,
        "description": row.description,
        "agency_responsible": row.agency,
        "requested_datetime": _iso(row.requested_at),
        "updated_datetime": _iso(row.updated_at),
        "expected_datetime": _iso(row.due_at),
        "address": row.address,
        "lat": row.geom.y if row.geom else None,
        "long": row.geom.x if row.geom else None,
        "media_url": row.photos[0] if row.photos else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
