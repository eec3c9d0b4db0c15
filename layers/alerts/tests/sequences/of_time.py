"""Sequences of kinds that the clock looks at: silence, deadline, count, proximity."""

from __future__ import annotations

from .language import (
    AWAY,
    BOX,
    Case,
    come,
    drop,
    fix,
    redraw,
    restart,
    tick,
    turn,
    watch,
)

LATE, TWICE, AGAIN = (
    frozenset({"late"}),
    frozenset({"duplicate"}),
    frozenset({"restart"}),
)
EDIT = frozenset({"zone"})
HOUR = {"minutes": 60, "until_minutes": 1440}
THREE = {"at_least": 3, "below": 2, "window_minutes": 30}
IN_ZONE = {"zone_layer": "trial_areas", "zone_filter": "closed = true"}
NEAR = {"metres": 2000, "hysteresis_m": 500, "fresh_minutes": 30}


def three(t: float) -> object:
    return come(fix(t), fix(t, "in", 2), fix(t, "in", 3))


SILENCE = [
    Case(kind="silence", name="an hour after the last word, whenever the clock looks",
         params=HOUR, shows=AGAIN,
         steps=[come(fix(0)), tick(3500), tick(3700), restart, tick(5000),
                come(fix(6000))],
         told=[(3600, "on"), (6000, "off")]),
    Case(kind="silence", name="a word from before it does not end it, one since does",
         params=HOUR, shows=LATE,
         steps=[come(fix(0)), tick(9000), come(fix(-60)), come(fix(3000)),
                tick(9060)],
         # the late word at 3000 is before the silence began: it began an hour later
         told=[(3600, "on")]),
    Case(kind="silence", name="told once, and again only after a word",
         params=HOUR, shows=TWICE,
         steps=[come(fix(0)), tick(4000), tick(4000), come(fix(0)), tick(4060),
                come(fix(4100)), tick(9000)],
         told=[(3600, "on"), (4100, "off"), (7700, "on")]),
    Case(kind="silence", name="silent for too long is not its business", params=HOUR,
         steps=[come(fix(0)), tick(100_000)], told=[]),
]  # fmt: skip

DUE = {"field": "due"}
DEADLINE = [
    Case(kind="deadline", name="it passes, and the row goes", params=DUE, shows=AGAIN,
         steps=[come(fix(0)), turn(600), tick(500), tick(700), restart, tick(900),
                drop(), tick(1000)],
         told=[(600, "on"), (1000, "off")]),
    Case(kind="deadline", name="ten minutes before, moved away and back",
         params={**DUE, "minutes_before": 10},
         steps=[come(fix(0)), turn(900), tick(400), turn(9000), tick(500), turn(900),
                tick(560)],
         told=[(300, "on"), (500, "off"), (500, "on")]),
    Case(kind="deadline", name="known late, it was due before; looked at twice",
         params=DUE, shows=LATE | TWICE,
         steps=[come(fix(0)), tick(500), turn(100), tick(600), tick(600), tick(660)],
         told=[(100, "on")]),
    Case(kind="deadline", name="no date, no word; and a date taken away", params=DUE,
         steps=[come(fix(0)), tick(500), turn(100), tick(600), turn(None), tick(700)],
         told=[(100, "on"), (700, "off")]),
    Case(kind="deadline", name="what leaves the filter is over",
         params=DUE, rule={"feature_filter": "level < 5"},
         steps=[come(fix(0)), turn(100), tick(600), come(fix(650, level=9)),
                tick(700)],
         told=[(100, "on"), (700, "off")]),
]  # fmt: skip

