"""Pages and files of the register of directives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.scope import Grant
from layers.directives import rules
from layers.directives.layer import SEVERITIES
from layers.directives.log import SLUG

from . import exporting, queries
from .asking import KINDS, PAGE, TITLES, Asked, asked_of

OPEN_STATES = tuple(
    (slug, title)
    for slug, title in rules.STATUSES
    if slug not in (rules.DRAFT, rules.WITHDRAWN, rules.SUSPENDED)
)


def _start(request: HttpRequest) -> tuple[Grant, Asked, datetime]:
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if SLUG not in grant.layers:
        raise Http404
    return grant, asked_of(request.GET), timezone.now()


def _shared(grant: Grant, asked: Asked, now: datetime) -> dict[str, Any]:
    return {
        "asked": asked,
        "now": now,
        "query": asked.query(),
        "kinds": KINDS,
        "states": OPEN_STATES,
        "severities": SEVERITIES,
        "playbooks": [(k, v[0]) for k, v in queries.playbook_titles().items()],
        "units": [row for row in units.choices() if grant.sees_unit(row[0])],
    }


@login_required
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Figures by unit and by step of playbooks."""
    grant, asked, now = _start(request)
    total, rows = queries.by_unit(grant, asked, now)
    for row in (total, *rows):
        row["query"] = asked.query(unit=row["unit_id"] or asked.unit)
    steps = queries.by_step(grant, asked, now)
    for step in steps:
        named = {"playbook": step["playbook_slug"], "step": step["step"]}
        step["query"] = asked.query(**named, by_hand=int(not step["playbook_slug"]))
    context = {"total": total, "rows": rows, "steps": steps}
    return render(
        request, "directives/register.html", context | _shared(grant, asked, now)
    )


@login_required
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks behind a figure, by pages."""
    grant, asked, now = _start(request)
    found, rows = queries.listed(grant, asked, now)
    own = {"part": asked.part, "step": asked.step, "by_hand": int(asked.by_hand)}
    pages = -(-found // PAGE)
    context = {
        "rows": rows,
        "found": found,
        "title": TITLES[asked.part],
        "unit_title": units.tree().title(asked.unit),
        "list_query": asked.query(**own),
        "earlier": asked.page > 1 and asked.query(**own, page=asked.page - 1),
        "later": asked.page < pages and asked.query(**own, page=asked.page + 1),
        "pages": pages,
    }
    return render(
        request, "directives/register_tasks.html", context | _shared(grant, asked, now)
    )


@login_required
@require_GET
def export(request: HttpRequest, what: str, ending: str) -> HttpResponse:
    """Figures by unit, or tasks in the columns of the provincial register."""
    grant, asked, now = _start(request)
    if what == "units":
        total, rows = queries.by_unit(grant, asked, now)
        lines = exporting.unit_lines([*rows, {**total, "title": "Σ"}] if rows else [])
    else:
        _found, found = queries.listed(grant, asked, now, everything=True)
        lines = exporting.task_lines(found)
    request.audit("export", layer=SLUG, format=ending, register=what)  # type: ignore[attr-defined]
    response = HttpResponse(
        exporting.WRITERS[ending](lines), content_type=exporting.TYPES[ending]
    )
    name = f"register-{what}-{asked.since}-{asked.until}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
