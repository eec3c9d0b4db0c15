"""The log of deliveries: who was told what, when, and what became of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from layers.core.delivery import services
from layers.core.delivery.models import IN_APP, Delivery, State
from layers.core.delivery.told import channel_titles
from layers.core.export import safe_cell

from . import queries

PER_PAGE = 50
MOST_ROWS = 100_000
ASKED = ("state", "channel", "layer", "feature", "q")
HEAD = (
    "id",
    "written",
    "recipient",
    "address",
    "channel",
    "severity",
    "subject",
    "about",
    "state",
    "attempts",
    "sent",
    "delivered",
    "read",
    "answer",
    "remark",
)


def _rows(request: HttpRequest) -> tuple[QuerySet[Delivery], dict[str, str]]:
    grant: Any = request.grant  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ASKED}
    return queries.narrowed(queries.log(request.user, grant), asked), asked


@login_required
@permission_required(queries.READ_LOG, raise_exception=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    rows, asked = _rows(request)
    page = Paginator(queries.with_tries(rows), PER_PAGE).get_page(
        request.GET.get("page")
    )
    titles = channel_titles()
    context = {
        "page": page,
        "rows": [_shown(request, row, titles) for row in page],
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "states": State.choices,
        "channels": sorted(titles.items(), key=lambda item: item[1]),
    }
    return render(request, "mobile/log.html", context)


def _shown(
    request: HttpRequest, row: Delivery, titles: dict[str, str]
) -> dict[str, Any]:
    tries = row.log  # type: ignore[attr-defined]
    return {
        "row": row,
        "channel": titles.get(row.channel, "—"),
        "address": queries.shown_address(row, request.user),
        "last": tries[-1] if tries else None,
    }


@login_required
@require_GET
def detail(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery with every attempt."""
    row = _one(request, delivery_id)
    titles = channel_titles()
    context = {
        "row": row,
        "message": row.message,
        "text": row.message.text("body"),
        "address": queries.shown_address(row, request.user),
        "channel": titles.get(row.channel, "—"),
        "tries": row.tries.order_by("number", "pk"),
        "others": row.message.deliveries.exclude(pk=row.pk).order_by("pk")[:50],
        "titles": titles,
        "may_resend": request.user.has_perm(queries.RESEND)  # type: ignore[union-attr]
        and row.channel not in (IN_APP, services.UNREACHABLE),
    }
    return render(request, "mobile/delivery.html", context)


def _one(request: HttpRequest, delivery_id: int) -> Delivery:
    grant: Any = request.grant  # type: ignore[attr-defined]
    row = queries.log(request.user, grant).filter(pk=delivery_id).first()
    if row is None:
        raise Http404
    return row


@login_required
@permission_required(queries.RESEND, raise_exception=True)
@require_POST
def resend(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Once more, now; the key stays the same."""
    row = _one(request, delivery_id)
    if services.resend(row.pk):
        request.audit("resend", delivery=row.pk)  # type: ignore[attr-defined]
        messages.success(request, _("It is being sent again."))
    else:
        messages.error(request, _("It is on its way already."))
    return redirect("mobile:delivery", delivery_id)


@login_required
@permission_required(queries.READ_LOG, raise_exception=True)
@require_GET
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is filtered."""
    rows, asked = _rows(request)
    request.audit("export", what="deliveries", **asked)  # type: ignore[attr-defined]
    answer = StreamingHttpResponse(
        _lines(request, rows[:MOST_ROWS]), content_type="text/csv; charset=utf-8"
    )
    name = f"deliveries-{timezone.localdate():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(request: HttpRequest, rows: QuerySet[Delivery]) -> Iterator[bytes]:
    """UTF-8 with BOM, so that Excel opens Vietnamese names rightly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEAD)
    yield b"\xef\xbb\xbf"
    titles = channel_titles()
    for row in queries.with_tries(rows).iterator(chunk_size=1_000):
        writer.writerow([safe_cell(value) for value in _cells(request, row, titles)])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _cells(
    request: HttpRequest, row: Delivery, titles: dict[str, str]
) -> tuple[Any, ...]:
    message, tries = row.message, row.log  # type: ignore[attr-defined]
    return (
        row.pk,
        row.created_at,
        row.person,
        queries.shown_address(row, request.user),
        titles.get(row.channel, row.channel),
        message.severity,
        str(message),
        f"{message.layer}/{message.feature_id}" if message.layer else "",
        row.get_state_display(),
        row.attempts,
        row.sent_at,
        row.delivered_at,
        row.read_at,
        tries[-1].code if tries else "",
        row.note,
    )
