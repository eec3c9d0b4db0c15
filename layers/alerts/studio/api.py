"""``/api/v1/alerts/rules``: rules with what each costs, drafts and trials of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.alerts.desk.shown import guard_writing
from layers.alerts.models import Backtest, RuleDraft
from layers.alerts.services import NotAllowedError, NotFoundError, RefusedError
from layers.core.api import json

from . import access, drafts, listing, testing
from . import body as bodies
from .listing import Asked, Row

router = Router(tags=["alerts"])


class RuleParams(Schema):
    q: str = Param("", max_length=100, description="text in code, title or law")
    state: str = Param("", description="on, off or suppressed")
    layer: str = Param("", max_length=41)
    kind: str = Param("", max_length=40)
    severity: str = Param("", max_length=8)


class DraftIn(Schema):
    rule: str = Param("", max_length=60, description="code; empty: a new rule")
    body: dict[str, Any] = Param(..., description="fields of the rule by name")


class TrialIn(Schema):
    days: int = Param(testing.DAYS, ge=testing.LEAST_DAYS, le=testing.MOST_DAYS)


def _row(row: Row) -> dict[str, Any]:
    rule = row.rule
    return {
        **bodies.of_rule(rule),
        "state": row.state,
        "version": rule.version,
        "updated_at": rule.updated_at,
        "alerts_7_days": row.week,
        "alerts_30_days": row.month,
        "share_of_budget": round(row.share, 4),
        "drafts": [draft.pk for draft in row.drafts],
    }


@router.get("/rules")
def list_rules(request: HttpRequest, params: Query[RuleParams]) -> HttpResponse:
    """Rules over layers that the caller may see, the busiest first."""
    asked = Asked(
        text=params.q,
        state=params.state,
        layer=params.layer,
        kind=params.kind,
        severity=params.severity,
    )
    return json([_row(row) for row in listing.rows(_grant(request), asked)])


@router.post("/rules/drafts")
def make_draft(request: HttpRequest, given: DraftIn) -> HttpResponse:
    """A draft of a new rule, or of the next version of one."""
    guard_writing(request)
    who = access.who_of(request)
    try:
        rule = access.rule_of(request, given.rule) if given.rule else None
        kind, layer = (str(given.body.get(n, "")) for n in ("kind", "layer"))
        if rule is None and layer not in _grant(request).layers:
            raise HttpError(404, "no such layer")
        made = drafts.begin_written(who, rule, kind, layer, given.body)
    except Http404:
        raise HttpError(404, "no such rule") from None
    except ValidationError as error:
        return _refused(bodies.problems(error))
    except NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    return json(_draft(made))


@router.get("/rules/{slug:slug}")
def show_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """One rule with its versions, the newest first."""
    try:
        rule = access.rule_of(request, slug)
    except Http404:
        raise HttpError(404, "no such rule") from None
    found = listing.rows(_grant(request), Asked(text=slug))
    row = next(entry for entry in found if entry.rule.pk == rule.pk)
    versions = [
        {"version": version.number, "at": version.at, "by": version.by,
         "approved_by": version.second, "why": version.why, "body": version.body}
        for version in listing.versions(rule)
    ]  # fmt: skip
    return json({**_row(row), "versions": versions})


@router.post("/rules/drafts/{int:draft_id}/trials")
def try_draft(request: HttpRequest, draft_id: int, given: TrialIn) -> HttpResponse:
    """Try a draft on the last days; ask for the trial until it is done."""
    guard_writing(request)
    try:
        draft = access.draft_of(request, draft_id)
        test = testing.start(draft, access.who_of(request), given.days)
    except ValidationError as error:
        return _refused(bodies.problems(error))
    except (Http404, NotFoundError):
        raise HttpError(404, "no such draft") from None
    except NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except RefusedError as error:
        raise HttpError(409, str(error)) from None
    return json(_trial(test))


@router.get("/rules/trials/{int:test_id}")
def show_trial(request: HttpRequest, test_id: int) -> HttpResponse:
    """How far a trial is, and what it came to."""
    try:
        test = access.test_of(request, test_id)
    except Http404:
        raise HttpError(404, "no such trial") from None
    whole = access.scoped(_grant(request), test.result) if test.result else None
    return json({**_trial(test), "result": whole})


def _grant(request: HttpRequest) -> Any:
    try:
        return access.grant_of(request)
    except Http404:
        raise HttpError(404, "no such layer") from None


def _draft(draft: RuleDraft) -> dict[str, Any]:
    return {"id": draft.pk, "status": draft.status, "body": draft.body,
            "rule": draft.rule.slug if draft.rule else None}  # fmt: skip


def _trial(test: Backtest) -> dict[str, Any]:
    return {"id": test.pk, "draft": test.draft_id, "status": test.status,
            "share": test.share, "rows": test.rows, "since": test.since,
            "until": test.until, "problem": test.problem}  # fmt: skip


def _refused(problems: dict[str, list[str]]) -> HttpResponse:
    response = json({"problems": problems})
    response.status_code = 422
    return response
