"""Making a briefing: choose the unit, the day and the indicators; take the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators import pace as paces
from layers.indicators import wording
from layers.indicators.briefing import content
from layers.indicators.briefing.content import Briefing

from .frame import SLUG, Frame, answer, day_of, grant_of
from .pace import choices, newest_plan, rows_of, unit_asked

PLANS = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _pdf(briefing: Briefing) -> bytes:
    from layers.indicators.briefing.document import to_pdf

    return to_pdf(briefing)


def _xlsx(briefing: Briefing) -> bytes:
    from layers.indicators.briefing.workbook import to_xlsx

    return to_xlsx(briefing)


def _pptx(briefing: Briefing) -> bytes:
    from layers.indicators.briefing.slides import to_pptx

    return to_pptx(briefing)


# each is imported when it is wanted: they take a while
FORMATS: dict[str, tuple[str, Callable[[Briefing], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "xlsx": (XLSX, _xlsx),
    "pptx": (PPTX, _pptx),
}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The choices: ``?unit=``, ``?date=``, ``?code=`` again and again."""
    grant = grant_of(request)
    node = unit_asked(request, grant)
    chosen = request.GET.getlist("code")
    known = content.known_codes(grant)
    context = {
        "unit": node,
        "choices": choices(grant),
        "day": day_of(request),
        "today": timezone.localdate(),
        "formats": [(name, name.upper()) for name in FORMATS],
        "most": content.MOST,
        "indicators": [
            (
                entry,
                entry.code in chosen if chosen else entry.headline is not None,
                wording.measure(entry.unit),
            )
            for entry in known
        ],
    }
    frame = Frame(_("Briefing"), node.title)
    return answer(request, "indicators/briefing_body.html", frame, context)


@login_required
@require_GET
def file(request: HttpRequest, fmt: str) -> HttpResponse:
    """The briefing as a file; the same choices."""
    if fmt not in FORMATS:
        raise Http404
    grant = grant_of(request)
    node = unit_asked(request, grant)
    day = day_of(request)
    briefing = content.gather(
        grant,
        node,
        by=request.user.display_name,  # type: ignore[union-attr]
        codes=request.GET.getlist("code"),
        day=day,
        plans=_plans(grant, node),
    )
    content_type, write = FORMATS[fmt]
    response = HttpResponse(write(briefing), content_type=content_type)
    name = f"{slugify(_('briefing'))}-{node.code}-{briefing.day:%Y%m%d}.{fmt}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    request.audit(  # type: ignore[attr-defined]
        "export", layer=SLUG, feature_id=node.id, format=fmt, briefing=True
    )
    return response


def _plans(grant: Grant, node: UnitNode) -> Sequence[object]:
    on = newest_plan([node.id])
    return rows_of(paces.of(grant, [node.id], on=on))[:PLANS]
