"""Work handed to somebody else for a time: they act in the giver's name.

What is handed over are acts about directives that the giver may see: no more, and never
drafting, playbooks or other layers. Signing goes with it only where the delegation says
so and names the paper that authorises it (Decree 30/2020/ND-CP, article 13: in writing,
for a limited time, and not to be handed on). A chain cannot come about: who acts for
somebody has that person's own rights, and gives away only theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import people, units
from layers.core.scope import Grant

from . import delegation_log
from .access import ACTORS, SIGNERS, NotAllowedError, NotFoundError, RefusedError, Who
from .log import SLUG
from .models import Delegation

LONGEST = timedelta(days=90)
MAX_TEXT = 300


def running(at: datetime | None = None) -> QuerySet[Delegation]:
    """Delegations in force at a time (now), of givers who still have an account."""
    at = at or timezone.now()
    return Delegation.objects.filter(
        starts_at__lte=at, ends_at__gt=at, revoked_at=None, giver__is_active=True
    )


def of(user: Any, at: datetime | None = None) -> list[Delegation]:
    """In whose names the user may act at a time (now), one for each giver."""
    rows = running(at).filter(taker=user).select_related("giver").order_by("giver_id")
    return [row for row in rows if may_take(row.giver, user)]


def takers(user_ids: Iterable[int], at: datetime | None = None) -> set[int]:
    """Who stands in for these users at a time (now)."""
    rows = running(at).filter(giver__in=list(user_ids), taker__is_active=True)
    return set(rows.values_list("taker_id", flat=True))


def stand_in(user: Any, own: Grant, giver_id: int) -> Who:
    """The user in the giver's name, with the giver's rights to directives alone.

    Raises NotAllowedError when no delegation says so now.
    """
    rows = of(user) if SLUG in own.layers else []
    found = next((row for row in rows if row.giver_id == giver_id), None)
    if found is None:
        raise NotAllowedError(_("You do not act in the name of this person now."))
    theirs = people.grant_of(found.giver)
    grant = replace(
        theirs,
        layers=theirs.layers & {SLUG},
        masks=frozenset(),
        beyond="nothing",
    )
    return Who(user, grant, found.giver, found.pk, found.signing)


def demand(who: Who) -> None:
    """NotAllowedError when the delegation that the caller acts by holds no more. Held
    until the transaction ends: what is revoked meanwhile waits."""
    if who.giver is None:
        return
    rows = running().filter(pk=who.delegation or 0, taker=who.user)
    held = rows.select_for_update(of=("self",), no_key=True).first()
    if held is None or not may_take(who.giver, who.user):
        raise NotAllowedError(_("You do not act in the name of this person now."))


def may_take(giver: Any, taker: Any) -> bool:
    """Whether the taker is of the giver's unit, or one below, or like the giver of the
    centre's own office; and has anything to do about directives."""
    if not taker.is_active or taker.pk == giver.pk:
        return False
    if giver.unit_id is None or taker.unit_id is None:
        near = giver.unit_id == taker.unit_id
    else:
        near = taker.unit_id in units.tree().expand([giver.unit_id])
    return near and taker.groups.filter(name__in=ACTORS).exists()


def eligible(giver: Any) -> list[Any]:
    """Whom the giver may name, by name."""
    users = get_user_model().objects.filter(is_active=True, groups__name__in=ACTORS)
    if giver.unit_id is None:
        users = users.filter(unit_id=None)
    else:
        users = users.filter(unit_id__in=units.tree().expand([giver.unit_id]))
    found = users.exclude(pk=giver.pk).distinct().order_by("last_name", "username")
    return list(found)


def may_give(user: Any) -> bool:
    return bool(user.groups.filter(name__in=ACTORS).exists())


