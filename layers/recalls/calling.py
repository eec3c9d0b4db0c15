"""Calling the vessels of a list: claim one, answer it, or give it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import condition
from layers.core.spec import by_role
from layers.vessels.duties import services as duties
from layers.vessels.duties.services import Said

from .access import SLUG, NotAllowedError, RefusedError, Who
from .choices import ANSWERED, RANKS, SAFE
from .models import Answer, Boat, Recall
from .params import params

NEXT = (Path(__file__).parent / "sql" / "next.sql").read_text()


class TakenError(RefusedError):
    """Another operator is calling this vessel; ``boat`` says who and until when."""

    def __init__(self, boat: Boat) -> None:
        self.boat = boat
        by = boat.claimed_by.display_name if boat.claimed_by else "?"
        super().__init__(_("%(name)s is calling this vessel.") % {"name": by})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call. ``key`` is made by the sender, once per answer."""

    key: str
    said: Said


@transaction.atomic
def claim(boat_id: int, who: Who) -> Boat:
    """Take a vessel for five minutes, or keep it for five more.

    Raises NotAllowedError, TakenError, Boat.DoesNotExist.
    """
    who.must_write()
    now = timezone.now()
    boat = _locked(boat_id, who)
    _must_be_free(boat, who, now)
    boat.claimed_by, boat.claimed_until = who.user, now + params().claim
    boat.save(update_fields=["claimed_by", "claimed_until"])
    return boat


@transaction.atomic
def claim_next(recall: Recall, who: Who, skip: list[int]) -> Boat | None:
    """Take the vessel that has to be called next; None when nobody is left.

    ``skip``: those that the operator passes over for now. Raises NotAllowedError.
    """
    who.must_write()
    now, wanted = timezone.now(), params()
    layer = by_role("vessels")
    scope, bound = condition(layer, who.grant, "m")
    statement = sql.SQL(NEXT).format(
        relation=sql.Identifier(layer.relation), scope=scope
    )
    values = [
        who.user.pk,
        now + wanted.claim,
        recall.pk,
        sorted(ANSWERED),
        sorted(SAFE),
        skip,
        now,
        who.user.pk,
        now - timedelta(minutes=wanted.again_min),
        *bound,
        list(RANKS),
    ]
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        row = cursor.fetchone()
    return Boat.objects.get(pk=row[0]) if row else None


@transaction.atomic
def release(boat_id: int, who: Who) -> Boat:
    """Give a vessel back that the caller holds; otherwise nothing happens."""
    who.must_write()
    boat = _locked(boat_id, who)
    if boat.claimed_by_id == who.user.pk:
        _let_go(boat)
        boat.save(update_fields=["claimed_by", "claimed_until"])
    return boat


@transaction.atomic
def answer(boat_id: int, reply: Reply, who: Who) -> Boat:
    """Log what came of a call: an entry of the vessel's call log about this recall.

    The same key again changes nothing. Raises NotAllowedError, TakenError,
    RefusedError for an outcome or channel that does not exist or a recall that is
    not in force, Boat.DoesNotExist.
    """
    who.must_write()
    now = timezone.now()
    boat = _locked(boat_id, who)
    known = Answer.objects.filter(key=reply.key).first()
    if known is not None:
        if known.boat_id != boat.pk:
            raise RefusedError(_("This key belongs to another answer."))
        return boat
    if not boat.recall.in_force:
        raise RefusedError(_("The recall is not in force."))
    _must_be_free(boat, who, now)
    said = replace(reply.said, layer=SLUG, feature_id=boat.recall_id)
    try:
        contact = duties.log_contact(boat.vessel, said, who.user)
    except duties.RefusedError as error:
        raise RefusedError(str(error)) from None
    Answer.objects.create(boat=boat, contact=contact, key=reply.key)
    boat.answer = contact.outcome
    boat.answered_at, boat.answered_by = contact.at, who.user
    boat.tries += 1
    boat.tried_at = now
    _let_go(boat)
    boat.save()
    return boat


def _locked(boat_id: int, who: Who) -> Boat:
    """The row, locked, if its vessel is the caller's to see."""
    rows = Boat.objects.select_for_update(of=("self",)).select_related(
        "recall", "vessel", "claimed_by"
    )
    seen = Q() if who.grant.units is None else Q(vessel__unit_id__in=who.grant.units)
    if not who.sees:
        raise NotAllowedError("vessels")
    return rows.get(seen, pk=boat_id)


def _must_be_free(boat: Boat, who: Who, now: datetime) -> None:
    held = boat.claimed_until is not None and boat.claimed_until > now
    if held and boat.claimed_by_id != who.user.pk:
        raise TakenError(boat)


def _let_go(boat: Boat) -> None:
    boat.claimed_by, boat.claimed_until = None, None
