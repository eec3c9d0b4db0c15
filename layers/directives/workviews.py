"""What units do on a directive's page besides its acts: files, and asking for time."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from . import access, evidence, exif, extending, once, queries
from .access import RefusedError, Who
from .callers import page, suffix, who_of
from .log import SLUG
from .models import Evidence, Extension, Task

MOST_FILES = 10
PREVIEW_KEPT_S = 86_400


def _done(
    request: HttpRequest, directive_id: int, who: Who, work: Callable[[], object]
) -> HttpResponse:
    """Do it, and back to the page with what was wrong."""
    try:
        once.done(request, who, work)
    except access.NotFoundError as error:
        raise Http404(str(error)) from None
    except (access.NotAllowedError, RefusedError) as error:
        messages.error(request, str(error))
    return redirect(reverse("directives:detail", args=[directive_id]) + suffix(who))


@page
@require_POST
def add_evidence(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Files of the caller's unit, with the place of the device if it was given.

    A script that shows the progress gets ``{"error": "..."}`` ("": all kept).
    """
    who = who_of(request)
    work = partial(_keep, request, directive_id, who)
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        return _done(request, directive_id, who, work)
    try:
        work()
    except access.NotFoundError as error:
        raise Http404(str(error)) from None
    except (access.NotAllowedError, RefusedError) as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"error": ""})


def _keep(request: HttpRequest, directive_id: int, who: Who) -> None:
    """Keep every file that can be kept; RefusedError names the others."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        raise RefusedError(_("Choose a photo or a file first."))
    place, note = place_of(request), request.POST.get("note", "")
    wrong = []
    for upload in uploads[:MOST_FILES]:
        try:
            evidence.add(directive_id, upload, who, place=place, note=note)
        except RefusedError as error:
            wrong.append(f"{upload.name}: {error}")
    if len(uploads) > MOST_FILES:
        wrong.append(
            _("Only %(most)s files can be sent at once.") % {"most": MOST_FILES}
        )
    if wrong:
        raise RefusedError(" ".join(wrong))


def place_of(request: HttpRequest) -> evidence.Place | None:
    """Where the sender's device says it is, if it does."""
    try:
        lon, lat = (float(request.POST.get(name, "")) for name in ("lon", "lat"))
        accuracy = float(request.POST.get("accuracy") or "nan")
    except ValueError:
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return evidence.Place(lon, lat, None if math.isnan(accuracy) else accuracy)


@page
@require_POST
def ask_time(request: HttpRequest, task_id: int) -> HttpResponse:
    """More time for a task of the caller's unit."""
    task = Task.objects.filter(pk=task_id).first()
    if task is None:
        raise Http404
    who = who_of(request)

    def ask() -> None:
        until = local(request.POST.get("until", ""))
        reason = request.POST.get("reason", "")
        extending.ask(task_id, who, until=until, reason=reason)

    return _done(request, task.directive_id, who, ask)


def local(text: str) -> datetime:
    """What a browser's field for date and time gives, in local time."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise RefusedError(_("Please give a date and a time."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@page
@require_POST
def answer_time(request: HttpRequest, extension_id: int) -> HttpResponse:
    """Grant or refuse more time."""
    rows = Extension.objects.select_related("task")
    extension = rows.filter(pk=extension_id).first()
    if extension is None:
        raise Http404
    who, grant = who_of(request), request.POST.get("grant") == "1"
    words = request.POST.get("answer", "")
    return _done(
        request,
        extension.task.directive_id,
        who,
        lambda: extending.decide(extension_id, who, grant=grant, answer=words),
    )


def _seen(request: HttpRequest, evidence_id: int) -> Evidence:
    """A file, for those who may see its directive."""
    found = Evidence.objects.select_related("task").filter(pk=evidence_id).first()
    rights = who_of(request).rights
    if found is None or queries.one(rights, found.task.directive_id) is None:
        raise Http404
    return found


@page
@require_GET
def evidence_file(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The file as it was sent; always as a download."""
    found = _seen(request, evidence_id)
    request.audit(  # type: ignore[attr-defined]
        "evidence", layer=SLUG, feature_id=found.task.directive_id, file=found.sha256
    )
    return FileResponse(
        found.file.open(),
        content_type=found.content_type,
        as_attachment=True,
        filename=found.name,
    )


def _preview(found: Evidence) -> bytes:
    """Made once for all who look: 12 megapixels take 60 to 130 ms of a core. The name
    is the hash of the file, so it is never another's or out of date. Empty: none."""

    def make() -> bytes:
        with found.file.open("rb") as held:
            return exif.preview(held.read()) or b""

    key = f"directives:preview:{found.sha256}"
    return cache.get_or_set(key, make, PREVIEW_KEPT_S) or b""


@page
@require_GET
@cache_control(private=True, max_age=86_400)
def evidence_preview(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """A photo made small anew: nothing of the file itself is shown in the page."""
    found = _seen(request, evidence_id)
    small = _preview(found)
    if not small:
        raise Http404
    answer = HttpResponse(small, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