@transaction.atomic
def give(
    giver: Any,
    taker_id: int,
    *,
    until: datetime,
    since: datetime | None = None,
    reason: str,
    signing: bool = False,
    document_no: str = "",
) -> Delegation:
    """Hand the giver's work over from ``since`` (now; never dated back) to ``until``,
    both aware. The same again changes nothing. Raises NotAllowedError, RefusedError.
    """
    now = timezone.now()
    since = max(since or now, now)
    users = get_user_model().objects.select_for_update(no_key=True)
    both = {u.pk: u for u in users.filter(pk__in=(giver.pk, taker_id)).order_by("pk")}
    taker = both.get(taker_id)
    reason, document_no = reason.strip(), document_no.strip()
    if not may_give(giver):
        raise NotAllowedError(_("Your role has nothing to do about directives."))
    if taker is None or not may_take(giver, taker):
        raise RefusedError(
            _("Choose somebody of your unit, or of one below, who works on directives.")
        )
    _check_words(reason, signing, document_no, giver)
    _check_span(since, until)
    same = _overlapping(giver, taker, since, until, signing)
    if same is not None:
        return same
    made = Delegation.objects.create(
        giver=giver,
        taker=taker,
        starts_at=since,
        ends_at=until,
        reason=reason,
        signing=signing,
        document_no=document_no if signing else "",
    )
    delegation_log.note(made, "given", now, giver)
    delegation_log.tell(made, "given")
    return made


def _check_words(reason: str, signing: bool, document_no: str, giver: Any) -> None:
    if not reason:
        raise RefusedError(_("Please give a reason."))
    if len(reason) > MAX_TEXT or len(document_no) > 60:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": MAX_TEXT}
        )
    if signing and not giver.groups.filter(name__in=SIGNERS).exists():
        raise RefusedError(_("You do not sign directives, so nobody can for you."))
    if signing and not document_no:
        raise RefusedError(
            _("To have somebody sign for you, name the paper that authorises it.")
        )


def _check_span(since: datetime, until: datetime) -> None:
    if until <= since:
        raise RefusedError(_("It must end after it begins, and after now."))
    if until - since > LONGEST:
        raise RefusedError(
            _("It may last %(days)s days at most.") % {"days": LONGEST.days}
        )


def _overlapping(
    giver: Any, taker: Any, since: datetime, until: datetime, signing: bool
) -> Delegation | None:
    """The delegation that says the same already; RefusedError for one that does not
    go together with another."""
    rows = Delegation.objects.filter(
        revoked_at=None, starts_at__lt=until, ends_at__gt=since
    )
    pair = rows.filter(giver=giver, taker=taker).first()
    if pair is not None:
        # sent again from the same form: it begins at the minute it began, or now
        if pair.ends_at == until and pair.signing == signing:
            return pair
        raise RefusedError(
            _("This person acts for you in that time already: revoke that first.")
        )
    if rows.filter(giver=taker).exists():
        raise RefusedError(_("This person has handed over their own work then."))
    if signing and rows.filter(giver=giver, signing=True).exists():
        raise RefusedError(_("Only one person may sign for you at a time."))
    return None


@transaction.atomic
def revoke(delegation_id: int, who: Who) -> Delegation:
    """End it now: by its giver, its taker or an administrator. Revoked or over already,
    it changes nothing. Raises NotFoundError."""
    rows = Delegation.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("giver", "taker").filter(pk=delegation_id).first()
    if found is None or not may_revoke(found, who):
        raise NotFoundError(_("There is no such delegation."))
    now = timezone.now()
    if found.revoked_at is None and found.ends_at > now:
        found.revoked_at, found.revoked_by_id = now, who.id
        found.save(update_fields=["revoked_at", "revoked_by"])
        delegation_log.note(found, "revoked", now, who.user)
        delegation_log.tell(found, "revoked")
    return found


def may_revoke(delegation: Delegation, who: Who) -> bool:
    mine = who.id in (delegation.giver_id, delegation.taker_id)
    return mine or who.plays(frozenset({"administrator"}))


def told_of(user: Any) -> tuple[list[Delegation], list[Delegation]]:
    """(given, received), those that hold or will first, the newest first."""
    rows = Delegation.objects.filter(Q(giver=user) | Q(taker=user))
    rows = rows.select_related("giver", "taker", "revoked_by").order_by("-starts_at")
    now = timezone.now()
    given: list[Delegation] = []
    received: list[Delegation] = []
    for row in rows[:200]:
        row.state = _state(row, now)  # type: ignore[attr-defined]
        (given if row.giver_id == user.pk else received).append(row)
    over = ("revoked", "over")
    for found in (given, received):
        found.sort(key=lambda row: row.state in over)  # type: ignore[attr-defined]
    return given, received


def _state(row: Delegation, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.ends_at <= now:
        return "over"
    if row.starts_at > now:
        return "coming"
    return "holds" if row.giver.is_active else "over"
