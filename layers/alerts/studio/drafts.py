"""What people do with drafts of rules. Every act is checked and an event."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.alerts.desk.words import PERMISSION
from layers.alerts.models import Backtest, Rule, RuleDraft
from layers.alerts.services import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
    save_rule,
)
from layers.core import events
from layers.core.drawn import Drawing, make
from layers.core.events import Happening
from layers.core.spec import by_role

from . import body as bodies
from .trying import way

APPROVE = "alerts.approve_rule"
Status = RuleDraft.Status
MOST_WORDS = 300


def may_write(user: Any) -> bool:
    return bool(user.has_perm(PERMISSION))


def may_approve(user: Any) -> bool:
    return bool(user.has_perm(APPROVE))


def _must_write(who: Who) -> None:
    if who.user is None or not may_write(who.user):
        raise NotAllowedError(_("Your role may not draft rules."))


def _must_approve(who: Who) -> None:
    if who.user is None or not may_approve(who.user):
        raise NotAllowedError(_("Your role may not approve rules."))


def _words(text: str, *, needed: bool) -> str:
    cleaned = text.strip()
    if needed and not cleaned:
        raise RefusedError(_("Please give a reason."))
    if len(cleaned) > MOST_WORDS:
        raise RefusedError(_("The text is longer than %(n)s letters.") % {"n": 300})
    return cleaned


def _tell(kind: str, who: Who, body: dict[str, Any], reason: str, **new: Any) -> None:
    """The act as an event of the alerts, about no single one of them."""
    now = timezone.now()
    slug = str(body.get("slug", ""))
    events.record(
        [
            Happening(
                key=f"{kind}:{slug}:{new.get('draft', 0)}:{now.timestamp():.6f}",
                kind=kind,
                layer=by_role("alarms").slug,
                feature_id=None,
                title=str(body.get("title") or slug)[:200],
                new={"rule": slug, **new},
                reason=reason,
                happened_at=now,
                actor_id=who.id,
            )
        ]
    )


@transaction.atomic
def begin(
    who: Who, *, rule: Rule | None = None, kind: str = "", layer: str = ""
) -> RuleDraft:
    """A draft of a new rule, or of the next version of one."""
    _must_write(who)
    body = bodies.of_rule(rule) if rule is not None else bodies.blank(kind, layer)
    draft = RuleDraft.objects.create(
        rule=rule,
        base_version=rule.version if rule is not None else None,
        body=body,
        author=who.user,
    )
    _tell("rule.drafted", who, body, "", draft=draft.pk)
    return draft


@transaction.atomic
def begin_written(
    who: Who, rule: Rule | None, kind: str, layer: str, body: dict[str, Any]
) -> RuleDraft:
    """A draft with its body at once, or nothing. Raises ValidationError."""
    made = begin(who, rule=rule, kind=kind, layer=layer)
    return write(made.pk, who, {**made.body, **body})


@transaction.atomic
def restore(who: Who, rule: Rule, old: dict[str, Any], version: int) -> RuleDraft:
    """An old version as a new draft: it too is tried and approved."""
    draft = begin(who, rule=rule)
    draft.body = {**old, "slug": rule.slug}
    draft.note = _("Back to version %(n)s") % {"n": version}
    draft.save(update_fields=["body", "note", "updated_at"])
    return draft


def _own(draft_id: int, who: Who) -> RuleDraft:
    """The caller's draft, locked, that may still be changed."""
    _must_write(who)
    draft = RuleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFoundError(_("There is no such draft."))
    if draft.author_id != who.id:
        raise NotAllowedError(_("The draft is somebody else's."))
    if draft.status != Status.DRAFT:
        raise RefusedError(_("The draft can no longer be changed."))
    return draft


@transaction.atomic
def write(draft_id: int, who: Who, body: dict[str, Any]) -> RuleDraft:
    """Keep what was written. Raises ValidationError when it makes no rule."""
    draft = _own(draft_id, who)
    fixed = {name: draft.body[name] for name in ("kind", "layer")}
    if draft.rule is not None:
        fixed["slug"] = draft.rule.slug  # events and alerts name it
    whole = {name: {**body, **fixed}.get(name) for name in bodies.FIELDS}
    bodies.check(whole, draft.rule_id)
    draft.body = whole
    draft.save(update_fields=["body", "updated_at"])
    return draft


@transaction.atomic
def draw(draft_id: int, who: Who, drawing: Drawing) -> RuleDraft:
    """A new zone of the layer of zones, named by the draft. Raises DrawingError."""
    draft = _own(draft_id, who)
    layer = by_role("zones")
    zone_id = make(layer, drawing)
    draft.body = {
        **draft.body, "zone_layer": layer.slug, "zone_filter": "", "zone_id": zone_id
    }  # fmt: skip
    draft.save(update_fields=["body", "updated_at"])
    _tell("rule.zone_drawn", who, draft.body, "", draft=draft.pk, zone=zone_id)
    return draft


