"""Alerts about parts of features: one open alert per rule, feature and part."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from django.db import transaction

from layers.alerts import clock, evaluation, outgrown, ruleset
from layers.alerts.models import Alert, Rule, RuleState
from layers.alerts.services import save_rule
from layers.core import events
from layers.core.events import Happening
from layers.core.ingest import Observed
from layers.core.models import Event
from layers.core.spec import registry

from . import trial
from .test_hearing import event_rule
from .trial import BOATS, START


def observe(*rows: tuple[int, str, float, float]) -> None:
    """(feature, part, seconds, level), through the stage of the rules."""
    rows = tuple(sorted(rows))
    n = len(rows)
    observed = Observed(
        feature_id=np.array([row[0] for row in rows], dtype=np.int64),
        part=[row[1] for row in rows],
        at=np.array([START + row[2] for row in rows]),
        lon=np.full(n, 106.1),
        lat=np.full(n, 19.05),
        unit_id=np.zeros(n, dtype=np.int64),
        title=[f"Station {row[0]}" for row in rows],
        newest=np.ones(n, dtype=bool),
        values={"level": np.array([row[3] for row in rows])},
    )
    with transaction.atomic():
        evaluation.run(registry[BOATS], observed)


def level_rule(**changes):
    params = {"field": "level", "limit": 10}
    return trial.rule(
        kind="threshold", params=params, zone_layer="", zone_filter="", **changes
    )


def of_part(part: str) -> Alert:
    return Alert.objects.get(part=part, closed_at=None)


def test_each_part_has_its_own_alert_and_its_title_says_which(world):
    level_rule()
    observe((1, "cod", 0, 11), (1, "level", 0, 12), (1, "nh4", 0, 9))
    assert set(Alert.objects.values_list("part", flat=True)) == {"cod", "level"}
    assert of_part("cod").title.endswith("Station 1, cod")
    assert of_part("level").part_title == "Level", "a field of the layer has a title"
    event = Event.objects.get(kind="threshold.exceeded", new__part="cod")
    assert event.new["part_title"] == "cod"


def test_the_recovery_of_one_part_leaves_the_other(world):
    level_rule()
    observe((1, "cod", 0, 11), (1, "nh4", 0, 12))
    observe((1, "cod", 60, 9))
    assert not of_part("cod").active
    assert of_part("nh4").active


def test_states_of_parts_survive_a_restart(world):
    params = {"field": "level", "limit": 10, "minutes": 10}
    trial.rule(kind="threshold", params=params, zone_layer="", zone_filter="")
    observe((1, "cod", 0, 11), (1, "nh4", 0, 9))
    ruleset.forget()
    observe((1, "nh4", 300, 11))
    observe((1, "cod", 600, 11), (1, "nh4", 600, 11))
    assert Alert.objects.get().part == "cod"
    assert set(RuleState.objects.values_list("part", flat=True)) == {"cod", "nh4"}


def test_a_rule_about_some_parts_knows_no_others(world):
    level_rule(parts=["cod"])
    observe((1, "cod", 0, 11), (1, "nh4", 0, 12))
    assert Alert.objects.get().part == "cod"


def test_a_rule_narrowed_to_other_parts_ends_what_it_no_longer_means(world):
    rule = level_rule()
    observe((1, "cod", 0, 11), (1, "nh4", 0, 12))
    rule.parts = ["nh4"]
    save_rule(rule)
    clock.tick()
    assert not of_part("cod").active
    assert of_part("nh4").active


def told(kind: str, t: float, part: str) -> None:
    with transaction.atomic():
        events.record(
            [
                Happening(
                    key=f"{kind}:{part}:{t}",
                    kind=kind,
                    layer=BOATS,
                    feature_id=1,
                    title="Commune",
                    new={"part": part, "part_title": part.title()},
                    happened_at=datetime.fromtimestamp(START + t, UTC),
                )
            ]
        )


def test_an_event_that_ends_one_part_leaves_the_alert_of_another(world):
    event_rule({"began": "figure.turned_red", "ended": "figure.recovered"})
    told("figure.turned_red", 0, "ontime")
    told("figure.turned_red", 1, "digital")
    told("figure.recovered", 2, "ontime")
    assert not of_part("ontime").active
    assert of_part("digital").active
    assert of_part("digital").title.endswith("Commune, Digital")


def test_an_end_that_came_before_its_beginning_ends_that_part_only(world):
    event_rule({"began": "figure.turned_red", "ended": "figure.recovered"})
    told("figure.recovered", 5, "ontime")
    told("figure.turned_red", 0, "ontime")
    told("figure.turned_red", 0, "digital")
    assert not of_part("ontime").active
    assert of_part("digital").active


def whole(rule_: Rule) -> Alert:
    """As it was raised before alerts had parts."""
    return Alert.objects.create(
        rule=rule_, layer=BOATS, feature_id=1, title="Old", severity="high",
        raised_at=datetime.fromtimestamp(START - 60, UTC),
        last_at=datetime.fromtimestamp(START - 60, UTC), source="rule", external_id="o",
    )  # fmt: skip


def test_an_old_alert_about_the_whole_ends_once_its_parts_are_heard_of(world):
    old = whole(event_rule({"began": "figure.red", "ended": "figure.recovered"}))
    assert outgrown.sweep() == 0, "nothing has told its parts apart yet"
    told("figure.recovered", 0, "ontime")
    assert [outgrown.sweep(), outgrown.sweep()] == [1, 0]
    old.refresh_from_db()
    assert (old.active, old.closed_reason) == (False, outgrown.REASON)
    event = Event.objects.get(kind="alert.closed", feature_id=old.pk)
    assert event.reason == outgrown.REASON


def test_an_old_alert_of_a_measured_part_ends_and_the_part_has_its_own(world):
    old = whole(level_rule())
    observe((2, "cod", 0, 11))
    assert outgrown.sweep() == 0, "another station"
    observe((1, "cod", 0, 11))
    assert outgrown.sweep() == 1
    old.refresh_from_db()
    assert old.closed_at is not None
    assert Alert.objects.get(feature_id=1, closed_at=None).part == "cod"


def test_an_alert_about_the_whole_that_is_still_told_of_stays(world):
    rule = event_rule({"began": "figure.red", "ended": "figure.recovered"})
    old = whole(rule)
    told("figure.recovered", 0, "ontime")
    told("figure.red", 10, "")
    assert outgrown.sweep() == 0
    old.refresh_from_db()
    assert old.closed_at is None