COUNT = [
    Case(kind="count", name="three anywhere, until fewer than two", params=THREE,
         steps=[three(0), tick(60), come(fix(1200), fix(1200, "in", 2)), tick(2000),
                tick(3100)],
         # at 2000 the third is older than half an hour: two are left, which is not
         # fewer than two; at 3100 none is
         told=[(60, "on"), (3100, "off")]),
    Case(kind="count", name="three in the zone, not beside it", params=THREE,
         rule=IN_ZONE, shows=AGAIN,
         steps=[come(fix(0), fix(0, "in", 2), fix(0, "out", 3)), tick(60),
                come(fix(100, "deep", 3)), restart, tick(120)],
         told=[(120, "on")]),
    Case(kind="count", name="for ten minutes, looked at twice",
         params={**THREE, "minutes": 10}, shows=TWICE,
         steps=[three(0), tick(0), tick(0), tick(300), tick(600), tick(600)],
         told=[(600, "on")]),
    Case(kind="count", name="a late fix changes nothing of what is there now",
         params=THREE, rule=IN_ZONE, shows=LATE,
         steps=[three(100), tick(160), come(fix(50, "out")), tick(220)],
         told=[(160, "on")]),
    Case(kind="count", name="the zone is redrawn away, and back", params=THREE,
         rule=IN_ZONE, shows=EDIT,
         steps=[three(0), tick(60), redraw(100, AWAY), tick(300),
                redraw(330, BOX), tick(360)],
         told=[(60, "on"), (300, "off"), (360, "on")]),
    Case(kind="count", name="only those that pass the filter are counted",
         params=THREE, rule={"feature_filter": "level > 5"},
         steps=[three(0), tick(60),
                come(*(fix(100, "in", boat, level=6) for boat in (1, 2, 3))),
                tick(120), watch],
         told=[(120, "on")]),
]  # fmt: skip

# "in" and "deep" are 1.5 km apart, "in" and "beside" 6.3 km
PROXIMITY = [
    Case(kind="proximity", name="they come near and part, told of the lesser id",
         params=NEAR, shows=AGAIN,
         steps=[come(fix(0), fix(0, "out", 2)), tick(10), come(fix(60, "deep", 2)),
                tick(70), restart, tick(130), come(fix(180, "beside", 2)), tick(190)],
         told=[(60, "on"), (180, "off")]),
    Case(kind="proximity", name="for ten minutes by their fixes, looked at twice",
         params={**NEAR, "minutes": 10}, shows=TWICE,
         steps=[come(fix(0), fix(0, "deep", 2)), tick(10), tick(10), tick(900),
                come(fix(600)), tick(910), tick(910)],
         told=[(600, "on")]),
    Case(kind="proximity", name="only while both drift",
         params={**NEAR, "max_speed_kn": 2},
         steps=[come(fix(0, speed_kn=1), fix(0, "deep", 2, speed_kn=5)), tick(10),
                come(fix(60, "deep", 2, speed_kn=1)), tick(70)],
         told=[(60, "on")]),
    Case(kind="proximity", name="one that is not heard any more is not near",
         params=NEAR,
         steps=[come(fix(0), fix(0, "deep", 2)), tick(10), come(fix(1900)),
                tick(2000)],
         told=[(0, "on"), (2000, "off")]),
    Case(kind="proximity", name="a late fix changes nothing of what is there now",
         params=NEAR, shows=LATE,
         steps=[come(fix(100), fix(100, "deep", 2)), tick(110),
                come(fix(50, "out")), tick(120)],
         told=[(100, "on")]),
    Case(kind="proximity", name="not in port, only while the port is elsewhere",
         params={**NEAR, "where": "outside"}, rule=IN_ZONE, shows=EDIT,
         steps=[come(fix(0), fix(0, "deep", 2)), tick(10), redraw(100, AWAY), tick(300),
                redraw(330, BOX), tick(360)],
         told=[(0, "on"), (360, "off")]),
    Case(kind="proximity", name="near others, chosen by another filter",
         params={**NEAR, "with_filter": "level > 5"},
         rule={"feature_filter": "level < 5"},
         steps=[come(fix(0), fix(0, "deep", 2), fix(0, "deep", 3, level=9)), tick(10)],
         told=[(0, "on"), (0, "on", 2)]),
]  # fmt: skip

CASES = [*SILENCE, *DEADLINE, *COUNT, *PROXIMITY]
