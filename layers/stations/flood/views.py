"""Pages of the flood order: all rivers, the sheet of one, the draft of the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import pdf
from layers.stations.layer import LAYER

from . import board, order
from .order import Sheet

LANGUAGES = tuple(code for code, _title in settings.LANGUAGES)


View = Callable[..., HttpResponse]


def told(view: View) -> View:
    """With the reason in words when the address names no time."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except NoTimeError:
            text = _("“at” is no time: write it as 2026-11-23T07:00+07:00.")
            return HttpResponse(text, status=400, content_type="text/plain")

    return wrapped


@login_required
@require_GET
@told
def index(request: HttpRequest) -> HttpResponse:
    """All river stations by urgency, now or as at ``?at=``."""
    _seen(request)
    at = _asked(request)
    rows = board.board(request.grant, at)  # type: ignore[attr-defined]
    context = {"rows": rows, "at": at, "now": at or timezone.now()}
    return render(request, "stations/flood/index.html", context)


@login_required
@require_GET
@told
def sheet(request: HttpRequest, station_id: int) -> HttpResponse:
    """The order sheet of one station."""
    made = _sheet(request, station_id)
    context = {"sheet": made, "river": made.river, "at": _asked(request)}
    return render(request, "stations/flood/sheet.html", context)


@login_required
@require_GET
@told
def draft(request: HttpRequest, station_id: int) -> HttpResponse:
    """The order as a numbered draft (PDF), in the language of ``?lang=``."""
    made = _sheet(request, station_id)
    language = request.GET.get("lang") or translation.get_language() or ""
    language = language if language in LANGUAGES else LANGUAGES[0]
    with translation.override(language):
        data = pdf.render("stations/flood/draft.html", _printed(made, language))
    request.audit(  # type: ignore[attr-defined]
        "export", layer=LAYER.slug, feature_id=station_id, format="pdf",
        number=made.number,
    )  # fmt: skip
    name = made.number.replace("/", "-")
    return pdf.response(data, f"flood-order-{name}-{language}.pdf")


def _printed(made: Sheet, language: str) -> dict[str, object]:
    return {
        "sheet": made,
        "river": made.river,
        "language": language,
        "moment": made.made_at,
        "authority": settings.IOC_AUTHORITY or _("CIVIL DEFENCE COMMAND"),
        "authority_above": settings.IOC_AUTHORITY_ABOVE
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def _seen(request: HttpRequest) -> None:
    if not request.grant.allows(LAYER):  # type: ignore[attr-defined]
        raise Http404


def _sheet(request: HttpRequest, station_id: int) -> Sheet:
    _seen(request)
    made = order.sheet(request, station_id, _asked(request))
    if made is None:
        raise Http404
    return made


class NoTimeError(ValueError):
    """The address names a time that is none."""


def _asked(request: HttpRequest) -> datetime | None:
    """A past moment, or None for now. Raises NoTimeError."""
    text = request.GET.get("at", "").replace(" ", "+")
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise NoTimeError
    if timezone.is_naive(found):
        found = timezone.make_aware(found)
    return found if found < timezone.now() else None
