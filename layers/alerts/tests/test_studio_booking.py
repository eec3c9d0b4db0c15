"""Alerts on paper: one open per subject, repeats, ends, and what a trial comes to."""

from __future__ import annotations

from layers.alerts.ruleset import ready
from layers.alerts.studio import result
from layers.alerts.studio.access import scoped
from layers.alerts.studio.booking import Book, Booked, Change
from layers.alerts.studio.trial import rule_of
from layers.core.scope import Grant

from . import trial


def change(at: float, on: bool, **more) -> Change:  # type: ignore[no-untyped-def]
    given = {"subject": 1, "title": "a", "unit_id": 0, "lon": 0.0, "lat": 0.0}
    return Change(**{**given, **more}, at=at, on=on)


def book(kind: str = "threshold", **params) -> Book:  # type: ignore[no-untyped-def]
    given = {"field": "level", "limit": 1} if kind == "threshold" else {}
    body = {"kind": kind, "layer": trial.BOATS, "severity": "high",
            "params": {**given, **params}, "zone_layer": trial.AREAS}  # fmt: skip
    return Book(ready(rule_of(body)), counted_from=100.0)


def test_what_comes_again_before_it_was_seen_is_a_repeat(world) -> None:
    mine = book()
    mine.apply(
        [change(200, True), change(260, False), change(400, True), change(500, False)]
    )
    mine.apply([change(1_000, True)])
    assert [(a.raised_at, a.repeats) for a in mine.counted] == [(200, 1), (1_000, 0)]


def test_what_stood_when_the_span_began_is_not_counted(world) -> None:
    mine = book()
    mine.apply([change(50, True), change(150, False)])
    assert mine.counted == []


def test_an_alert_lasts_until_the_last_of_its_zones_is_left(world) -> None:
    mine = book("zone", on="inside")
    mine.apply(
        [change(200, True, zone_id=1), change(300, True, zone_id=2),
         change(400, False, zone_id=1), change(500, False, zone_id=2)]
    )  # fmt: skip
    assert [(a.raised_at, a.ended_at, a.repeats) for a in mine.counted] == [
        (200, 500, 1)
    ]


def test_a_trial_shows_no_rows_outside_the_readers_units() -> None:
    alerts = [
        Booked(subject=n, title=f"t{n}", unit_id=n, lon=0.0, lat=0.0, zone_title="",
               severity="low", raised_at=float(n))
        for n in (1, 2)
    ]  # fmt: skip
    whole = {"draft": result.summary(alerts, 0, 86_400)}
    seen = scoped(Grant(units=frozenset({2})), whole)["draft"]
    assert [a["title"] for a in seen["listed"] + seen["top"]] == ["t2", "t2"]
    assert seen["alerts"] == 2


def test_the_share_of_the_budget_is_that_of_one_operators_day() -> None:
    day = 86_400.0
    alerts = [
        Booked(subject=n, title="", unit_id=0, lon=0.0, lat=0.0, zone_title="",
               severity="low", raised_at=n * day / 300, ended_at=n * day / 300 + 60)
        for n in range(300)
    ]  # fmt: skip
    found = result.summary(alerts, 0, day)
    assert (found["per_day"], found["share"], found["level"]) == (300, 2.0, "most")
    assert found["worst"]["count"] == 3
    assert sum(row["count"] for row in found["days"]) == 300
    assert found["durations"]["median"] == 1.0
