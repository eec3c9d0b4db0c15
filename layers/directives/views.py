"""The board, a directive's page, its actions and files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from layers.core import units

from . import (
    access,
    clockbars,
    delegating,
    extending,
    once,
    queries,
    rules,
    services,
    timing,
    worklist,
)
from .access import Who
from .callers import NAME, page, suffix, who_of
from .layer import SEVERITIES
from .log import SLUG
from .models import Directive, Task
from .models.work import NEAR_M
from .queries import DirectiveFilter

FILTERS = ("show", "status", "clock", "severity", "unit", "q", "view", NAME)


@page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The board; htmx asks for its columns alone when directives have changed."""
    who = who_of(request)
    if SLUG not in who.rights.layers:
        raise Http404
    asked = {name: request.GET.get(name, "").strip()[:100] for name in FILTERS}
    found = _found(asked, who)
    context: dict[str, Any] = {
        "columns": queries.board(found),
        "found": found,
        "as_list": asked["view"] == "list",
        "overdue": sum(entry.clock == "overdue" for entry in found),
        "query": _query(asked),
        "shows": _shows(asked, who),
        "waiting": _waiting(asked, who),
        **standing(who),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "directives/board.html", context)
    context |= {
        "asked": asked,
        "clocks": rules.CLOCKS,
        "statuses": rules.STATUSES,
        "severities": SEVERITIES,
        "units": [row for row in units.choices() if who.rights.sees_unit(row[0])],
        "may_draft": who.drafts(),
        "views": [
            (title, _query(asked | {"view": value}), asked["view"] == value)
            for value, title in (("", _("Board")), ("list", _("List")))
        ],
    }
    return render(request, "directives/index.html", context)


def _found(asked: dict[str, str], who: Who) -> list[Directive]:
    """What the filters leave, with ``leads``: the units that carry it out."""
    wanted = DirectiveFilter(
        status=asked["status"] if asked["status"] in dict(rules.STATUSES) else "",
        clock=asked["clock"],
        severity=asked["severity"],
        unit_id=int(asked["unit"]) if asked["unit"].isdecimal() else None,
        text=asked["q"],
        also=worklist.condition(asked["show"], who),
    )
    found, tree = list(queries.find(who.rights, wanted)), units.tree()
    for entry in found:
        entry.leads = ", ".join(  # type: ignore[attr-defined]
            tree.title(task.unit_id) for task in entry.tasks.all()
        )
    return found


def _waiting(asked: dict[str, str], who: Who) -> list[Directive]:
    """What a unit has to do next, overdue first: how its page begins."""
    if who.rights.units is None or _query(asked | {"view": "", NAME: ""}):
        return []
    return _found(asked | {"show": "waiting"}, who)


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


def _shows(asked: dict[str, str], who: Who) -> list[dict[str, Any]]:
    """The filters of one press with their counts; a second press takes one off."""
    many = worklist.counts(who)
    return [
        {
            "slug": slug,
            "title": title,
            "count": many[slug],
            "on": asked["show"] == slug,
            "query": _query(asked | {"show": "" if asked["show"] == slug else slug}),
        }
        for slug, title in worklist.SHOWS
    ]


@page
@require_GET
def detail(request: HttpRequest, directive_id: int) -> HttpResponse:
    """One directive: order, clocks, tasks with evidence, actions, timeline."""
    who = who_of(request)
    directive = queries.one(who.rights, directive_id)
    if directive is None:
        return _in_another_name(who, directive_id)
    tasks = queries.named(list(directive.tasks.prefetch_related("evidence")))
    _prepare(directive, tasks, who)
    request.audit("view", layer=SLUG, feature_id=directive_id, **who.stamp)  # type: ignore[attr-defined]
    context = {
        "directive": directive,
        "tasks": tasks,
        "acts": [a for a in queries.acts_for(directive, who) if not a.one_task],
        "log": queries.log_of(directive),
        "unit_path": " · ".join(
            node.title for node in units.tree().ancestors(directive.unit_id)
        ),
        "origin": queries.origin_link(directive),
        "bars": clockbars.bars_of(directive, tasks),
        "near_m": NEAR_M,
        "many_steps": len({task.step for task in tasks}) > 1,
        "may_sign": who.signs(),
        "may_draft": who.drafts(),
        "may_send": directive.status in rules.RUNNING
        and any(who.works_for(task.unit_id) for task in tasks),
        "units": units.choices() if directive.status == rules.RETURNED else (),
        "once": once.token(),
        **standing(who),
    }
    template = "directives/detail.html"
    if request.htmx:  # type: ignore[attr-defined]
        template = "directives/detail_body.html"
    return render(request, template, context)


def standing(who: Who) -> dict[str, Any]:
    """In whose name a page is shown, and in whose it could be."""
    return {
        "stand": suffix(who),
        "giver": who.giver,
        "may_sign_for": who.signing,
        "givers": [] if who.giver else [row.giver for row in delegating.of(who.user)],
    }


def _in_another_name(who: Who, directive_id: int) -> HttpResponse:
    """What is not the caller's own may be that of somebody they stand in for."""
    for row in () if who.giver else delegating.of(who.user):
        other = delegating.stand_in(who.user, who.rights, row.giver_id)
        if queries.one(other.rights, directive_id) is not None:
            return redirect(_address(other, directive_id))
    raise Http404


def _address(who: Who, directive_id: int) -> str:
    return reverse("directives:detail", args=[directive_id]) + suffix(who)


def _prepare(directive: Directive, tasks: list[Task], who: Who) -> None:
    """What the cards of the tasks show: clocks, and requests for more time. The clocks
    are those of now: what is stored is as old as the last look of the beat."""
    timing.derive(directive, tasks, timezone.now())
    asked = {entry.task_id: entry for entry in extending.waiting(directive)}
    running = directive.status in rules.RUNNING
    back = rules.ACTS["send_back"]
    for task in tasks:
        task.bars = clockbars.bars(task, directive)  # type: ignore[attr-defined]
        task.waiting = asked.get(task.pk)  # type: ignore[attr-defined]
        task.may_ask = (  # type: ignore[attr-defined]
            running and task.status in extending.ASKING and who.works_for(task.unit_id)
        )
        task.goes_back = (  # type: ignore[attr-defined]
            back if queries.may_move(back, task, directive) and who.oversees() else None
        )


@page
@require_POST
def act(request: HttpRequest, directive_id: int, action: str) -> HttpResponse:
    """One act of the table, then back to the page."""
    who = who_of(request)
    named = {name: request.POST.get(name, "") for name in ("unit", "task")}

    def work() -> None:
        services.act(
            directive_id,
            action,
            who,
            text=request.POST.get("text", ""),
            **{f"{k}_id": int(v) for k, v in named.items() if v.isdecimal()},
        )

    try:
        once.done(request, who, work)
    except access.NotFoundError as error:
        raise Http404(str(error)) from None
    except (access.NotAllowedError, access.RefusedError) as error:
        messages.error(request, str(error))
    if queries.one(who.rights, directive_id) is None:
        return redirect(reverse("directives:index") + suffix(who))
    return redirect(_address(who, directive_id))
