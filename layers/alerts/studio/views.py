"""Pages of the studio: all rules, one with its versions, a trial."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from layers.alerts.kinds import kinds
from layers.alerts.layer import SEVERITIES
from layers.alerts.models import Rule, RuleDraft
from layers.alerts.services import NotAllowedError, RefusedError
from layers.core.export import safe_cell
from layers.core.spec import registry

from . import access, drafts, listing, pictures, testing
from . import body as bodies
from .forms import NewForm
from .listing import Asked

NAMES = ("q", "state", "layer", "kind", "severity")


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, str]]:
    said = {name: request.GET.get(name, "").strip()[:100] for name in NAMES}
    text = said["q"]
    return Asked(text=text, **{n: v for n, v in said.items() if n != "q"}), said


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All rules with what each costs, the busiest first."""
    grant = access.grant_of(request)
    asked, said = _asked(request)
    everything = list(Rule.objects.filter(layer__in=sorted(grant.layers)))
    context = {
        "rows": listing.rows(grant, asked),
        "whole": len(everything),
        "asked": said,
        "query": urlencode({name: value for name, value in said.items() if value}),
        "drafts": listing.open_drafts(grant),
        "states": (("on", _("In force")), ("off", _("Switched off")),
                   ("suppressed", _("Suppressed"))),
        "severities": SEVERITIES,
        "layers": sorted({(r.layer, str(registry[r.layer].title))
                          for r in everything if r.layer in registry}),
        "kinds": [(slug, kind.title) for slug, kind in kinds.items()],
        "may_write": drafts.may_write(request.user),
    }  # fmt: skip
    return render(request, "alerts/studio/index.html", context)


@login_required
@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file: UTF-8 with BOM, so that Excel reads it rightly."""
    asked, _said = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rules.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        ["code", "title", "kind", "layer", "severity", "state", "version",
         "alerts_7_days", "alerts_30_days", "share_of_budget", "changed", "legal_basis"]
    )  # fmt: skip
    for row in listing.rows(access.grant_of(request), asked):
        rule = row.rule
        cells = [rule.slug, rule.shown_title, rule.kind, rule.layer, rule.severity,
                 row.state, rule.version, row.week, row.month, round(row.share, 4),
                 rule.updated_at.isoformat(), rule.legal_basis]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return response


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose kind and layer; the draft begins with them."""
    access.grant_of(request)
    form = NewForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = drafts.begin(
                access.who_of(request), kind=values["kind"], layer=values["layer"]
            )
        except NotAllowedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("alerts:rule-draft", made.pk)
    return render(request, "alerts/studio/new.html", {"form": form})


@login_required
@require_GET
def rule(request: HttpRequest, slug: str) -> HttpResponse:
    """One rule: what it says, its versions, its drafts."""
    found = access.rule_of(request, slug)
    row = next(
        r
        for r in listing.rows(access.grant_of(request), Asked(text=slug))
        if r.rule.pk == found.pk
    )
    context = {
        "rule": found,
        "row": row,
        "facts": bodies.changes(None, bodies.of_rule(found)),
        "versions": listing.versions(found),
        "may_write": drafts.may_write(request.user),
        "may_approve": drafts.may_approve(request.user),
    }
    return render(request, "alerts/studio/rule.html", context)


@login_required
@require_POST
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft of the next version; the caller's own open one goes on."""
    found = access.rule_of(request, slug)
    open_one = RuleDraft.objects.filter(
        rule=found, author_id=request.user.pk, status="draft"
    )
    mine = open_one.filter(base_version=found.version).first()
    if mine is None:
        try:
            mine = drafts.begin(access.who_of(request), rule=found)
        except NotAllowedError as error:
            messages.error(request, str(error))
            return redirect("alerts:rule", slug)
    return redirect("alerts:rule-draft", mine.pk)


@login_required
@require_POST
def off(request: HttpRequest, slug: str) -> HttpResponse:
    """Switched off by one person, in an emergency."""
    found = access.rule_of(request, slug)
    try:
        drafts.switch_off(
            found.pk, access.who_of(request), request.POST.get("words", "")
        )
    except (NotAllowedError, RefusedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rule is switched off."))
    return redirect("alerts:rule", slug)


@login_required
@require_POST
def restore(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """An old version as a new draft."""
    found = access.rule_of(request, slug)
    old = next((v for v in listing.versions(found) if v.number == version), None)
    if old is None:
        raise Http404
    try:
        made = drafts.restore(access.who_of(request), found, old.body, version)
    except NotAllowedError as error:
        messages.error(request, str(error))
        return redirect("alerts:rule", slug)
    return redirect("alerts:rule-draft", made.pk)


@login_required
@require_GET
def test(request: HttpRequest, test_id: int) -> HttpResponse:
    """A trial: how far it is, or what it came to."""
    found = access.test_of(request, test_id)
    context: dict[str, Any] = {
        "test": found,
        "draft": found.draft,
        "running": found.status in testing.WAITING,
        "may_cancel": drafts.may_write(request.user),
    }
    if request.htmx:  # type: ignore[attr-defined]
        if not context["running"]:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "alerts/studio/progress.html", context)
    if found.result:
        context |= _outcome(request, found)
    return render(request, "alerts/studio/test.html", context)


def _outcome(request: HttpRequest, found: Any) -> dict[str, Any]:
    result = access.scoped(access.grant_of(request), found.result)
    zone = timezone.get_current_timezone()
    for part in ("draft", "present"):
        for entry in result.get(part, {}).get("hours", ()):
            entry["when"] = datetime.fromtimestamp(entry["at"], zone)
    return {
        "result": result,
        "screen": pictures.screen(result, found.body["layer"]),
        "alerts": pictures.listed(result),
        "first": _moment(result["first"], zone),
        "last": _moment(result["last"], zone),
        "worst": _moment((result["draft"]["worst"] or {}).get("at"), zone),
        "gone": pictures.gone(result),
        "stale": not bodies.tested(found.body, found.draft.body),
    }


def _moment(at: float | None, zone: Any) -> datetime | None:
    return datetime.fromtimestamp(at, zone) if at is not None else None


@login_required
@require_POST
def cancel(request: HttpRequest, test_id: int) -> HttpResponse:
    """Stop a trial that is under way."""
    found = access.test_of(request, test_id)
    try:
        testing.cancel(found, access.who_of(request))
    except NotAllowedError as error:
        messages.error(request, str(error))
    return redirect("alerts:rule-test", found.pk)