@transaction.atomic
def submit(draft_id: int, who: Who, note: str) -> RuleDraft:
    """Ask for the second signature. What can be tried must have been."""
    draft = _own(draft_id, who)
    note = _words(note, needed=True)
    rule = bodies.check(draft.body, draft.rule_id)
    if rule.enabled and way(rule) and last_test(draft) is None:
        raise RefusedError(_("Try the rule on past days first, as it is written now."))
    if draft.rule is not None and draft.body == bodies.of_rule(draft.rule):
        raise RefusedError(_("The draft is the same as the version in force."))
    draft.status, draft.note, draft.submitted_at = (
        Status.SUBMITTED,
        note,
        timezone.now(),
    )
    draft.save(update_fields=["status", "note", "submitted_at", "updated_at"])
    _tell("rule.submitted", who, draft.body, note, draft=draft.pk)
    return draft


def last_test(draft: RuleDraft) -> Backtest | None:
    """The newest finished trial of the draft as it is written now."""
    for test in draft.backtests.filter(status=Backtest.Status.DONE).defer("result"):
        if bodies.tested(test.body, draft.body):
            return test
    return None


def _submitted(draft_id: int, who: Who) -> RuleDraft:
    _must_approve(who)
    draft = RuleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFoundError(_("There is no such draft."))
    if draft.status != Status.SUBMITTED:
        raise RefusedError(_("The draft does not wait for approval."))
    if draft.author_id == who.id:
        raise NotAllowedError(_("Another person than the author approves."))
    return draft


@transaction.atomic
def approve(draft_id: int, who: Who, words: str = "") -> Rule:
    """The second signature: the draft is the rule's next version, in force at once."""
    draft = _submitted(draft_id, who)
    words = _words(words, needed=False)
    rule = _target(draft)
    for name in bodies.FIELDS:
        setattr(rule, name, draft.body[name])
    try:
        rule = save_rule(rule)
    except ValidationError as error:
        texts = "; ".join(t for found in bodies.problems(error).values() for t in found)
        raise RefusedError(texts) from error
    draft.rule, draft.version = rule, rule.version
    _decide(draft, Status.APPROVED, who, words)
    _tell("rule.approved", who, draft.body, words or draft.note, draft=draft.pk,
          version=rule.version, author=draft.author_id)  # fmt: skip
    return rule


def _target(draft: RuleDraft) -> Rule:
    """The rule that the draft changes, locked; a new one for a new rule."""
    if draft.rule_id is None:
        return Rule()
    rule = Rule.objects.select_for_update().get(pk=draft.rule_id)
    if rule.version != draft.base_version:
        raise RefusedError(
            _("The rule was changed since the draft was made: version %(n)s.")
            % {"n": rule.version}
        )
    return rule


def _decide(draft: RuleDraft, status: str, who: Who, words: str) -> None:
    draft.status, draft.decision = status, words
    draft.decided_by, draft.decided_at = who.user, timezone.now()
    draft.save()


@transaction.atomic
def reject(draft_id: int, who: Who, words: str) -> RuleDraft:
    """Not so; the words say why. The author may draft anew."""
    draft = _submitted(draft_id, who)
    words = _words(words, needed=True)
    _decide(draft, Status.REJECTED, who, words)
    _tell("rule.rejected", who, draft.body, words, draft=draft.pk)
    return draft


@transaction.atomic
def take_back(draft_id: int, who: Who) -> RuleDraft:
    """The author wants to change what waits for approval."""
    _must_write(who)
    draft = RuleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.author_id != who.id:
        raise NotFoundError(_("There is no such draft."))
    if draft.status != Status.SUBMITTED:
        raise RefusedError(_("The draft does not wait for approval."))
    draft.status, draft.submitted_at = Status.DRAFT, None
    draft.save(update_fields=["status", "submitted_at", "updated_at"])
    _tell("rule.taken_back", who, draft.body, "", draft=draft.pk)
    return draft


@transaction.atomic
def discard(draft_id: int, who: Who) -> RuleDraft:
    """The author gives the draft up; it is kept as discarded."""
    draft = _own(draft_id, who)
    draft.status = Status.DISCARDED
    draft.save(update_fields=["status", "updated_at"])
    draft.backtests.filter(status__in=("queued", "running")).update(status="cancelled")
    _tell("rule.discarded", who, draft.body, "", draft=draft.pk)
    return draft


@transaction.atomic
def switch_off(rule_id: int, who: Who, reason: str) -> Rule:
    """In an emergency whoever may approve switches a rule off alone, and says why."""
    _must_approve(who)
    reason = _words(reason, needed=True)
    rule = Rule.objects.select_for_update().get(pk=rule_id)
    if not rule.enabled:
        return rule
    rule.enabled = False
    rule = save_rule(rule)
    _tell("rule.switched_off", who, bodies.of_rule(rule), reason, version=rule.version)
    return rule
