"""Who sees what of the studio: rules and drafts over layers that one may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from layers.alerts.models import Backtest, Rule, RuleDraft
from layers.alerts.services import Who
from layers.core.scope import Grant
from layers.core.spec import by_role


def grant_of(request: HttpRequest) -> Grant:
    """The caller's grant; 404 for who may not see alerts at all."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")):
        raise Http404
    return grant


def who_of(request: HttpRequest) -> Who:
    return Who(user=request.user, grant=grant_of(request))


def rule_of(request: HttpRequest, slug: str) -> Rule:
    """A rule by its code. Raises Http404."""
    rule = Rule.objects.filter(slug=slug).first()
    if rule is None or rule.layer not in grant_of(request).layers:
        raise Http404
    return rule


def draft_of(request: HttpRequest, draft_id: int) -> RuleDraft:
    """A draft. Raises Http404."""
    found = RuleDraft.objects.select_related("rule", "author", "decided_by")
    draft = found.filter(pk=draft_id).first()
    if draft is None or draft.body.get("layer") not in grant_of(request).layers:
        raise Http404
    return draft


def test_of(request: HttpRequest, test_id: int) -> Backtest:
    """A trial of a draft. Raises Http404."""
    found = Backtest.objects.select_related("draft__rule", "started_by")
    test = found.filter(pk=test_id).first()
    if test is None or test.body.get("layer") not in grant_of(request).layers:
        raise Http404
    return test


def scoped(grant: Grant, result: dict[str, Any]) -> dict[str, Any]:
    """A result without the names and places of rows that the caller may not see.
    The figures are of the whole province: they name nobody."""

    def mine(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [e for e in entries if grant.sees_unit(e.get("unit_id") or None)]

    found = dict(result)
    for name in ("draft", "present"):
        if name in found:
            part = found[name]
            found[name] = {
                **part, "listed": mine(part["listed"]), "top": mine(part["top"])
            }  # fmt: skip
    if "difference" in found:
        part = found["difference"]
        seen = {_key(entry) for entry in found["draft"]["listed"]}
        found["difference"] = {
            **part,
            "new_keys": [key for key in part["new_keys"] if tuple(key) in seen]
            if grant.units is not None
            else part["new_keys"],
            "gone_listed": mine(part["gone_listed"]),
        }
    return found


def _key(entry: dict[str, Any]) -> tuple[Any, ...]:
    return entry["subject"], entry["part"], entry["raised_at"]
