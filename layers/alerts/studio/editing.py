"""The page of a draft: written by its author, judged by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from layers.alerts.kinds import kinds
from layers.alerts.models import RuleDraft
from layers.alerts.services import NotAllowedError, NotFoundError, RefusedError, Who
from layers.core.drawn import Drawing, DrawingError
from layers.core.spec import registry

from . import access, drafts, testing, trying
from . import body as bodies
from .forms import RuleForm, ZoneForm, known_events
from .trial import rule_of

NUMBERS = frozenset({"integer", "number"})
Act = Callable[[RuleDraft, Who, Any], Any]


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Write the draft, or read it as the second person does."""
    draft = access.draft_of(request, draft_id)
    mine = draft.author_id == request.user.pk and draft.status == "draft"
    mine = mine and drafts.may_write(request.user)
    form = RuleForm(request.POST or None, draft=draft)
    if request.method == "POST" and mine and form.is_valid():
        response = _keep(request, draft, form)
        if response is not None:
            return response
    if not mine:
        for field in form.fields.values():
            field.disabled = True
    return render(
        request, "alerts/studio/draft.html", _context(request, draft, form, mine)
    )


def _keep(
    request: HttpRequest, draft: RuleDraft, form: RuleForm
) -> HttpResponse | None:
    """Store what was written, then what the pressed button says; None: refused."""
    who = access.who_of(request)
    try:
        drafts.write(draft.pk, who, form.body())
        draft.refresh_from_db()
        if request.POST.get("then") == "test":
            days = request.POST.get("days", "")
            test = testing.start(draft, who, int(days) if days.isdecimal() else 0)
            return redirect("alerts:rule-test", test.pk)
        if request.POST.get("then") == "zone":
            return redirect("alerts:rule-zone", draft.pk)
    except ValidationError as error:
        for texts in bodies.problems(error).values():
            form.add_error(None, texts)
        return None
    except (NotAllowedError, RefusedError) as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("The draft is saved."))
    return redirect("alerts:rule-draft", draft.pk)


def _context(
    request: HttpRequest, draft: RuleDraft, form: RuleForm, mine: bool
) -> dict[str, Any]:
    layer = registry[draft.body["layer"]]
    present = bodies.of_rule(draft.rule) if draft.rule is not None else None
    waiting = draft.status == "submitted"
    return {
        "draft": draft,
        "form": form,
        "mine": mine,
        "kind": kinds[draft.body["kind"]],
        "layer": layer,
        "changes": bodies.changes(present, draft.body) if present else [],
        "tests": draft.backtests.defer("result")[:10],
        "tested": drafts.last_test(draft),
        "way": trying.way(rule_of(draft.body)),
        "why_not": trying.why_not(rule_of(draft.body)),
        "days": testing.DAYS,
        "may_decide": waiting
        and draft.author_id != request.user.pk
        and drafts.may_approve(request.user),
        "may_take_back": waiting and draft.author_id == request.user.pk,
        "numbers": [f for f in layer.fields if f.type in NUMBERS],
        "events": known_events(),
        "columns": [f for f in layer.filter_fields if not f.mask],
        "screen": {
            "features": reverse("alerts:rule-features", args=[draft.pk]),
            "zones": reverse("alerts:rule-zones", args=[draft.pk]),
            "words": {
                "count": _("{passed} of {whole} features"),
                "shown": _("the first {n} are drawn"),
                "zones": _("{n} zones"),
                "chosen": _("Zone {id}: {title}"),
            },
        },
    }


@login_required
@require_http_methods(["GET", "POST"])
def zone(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Draw a new zone for the draft; it becomes a row of the layer of zones."""
    draft = access.draft_of(request, draft_id)
    who = access.who_of(request)
    form = ZoneForm(request.POST or None, csp_nonce=request.csp_nonce)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            drafts.draw(
                draft.pk,
                who,
                Drawing(
                    title=values["title"],
                    legal_basis=values["legal_basis"],
                    shape=shapely.from_wkb(bytes(values["geom"].wkb)),
                    source="rules",
                ),
            )
        except DrawingError as error:
            form.add_error("geom", str(error))
        except (NotAllowedError, NotFoundError, RefusedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The zone is drawn, and the draft names it."))
            return redirect("alerts:rule-draft", draft.pk)
    return render(request, "alerts/studio/zone.html", {"draft": draft, "form": form})


ACTS: dict[str, Act] = {
    "submit": lambda draft, who, data: drafts.submit(
        draft.pk, who, data.get("words", "")
    ),
    "approve": lambda draft, who, data: drafts.approve(
        draft.pk, who, data.get("words", "")
    ),
    "reject": lambda draft, who, data: drafts.reject(
        draft.pk, who, data.get("words", "")
    ),
    "take-back": lambda draft, who, data: drafts.take_back(draft.pk, who),
    "discard": lambda draft, who, data: drafts.discard(draft.pk, who),
}
DONE = {
    "submit": lambda: _("Submitted: another person approves it."),
    "approve": lambda: _("The rule is in force."),
    "reject": lambda: _("The draft was rejected."),
    "take-back": lambda: _("The draft can be changed again."),
    "discard": lambda: _("The draft was discarded."),
}


@login_required
@require_POST
def act(request: HttpRequest, draft_id: int, action: str) -> HttpResponse:
    """One act on the draft, then back to it with what came of it."""
    if action not in ACTS:
        raise Http404
    draft = access.draft_of(request, draft_id)
    try:
        ACTS[action](draft, access.who_of(request), request.POST)
    except NotFoundError as error:
        raise Http404(str(error)) from None
    except ValidationError as error:
        for texts in bodies.problems(error).values():
            for text in texts:
                messages.error(request, text)
    except (NotAllowedError, RefusedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, DONE[action]())
    return redirect("alerts:rule-draft", draft.pk)
