"""Sequences of kinds over places: zone, crossing, speed."""

from __future__ import annotations

from .language import BOX, Case, come, fix, redraw, remove, restart, watch

LATE, TWICE, AGAIN = (
    frozenset({"late"}),
    frozenset({"duplicate"}),
    frozenset({"restart"}),
)
EDIT = frozenset({"zone"})
WIDER = (106.0, 18.9, 106.2, 19.2)
AWAY = (107.0, 20.0, 107.1, 20.1)
INWARD = {"direction": "inward", "tolerance_m": 0, "possible": "no"}
FAST = {"limit_kn": 8, "deadband_kn": 1}


ZONE = [
    Case(kind="zone", name="in and out", params={},
         steps=[come(fix(0, "out")), come(fix(60)), come(fix(120, "out"))],
         told=[(60, "on"), (120, "off")]),
    Case(kind="zone", name="two boats do not disturb each other", params={},
         steps=[come(fix(0), fix(0, "out", 2)), come(fix(60, "out"), fix(60, "in", 2))],
         told=[(0, "on"), (60, "off"), (60, "on", 2)]),
    Case(kind="zone", name="ten minutes inside, over a restart", params={"minutes": 10},
         shows=AGAIN,
         steps=[come(fix(0)), restart, come(fix(300)), restart, come(fix(600))],
         told=[(600, "on")]),
    Case(kind="zone", name="minutes begin anew after leaving", params={"minutes": 10},
         steps=[come(fix(0), fix(300, "out"), fix(400), fix(700), fix(1000))],
         told=[(1000, "on")]),
    Case(kind="zone", name="an hour of stay to begin, two fixes to end",
         params={"dwell_minutes": 60, "fixes": 2},
         steps=[come(fix(0)), come(fix(1800)), come(fix(3600)),
                come(fix(3660, "out")), come(fix(3720, "out"))],
         told=[(3600, "on"), (3720, "off")]),
    Case(kind="zone", name="within the margin it is still inside",
         params={"hysteresis_m": 2000},
         steps=[come(fix(0)), come(fix(60, "beside")), come(fix(120, "out"))],
         told=[(0, "on"), (120, "off")]),
    Case(kind="zone", name="a late fix outside is put in its place", params={},
         shows=LATE,
         steps=[come(fix(0)), come(fix(120)), come(fix(60, "out"))],
         told=[(0, "on"), (60, "off late"), (120, "on")]),
    Case(kind="zone", name="a late fix takes back what two had confirmed",
         params={"fixes": 2}, shows=LATE,
         steps=[come(fix(0), fix(60)), come(fix(30, "out"))],
         told=[(60, "off late"), (60, "on")]),
    Case(kind="zone", name="twice, in another cut", params={"fixes": 2}, shows=TWICE,
         steps=[come(fix(0), fix(60)), come(fix(60), fix(120, "out")),
                come(fix(0)), come(fix(120, "out"), fix(180, "out"))],
         told=[(60, "on"), (180, "off")]),
    Case(kind="zone", name="redrawn around it: nothing is told", params={}, shows=EDIT,
         steps=[come(fix(0)), redraw(*WIDER), watch, come(fix(60))],
         told=[(0, "on")]),
    Case(kind="zone", name="half a confirmation proves nothing in another outline",
         params={"fixes": 2}, shows=EDIT,
         steps=[come(fix(0)), redraw(*WIDER), come(fix(60)), come(fix(120))],
         told=[(120, "on")]),
    Case(kind="zone", name="redrawn away and back", params={}, shows=EDIT,
         steps=[come(fix(0)), redraw(*AWAY), come(fix(300)), redraw(*BOX),
                come(fix(360))],
         told=[(0, "on"), (300, "off"), (360, "on")]),
]  # fmt: skip

