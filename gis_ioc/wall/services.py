"""The one place that changes what a wall shows. Every act is checked, done once,
written down with the state after it, and told to everyone after the commit."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from layers.core import changes

from . import acts, takes  # noqa: F401  (takes: more moves)
from .models import Wall, WallAct, WallState
from .moves import Context, RefusedError, moved
from .program import program_of, scenes_of, version
from .pruning import pruned
from .spans import Ms
from .state import FollowSchedule, Hand, Program, ShowScene, State

CONDUCT, BLANK = "wall.conduct_wall", "wall.blank_wall"
MOST_KEY = 64

log = logging.getLogger(__name__)

__all__ = ["RefusedError"]


class NotAllowedError(PermissionError):
    """The caller may see the wall but not do this."""


class HeldError(RefusedError):
    """Another console has the hand: ``hand`` says whose."""

    def __init__(self, hand: Hand) -> None:
        super().__init__(
            _("%(name)s has the hand. Take it to conduct the wall.")
            % {"name": hand.name}
        )
        self.hand = hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The wall after an act. ``changed``: False when it was so already, or when the
    same key came before."""

    seq: int
    state: State
    changed_at: datetime
    changed: bool


def now_ms() -> Ms:
    return int(time.time() * 1000)


def state_of(row: WallState, program: Program) -> State:
    """What the row says; a wall that was never told anything, or by a release with
    other words, shows its schedule, or the first scene."""
    if row.body:
        try:
            return State.model_validate(row.body)
        except ValidationError as error:
            log.warning("state of %s cannot be read: %s", row.wall_id, error)
    return first(program)


def first(program: Program) -> State:
    if program.schedule:
        return State(base=FollowSchedule(since=0))
    return State(base=ShowScene(scene=program.fallback, since=0))


def current(wall: Wall) -> tuple[WallState, State]:
    """The wall's row, made if it has none, and its state."""
    row = _row(wall)
    return row, state_of(row, program_of(wall))


def _row(wall: Wall) -> WallState:
    """The wall's row; one that was lost (deleted, restored from elsewhere) goes on
    where the log of acts ends, so that numbers are never given twice."""
    known = WallState.objects.filter(wall=wall).first()
    if known is not None:
        return known
    last = WallAct.objects.filter(wall=wall).order_by("-seq").first()
    facts: dict[str, Any] = {}
    if last is not None:
        facts = {"seq": last.seq, "body": last.body, "changed_at": last.at}
    row, _created = WallState.objects.get_or_create(wall=wall, defaults=facts)
    return row


def apply(
    wall: Wall, act: acts.AnyAct, who: Any = None, key: str = "", at: Ms | None = None
) -> Done:
    """Do it once. ``who``: a user, None: the system itself; ``at``: for tests.

    Raises NotAllowedError, RefusedError, HeldError.
    """
    _check_may(act, who)
    if len(key) > MOST_KEY:
        raise RefusedError(_("A key has up to %(most)s letters.") % {"most": MOST_KEY})
    with transaction.atomic():
        _row(wall)
        row = WallState.objects.select_for_update().get(wall=wall)
        program = program_of(wall)
        state = state_of(row, program)
        known = WallAct.objects.filter(wall=wall, key=key).first() if key else None
        if known is not None:
            _check_same(known, act)
            return _done(row, state, changed=False)
        # clocks of two servers differ; acts of a wall go on in time
        last = int(row.changed_at.timestamp() * 1000) if row.seq else 0
        moment = max(now_ms(), last + 1) if at is None else at
        _check_hand(state, act, who)
        context = _context(wall, program, act, who, moment, row.seq + 1)
        after = moved(context, state, act)
        if after == state:
            return _done(row, state, changed=False)
        after = pruned(program, after, moment)
        return _write(row, after, act, who, key, moment, state.hand)


def _check_may(act: acts.AnyAct, who: Any) -> None:
    if who is None:
        return
    may = who.has_perm(CONDUCT) or (act.act in acts.BLANKING and who.has_perm(BLANK))
    if not may or act.act in acts.OWN:
        raise NotAllowedError(_("You may look at this wall but not conduct it."))


def _check_same(known: WallAct, act: acts.AnyAct) -> None:
    if known.act != act.act:
        raise RefusedError(_("This key has been used for another act."))


def _check_hand(state: State, act: acts.AnyAct, who: Any) -> None:
    hand = state.hand
    if who is None or act.act in acts.ANYBODY:
        return
    mine = hand is not None and (hand.user, hand.console) == (who.pk, act.console)
    if act.act in ("arm", "handover", "release", "disarm") and not mine:
        if hand is None:
            raise RefusedError(_("Nobody has the hand. Take it first."))
        raise HeldError(hand)
    if hand is not None and not mine:
        raise HeldError(hand)


def _context(
    wall: Wall, program: Program, act: acts.AnyAct, who: Any, at: Ms, seq: int
) -> Context:
    return Context(
        program=program,
        scenes=scenes_of(wall),
        at=at,
        seq=seq,
        taker=_taker(act, who, at),
        shown_s=wall.alarm_shown_s,
        every_s=wall.alarm_every_s,
    )


def _taker(act: acts.AnyAct, who: Any, at: Ms) -> Hand | None:
    if isinstance(act, acts.HandOver):
        user = get_user_model().objects.filter(pk=act.user, is_active=True).first()
        if user is None or not user.has_perm(CONDUCT):
            raise RefusedError(_("That person may not conduct walls."))
        return _hand(user, act.to, at)
    if act.act != "take" or who is None:
        return None
    if not act.console:
        raise RefusedError(_("Say which console takes the hand."))
    return _hand(who, act.console, at)


def _hand(user: Any, console: str, at: Ms) -> Hand:
    return Hand(user=user.pk, name=user.display_name, console=console, since=at)


def _write(
    row: WallState,
    state: State,
    act: acts.AnyAct,
    who: Any,
    key: str,
    at: Ms,
    taken_from: Hand | None,
) -> Done:
    detail = act.detail()
    if act.act in ("take", "handover") and taken_from is not None:
        detail["from"] = taken_from.name
    body = state.model_dump(mode="json", exclude_none=True)
    row.seq, row.body = row.seq + 1, body
    row.changed_at = datetime.fromtimestamp(at / 1000, UTC)
    row.save()
    WallAct.objects.create(
        wall=row.wall,
        seq=row.seq,
        at=row.changed_at,
        actor=who,
        act=act.act,
        detail=detail,
        body=body,
        key=key,
    )
    message = message_of(row, state, version(row.wall))
    transaction.on_commit(
        lambda: changes.send({"kind": "wall", "message": message}), robust=True
    )
    return _done(row, state, changed=True)


def _done(row: WallState, state: State, *, changed: bool) -> Done:
    return Done(seq=row.seq, state=state, changed_at=row.changed_at, changed=changed)


def message_of(row: WallState, state: State, bundle: str) -> dict[str, Any]:
    """``wall.state`` as pages get it."""
    return {
        "type": "wall.state",
        "wall": row.wall.slug,
        "seq": row.seq,
        "at": int(row.changed_at.timestamp() * 1000),
        "state": state.model_dump(mode="json"),
        "bundle": bundle,
    }


def tell(message: dict[str, Any]) -> None:
    """Send something that is no state to pages of a wall, in every process."""
    changes.send({"kind": "wall", "message": message})
