"""Sequences of kinds over what is recorded: event, compound."""

from __future__ import annotations

from .language import Case, come, fix, happen, restart

LATE, TWICE, AGAIN = (
    frozenset({"late"}),
    frozenset({"duplicate"}),
    frozenset({"restart"}),
)
HELD = {"began": "trial.began", "ended": "trial.ended"}


EVENT = [
    Case(kind="event", name="begun and ended", params=HELD, shows=AGAIN,
         steps=[happen(0, "trial.began"), restart, happen(60, "trial.ended")],
         told=[(0, "on"), (60, "off")]),
    Case(kind="event", name="told twice", params=HELD, shows=TWICE,
         steps=[happen(0, "trial.began"), happen(0, "trial.began")],
         told=[(0, "on")]),
    Case(kind="event", name="a beginning that comes late does not stay", params=HELD,
         shows=LATE,
         steps=[happen(60, "trial.ended"), happen(0, "trial.began")],
         told=[(0, "on"), (60, "off")]),
    Case(kind="event", name="another event is nothing", params=HELD,
         steps=[happen(0, "trial.other")], told=[]),
]  # fmt: skip

IN_AREA = {"slug": "closed"}
HIGH = {"slug": "high", "kind": "threshold", "zone_layer": "", "zone_filter": "",
        "params": {"field": "level", "limit": 10}}  # fmt: skip
BOTH = {"first": "closed", "second": "high", "km": 10, "minutes": 10}
ON_ALERTS = {"layer": "alerts"}


def of_two(name: str, steps: list, told: list, **more) -> Case:
    return Case(kind="compound", name=name, params=BOTH, steps=steps, told=told,
                before=(IN_AREA, HIGH), rule=ON_ALERTS, **more)  # fmt: skip


COMPOUND = [
    of_two("both at one time, until one is over",
           [come(fix(0)), come(fix(60, level=11)), come(fix(120, level=9))],
           [(60, "on"), (120, "off")]),
    of_two("the other one came first", [
               come(fix(0, "out", level=11)), restart,
               come(fix(60, "in", level=11)), come(fix(120, "out", level=11))],
           # the alert about the level stands where it was raised, 58 km away
           [], shows=AGAIN),
    of_two("another boat near by",
           [come(fix(0)), come(fix(60, "beside", 2, level=11)), restart,
            come(fix(120, "out"))],
           [(60, "on"), (120, "off")], shows=AGAIN),
    of_two("too far away", [come(fix(0)), come(fix(60, "out", 2, level=11))], []),
    of_two("one over before the other began: near enough in time",
           [come(fix(0)), come(fix(60, "out")), come(fix(300, "beside", 2, level=11))],
           [(300, "off"), (300, "on")]),
    of_two("one over too long before",
           [come(fix(0)), come(fix(60, "out")), come(fix(900, "beside", 2, level=11))],
           []),
    of_two("what came late meets what it would have met",
           [come(fix(600, "beside", 2, level=9)), come(fix(0)), come(fix(60, "out")),
            come(fix(300, "beside", 2, level=11))],
           [(300, "off"), (300, "on")], shows=LATE),
    of_two("the same twice, and once more after it was over",
           [come(fix(0)), come(fix(60, level=11)), come(fix(0), fix(60, level=11)),
            come(fix(120, level=9)), come(fix(180, level=11))],
           [(60, "on"), (120, "off"), (180, "on")], shows=TWICE),
]  # fmt: skip

CASES = [*EVENT, *COMPOUND]
