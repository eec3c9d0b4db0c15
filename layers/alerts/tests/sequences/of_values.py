"""Sequences of kinds over measured values: threshold, rate, forecast, pace."""

from __future__ import annotations

from math import nan

from .language import Case, come, fix, level, restart

LATE, TWICE, AGAIN = (
    frozenset({"late"}),
    frozenset({"duplicate"}),
    frozenset({"restart"}),
)
OVER = {"field": "level", "limit": 10}
# More than 2 an hour, over half an hour
RISE = {"field": "level", "limit": 2, "window_minutes": 30, "deadband": 1}
AHEAD = {"field": "level", "limit": 10, "ahead_minutes": 60, "window_minutes": 40,
         "least": 3}  # fmt: skip
BEHIND = {"value": "level", "plan": "plan", "limit_pct": 90, "deadband_pct": 5}


def plan(t: float, value: float, of: float = 100) -> object:
    return fix(t, level=value, plan=of)


THRESHOLD = [
    Case(kind="threshold", name="over and back", params=OVER,
         steps=[come(level(0, 9)), come(level(60, 11)), come(level(120, 9))],
         told=[(60, "on"), (120, "off")]),
    Case(kind="threshold", name="exactly the limit is not over it", params=OVER,
         steps=[come(level(0, 10))], told=[]),
    Case(kind="threshold", name="inside the dead band it stays",
         params={**OVER, "deadband": 2},
         steps=[come(level(0, 11)), come(level(60, 9)), come(level(120, 8))],
         told=[(0, "on"), (120, "off")]),
    Case(kind="threshold", name="below", params={**OVER, "direction": "below"},
         steps=[come(level(0, 11), level(60, 9), level(120, 11))],
         told=[(60, "on"), (120, "off")]),
    Case(kind="threshold", name="outside of a band, at either end",
         params={**OVER, "direction": "outside", "lower": 2, "deadband": 1},
         steps=[come(level(0, 1)), come(level(60, 2.5)), come(level(120, 3)),
                come(level(180, 11)), come(level(240, 9))],
         told=[(0, "on"), (120, "off"), (180, "on"), (240, "off")]),
    Case(kind="threshold", name="ten minutes are needed, and not those before the dip",
         params={**OVER, "minutes": 10}, shows=AGAIN,
         steps=[come(level(0, 11)), come(level(300, 9)), come(level(600, 11)),
                restart, come(level(900, 11)), come(level(1200, 11))],
         told=[(1200, "on")]),
    Case(kind="threshold", name="it ends only after five minutes back",
         params={**OVER, "minutes_off": 5}, shows=AGAIN,
         steps=[come(level(0, 11)), come(level(60, 9)), restart, come(level(120, 11)),
                come(level(180, 9)), come(level(480, 9))],
         told=[(0, "on"), (480, "off")]),
    Case(kind="threshold", name="two of the last three, in no run",
         params={**OVER, "fixes": 2, "of": 3}, shows=AGAIN,
         steps=[come(level(0, 11)), come(level(60, 9)), restart, come(level(120, 11)),
                come(level(180, 9)), come(level(240, 11)), come(level(300, 9)),
                come(level(360, 9))],
         # 11 9 11: two of three. 9 11 9: one is left, which is not enough
         told=[(120, "on"), (180, "off"), (240, "on"), (300, "off")]),
    Case(kind="threshold", name="a late value is put in its place", params=OVER,
         shows=LATE,
         steps=[come(level(0, 11)), come(level(120, 11)), come(level(60, 5))],
         told=[(0, "on"), (60, "off late"), (120, "on")]),
    Case(kind="threshold", name="a late value takes back what two had confirmed",
         params={**OVER, "fixes": 2}, shows=LATE,
         steps=[come(level(0, 11)), come(level(60, 11)), come(level(30, 5))],
         told=[(60, "off late"), (60, "on")]),
    Case(kind="threshold", name="what came first late finds what came after",
         params={**OVER, "fixes": 2}, shows=LATE,
         steps=[come(level(120, 9)), come(level(0, 11), level(60, 11))],
         told=[(60, "on late")]),
    Case(kind="threshold", name="the same values twice, in one go and in two",
         params=OVER, shows=TWICE,
         steps=[come(level(0, 11)), come(level(0, 11)), come(level(60, 9)),
                come(level(0, 11), level(60, 9))],
         told=[(0, "on"), (60, "off")]),
    Case(kind="threshold", name="a missing value is no evidence", params=OVER,
         steps=[come(level(0, 11)), come(level(60, nan))], told=[(0, "on")]),
]  # fmt: skip

