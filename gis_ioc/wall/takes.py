"""What takes the wall: alarms their pane, a console the hand. Moves like the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from . import acts
from .moves import Context, RefusedError, but, ending, move
from .state import Interrupt, State

# More alarms at once than these are a flood, which has a list.
MOST_ALARMS = 20


@move("spotlight")
def _spotlight(context: Context, state: State, act: acts.Spotlight) -> State:
    if not act.on:
        state = ending(state, context.at, lambda entry: entry.kind == "alarm")
    return but(state, spotlight=act.on)


@move("alarm")
def _alarm(context: Context, state: State, act: acts.Alarm) -> State:
    running = [e for e in state.interrupts if e.kind == "alarm" and e.ends is None]
    known = any(entry.alert == act.alert for entry in running)
    if not state.spotlight or known:
        return state
    if len(running) >= MOST_ALARMS:  # the oldest makes room
        oldest = min(running, key=lambda entry: entry.begins)
        state = ending(state, context.at, lambda entry: entry is oldest)
    made = Interrupt(
        id=f"alarm-{act.alert}-{context.seq}",
        kind="alarm",
        begins=context.at + act.after_s * 1000,
        shown_s=context.shown_s,
        every_s=context.every_s,
        alert=act.alert,
    )
    return but(state, interrupts=(*state.interrupts, made))


@move("over")
def _over(context: Context, state: State, act: acts.Over) -> State:
    gone = set(act.alerts)
    return ending(state, context.at, lambda entry: entry.alert in gone)


@move("take", "handover")
def _take(context: Context, state: State, _act: acts.Plain | acts.HandOver) -> State:
    """Whoever takes the hand begins unarmed."""
    taker, held = context.taker, state.hand
    if taker is None:
        raise RefusedError(_("Only a console can take the hand."))
    if held and (held.user, held.console) == (taker.user, taker.console):
        return state
    return but(state, hand=taker)


@move("release")
def _release(_context: Context, state: State, _act: acts.Plain) -> State:
    return but(state, hand=None)


@move("arm", "disarm")
def _arm(_context: Context, state: State, act: acts.Plain) -> State:
    if state.hand is None:
        if act.act == "disarm":
            return state
        raise RefusedError(_("Take the hand first."))
    return but(state, hand=state.hand.model_copy(update={"armed": act.act == "arm"}))