CROSSING = [
    Case(kind="crossing", name="in over the outline and out again", params=INWARD,
         steps=[come(fix(0, "out")), come(fix(3600)), come(fix(7200, "out"))],
         told=[(3600, "on"), (7200, "off")]),
    Case(kind="crossing", name="within its error it proves nothing", params=INWARD,
         steps=[come(fix(0, "in", error_m=20_000))], told=[]),
    Case(kind="crossing", name="the straight way led through, so it may have been in",
         params={**INWARD, "possible": "segment"},
         steps=[come(fix(0, "west")), come(fix(7200, "out"))], told=[(7200, "on")]),
    Case(kind="crossing", name="two fixes are needed, over a restart",
         params={**INWARD, "fixes": 2}, shows=AGAIN,
         steps=[come(fix(0)), restart, come(fix(60))], told=[(60, "on")]),
    Case(kind="crossing", name="a late fix on the near side is put in its place",
         params=INWARD, shows=LATE,
         steps=[come(fix(0)), come(fix(7200)), come(fix(3600, "out"))],
         told=[(0, "on"), (3600, "off late"), (7200, "on")]),
    Case(kind="crossing", name="twice", params=INWARD, shows=TWICE,
         steps=[come(fix(0)), come(fix(0)), come(fix(60, "out")),
                come(fix(0), fix(60, "out"))],
         told=[(0, "on"), (60, "off")]),
    Case(kind="crossing", name="redrawn around it: nothing is told", params=INWARD,
         shows=EDIT,
         steps=[come(fix(0)), redraw(*WIDER), come(fix(60))], told=[(0, "on")]),
    Case(kind="crossing", name="redrawn away", params=INWARD, shows=EDIT,
         steps=[come(fix(0)), redraw(*AWAY), come(fix(300))],
         told=[(0, "on"), (300, "off")]),
]  # fmt: skip

SPEED = [
    Case(kind="speed", name="too fast inside, slower by the dead band", params=FAST,
         steps=[come(fix(0, speed_kn=7)), come(fix(60, speed_kn=9)),
                come(fix(120, speed_kn=7.5)), come(fix(180, speed_kn=6.5))],
         told=[(60, "on"), (180, "off")]),
    Case(kind="speed", name="as fast outside is nothing, and leaving ends it",
         params=FAST,
         steps=[come(fix(0, "out", speed_kn=9)), come(fix(60, speed_kn=9)),
                come(fix(120, "out", speed_kn=9))],
         told=[(60, "on"), (120, "off")]),
    Case(kind="speed", name="too slow", params={"direction": "below", "limit_kn": 2},
         steps=[come(fix(0, speed_kn=3)), come(fix(60, speed_kn=2))],
         told=[(60, "on")]),
    Case(kind="speed", name="for five minutes, over a restart",
         params={**FAST, "minutes": 5}, shows=AGAIN,
         steps=[come(fix(0, speed_kn=9)), restart, come(fix(300, speed_kn=9))],
         told=[(300, "on")]),
    Case(kind="speed", name="a late slow fix and the same ones twice", params=FAST,
         shows=LATE | TWICE,
         steps=[come(fix(0, speed_kn=9)), come(fix(120, speed_kn=9)),
                come(fix(60, speed_kn=3)), come(fix(0, speed_kn=9)),
                come(fix(60, speed_kn=3), fix(120, speed_kn=9))],
         told=[(0, "on"), (60, "off late"), (120, "on")]),
    Case(kind="speed", name="the zone is redrawn away", params=FAST, shows=EDIT,
         steps=[come(fix(0, speed_kn=9)), redraw(*AWAY), come(fix(300, speed_kn=9))],
         told=[(0, "on"), (300, "off")]),
    Case(kind="speed", name="the zone is removed", params=FAST, shows=EDIT,
         steps=[come(fix(0, speed_kn=9)), remove, come(fix(300, speed_kn=9))],
         told=[(0, "on"), (300, "off")]),
]  # fmt: skip

CASES = [*ZONE, *CROSSING, *SPEED]