RATE = [
    Case(kind="rate", name="faster than two an hour, then slower by the dead band",
         params=RISE,
         # 0.5 in 15 min is exactly 2 an hour; 1.25 in 30 min is 2.5; 0.75 is 1.5:
         # inside the dead band; 0.25 in 30 min is 0.5
         steps=[come(level(0, 1)), come(level(900, 1.5)), come(level(1800, 2.25)),
                come(level(2700, 2.25)), come(level(3600, 2.5))],
         told=[(1800, "on"), (3600, "off")]),
    Case(kind="rate", name="a jump within too short a time says nothing", params=RISE,
         steps=[come(level(0, 1)), come(level(60, 9))], told=[]),
    Case(kind="rate", name="a fall is no rise", params=RISE,
         steps=[come(level(0, 9)), come(level(1800, 1))], told=[]),
    Case(kind="rate", name="a fall, and either way",
         params={**RISE, "direction": "either"},
         steps=[come(level(0, 9)), come(level(1800, 1))], told=[(1800, "on")]),
    Case(kind="rate", name="the window is read from what is stored, after a restart",
         params=RISE, shows=AGAIN,
         steps=[come(level(0, 1)), restart, come(level(1800, 3)), restart,
                come(level(3600, 3))],
         told=[(1800, "on"), (3600, "off")]),
    Case(kind="rate", name="the same values twice", params=RISE, shows=TWICE,
         steps=[come(level(0, 1)), come(level(1800, 3)), come(level(1800, 3)),
                come(level(0, 1), level(1800, 3))],
         told=[(1800, "on")]),
    Case(kind="rate", name="a late value changes what was said after it", params=RISE,
         shows=LATE,
         # 0 to 1800 is exactly 2 an hour; from the late 0.9 at 300 to 2100 it is 2.2
         steps=[come(level(0, 1)), come(level(1800, 2)), come(level(2100, 2)),
                come(level(300, 0.9))],
         told=[(2100, "on")]),
    Case(kind="rate", name="a late value shows a rise that is over by now",
         params={**RISE, "window_minutes": 20}, shows=LATE,
         steps=[come(level(0, 1)), come(level(1260, 4)), come(level(660, 4))],
         told=[(660, "on late"), (1260, "off")]),
]  # fmt: skip

FORECAST = [
    Case(kind="forecast", name="two an hour from seven: ten is one and a half away",
         params=AHEAD,
         # levels rise by 0.5 in 15 min: at 7.0 it takes 90 min, at 8.0 it takes 60
         steps=[come(level(0, 6)), come(level(900, 6.5)), come(level(1800, 7)),
                come(level(2700, 7.5)), come(level(3600, 8))],
         told=[(3600, "on")]),
    Case(kind="forecast", name="it ends when the level stands still", params=AHEAD,
         shows=AGAIN,
         steps=[come(level(0, 7)), come(level(900, 8)), restart, come(level(1800, 9)),
                restart, come(level(2700, 9)), come(level(3600, 9))],
         # median slope of 7 8 9 9: still up at 2700; of 8 9 9 (2400 s): flat at 3600
         told=[(1800, "on"), (3600, "off")]),
    Case(kind="forecast", name="one wild value moves nothing",
         params={**AHEAD, "least": 5},
         steps=[come(level(0, 5), level(600, 5), level(1200, 9.9), level(1800, 5),
                     level(2400, 5))],
         told=[]),
    Case(kind="forecast", name="the same values twice", params=AHEAD, shows=TWICE,
         steps=[come(level(0, 7), level(900, 8), level(1800, 9)),
                come(level(0, 7), level(900, 8), level(1800, 9))],
         told=[(1800, "on")]),
    Case(kind="forecast", name="the value that makes it a line comes late",
         params=AHEAD, shows=LATE,
         steps=[come(level(0, 7)), come(level(1800, 9)), come(level(900, 8))],
         told=[(1800, "on")]),
    Case(kind="forecast", name="beyond the limit it stays until it goes down",
         params=AHEAD,
         steps=[come(level(0, 9), level(900, 10), level(1800, 11)),
                come(level(2700, 12))],
         told=[(1800, "on")]),
]  # fmt: skip

PACE = [
    Case(kind="pace", name="behind nine tenths of the plan, back by the dead band",
         params=BEHIND,
         steps=[come(plan(0, 95)), come(plan(60, 89)), come(plan(120, 92)),
                come(plan(180, 95))],
         told=[(60, "on"), (180, "off")]),
    Case(kind="pace", name="the plan as a number, the share expected in a field",
         params={"value": "level", "plan_value": 200, "expected": "plan",
                 "limit_pct": 90},
         # half of 200 is expected: 89 is behind, 91 is not
         steps=[come(plan(0, 89, 50)), come(plan(60, 91, 50))],
         told=[(0, "on"), (60, "off")]),
    Case(kind="pace", name="no plan, no word", params=BEHIND,
         steps=[come(plan(0, 1, 0)), come(plan(60, 1, nan))], told=[]),
    Case(kind="pace", name="twice, and after a restart", params=BEHIND,
         shows=TWICE | AGAIN,
         steps=[come(plan(0, 80)), restart, come(plan(0, 80)), come(plan(60, 96)),
                come(plan(0, 80), plan(60, 96))],
         told=[(0, "on"), (60, "off")]),
    Case(kind="pace", name="a late report is put in its place", params=BEHIND,
         shows=LATE,
         steps=[come(plan(0, 80)), come(plan(120, 80)), come(plan(60, 99))],
         told=[(0, "on"), (60, "off late"), (120, "on")]),
]  # fmt: skip

CASES = [*THRESHOLD, *RATE, *FORECAST, *PACE]
