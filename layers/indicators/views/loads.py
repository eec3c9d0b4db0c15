"""A load of figures row by row, for figures that came neither by upload nor as a
message that the caller may open."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import units
from layers.indicators import showing, wording
from layers.indicators.models import Channel, Fact, Load, Withdrawn
from layers.indicators.models.figures import Figures
from layers.indicators.reading import facts

from .frame import SLUG, Frame, answer, grant_of

PAGE_ROWS = 100


@login_required
@require_GET
def load(request: HttpRequest, load_id: int) -> HttpResponse:
    """The figures of a load that the caller may see. ``?row=`` marks one and turns
    to its page."""
    grant = grant_of(request)
    found = Load.objects.select_related("by", "withdrawn_by").filter(pk=load_id).first()
    if found is None:
        raise Http404
    model = Withdrawn if found.withdrawn_at else Fact
    rows = model.objects.filter(load=found).order_by("row", "cell", "pk")
    if grant.units is not None:
        rows = rows.filter(unit_id__in=sorted(grant.units))
    pages = Paginator(rows, PAGE_ROWS)
    if not pages.count:
        raise Http404
    marked = request.GET.get("fact", "")
    page = pages.get_page(request.GET.get("page") or _page_of(rows, marked))
    request.audit("view", layer=SLUG, load=load_id)  # type: ignore[attr-defined]
    context = {
        "load": found,
        "channel": Channel(found.channel).label,
        "source": wording.source(found.source),
        "page": page,
        "rows": [_row(fact, marked) for fact in page],
        "marked": marked,
    }
    title = _(found.title) if found.title else found.source
    frame = Frame(title, str(Channel(found.channel).label))
    return answer(request, "indicators/load_body.html", frame, context)


def _page_of(rows, marked: str) -> int:  # type: ignore[no-untyped-def]
    """The page on which the marked figure stands."""
    if not marked.isdecimal():
        return 1
    ids = list(rows.values_list("pk", flat=True))
    wanted = int(marked)
    return ids.index(wanted) // PAGE_ROWS + 1 if wanted in ids else 1


def _row(fact: Figures, marked: str) -> dict[str, object]:
    indicator = facts.catalogue().by_id[fact.indicator_id]
    return {
        "fact": fact,
        "marked": str(fact.pk) == marked,
        "place": " ".join(filter(None, (str(fact.row or ""), fact.cell))),
        "name": indicator.name,
        "unit": units.tree().title(fact.unit_id),
        "value": wording.number(float(fact.value), indicator.decimals),
        "measure": wording.measure(fact.unit or indicator.unit),
        "period": wording.period(fact.period_start, fact.period_end),
        "vintage": wording.vintage(fact.vintage),
        "url": showing.fact_url(fact.pk),
    }
