"""From a batch of observations to events and alerts, through the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from layers.alerts import ruleset, storage
from layers.alerts.models import Alert, Rule, RuleState
from layers.alerts.reactions import Reaction, alert_raised
from layers.alerts.services import Who, acknowledge, save_rule
from layers.core.models import Event
from layers.core.spec import by_role
from layers.core.versions import current

from .trial import BOATS, START, Fix, deliver, draw, rule

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)
SEA = (108.0, 19.05)


def fix(t: float, where: tuple[float, float], boat: int = 1, **more: float) -> Fix:
    return Fix(boat, t, *where, **more)


def kinds_of(alert: Alert) -> list[str]:
    return list(
        Event.objects.filter(layer="alerts", feature_id=alert.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_a_boat_that_enters_a_closed_area_raises_one_alert(world):
    rule()
    deliver(fix(0, OUTSIDE))
    deliver(fix(60, INSIDE))
    alert = Alert.objects.get()
    assert (alert.layer, alert.feature_id, alert.severity) == (BOATS, 1, "high")
    assert alert.raised_at.timestamp() == START + 60
    assert alert.unit_id == world["east"]
    assert alert.active
    assert not alert.acknowledged
    assert alert.zone_title == "Area 1"
    assert alert.geom.coords == INSIDE
    event = Event.objects.get(kind="zone.enter")
    assert (event.layer, event.feature_id) == (BOATS, 1)
    assert kinds_of(alert) == ["alert.raised"]


def test_the_same_batches_again_change_nothing(world):
    rule()
    batches = [fix(0, OUTSIDE)], [fix(60, INSIDE)], [fix(120, OUTSIDE)]
    for batch in batches:
        deliver(*batch)
    before = list(Event.objects.values_list("key", flat=True).order_by("id"))
    state = list(Alert.objects.values("active", "repeats", "cleared_at"))
    for batch in batches:
        deliver(*batch)
    assert list(Event.objects.values_list("key", flat=True).order_by("id")) == before
    assert list(Alert.objects.values("active", "repeats", "cleared_at")) == state


def test_leaving_clears_and_coming_back_repeats_the_same_alert(world):
    rule()
    deliver(fix(0, INSIDE))
    deliver(fix(60, OUTSIDE))
    alert = Alert.objects.get()
    assert not alert.active
    assert alert.cleared_at.timestamp() == START + 60
    deliver(fix(120, INSIDE))
    alert.refresh_from_db()
    assert (alert.active, alert.repeats, alert.cleared_at) == (True, 1, None)
    assert kinds_of(alert) == ["alert.raised", "alert.cleared", "alert.repeated"]


def test_what_is_acknowledged_and_over_closes_itself(world, cast):
    rule()
    deliver(fix(0, INSIDE))
    grant = _grant(cast["operator"])
    acknowledge(Alert.objects.get().pk, Who(cast["operator"], grant))
    deliver(fix(60, OUTSIDE))
    alert = Alert.objects.get()
    assert alert.closed_reason == "returned to normal"
    deliver(fix(120, INSIDE))
    assert Alert.objects.filter(closed_at=None).count() == 1
    assert Alert.objects.count() == 2


def test_a_pending_confirmation_survives_a_restart(world):
    rule(params={"minutes": 10})
    deliver(fix(0, INSIDE))
    ruleset.forget()  # another process takes over
    deliver(fix(300, INSIDE))
    assert Alert.objects.count() == 0
    ruleset.forget()
    deliver(fix(600, INSIDE))
    assert Alert.objects.get().raised_at.timestamp() == START + 600


def test_a_late_fix_inside_is_told_late_and_does_not_stay(world):
    rule()
    deliver(fix(0, OUTSIDE), fix(600, OUTSIDE))
    deliver(fix(300, INSIDE))
    alert = Alert.objects.get()
    assert alert.late
    assert not alert.active
    assert alert.raised_at.timestamp() == START + 300


def test_a_late_fix_outside_does_not_end_what_lasts(world):
    rule()
    deliver(fix(0, INSIDE), fix(600, INSIDE))
    deliver(fix(-300, OUTSIDE))
    alert = Alert.objects.get()
    assert alert.active


def test_many_fixes_in_the_zone_are_not_written_each_time(world):
    rule()
    deliver(fix(0, INSIDE))
    first = RuleState.objects.get().last_at
    deliver(fix(30, INSIDE))
    assert RuleState.objects.get().last_at == first
    deliver(fix(storage.STEADY_S + 31, INSIDE))
    assert RuleState.objects.get().last_at > first


def test_boats_away_from_every_zone_leave_no_state(world):
    rule()
    deliver(*[fix(t, OUTSIDE, boat) for t in (0, 60) for boat in range(1, 50)])
    assert RuleState.objects.count() == 0


def test_an_edited_zone_counts_from_the_next_batch(world):
    rule()
    deliver(fix(0, INSIDE))
    draw(1, (107.0, 19.0, 107.1, 19.1))
    deliver(fix(60, INSIDE))
    assert not Alert.objects.get().active


def test_a_zone_no_longer_closed_lets_the_boat_go(world):
    rule()
    deliver(fix(0, INSIDE))
    draw(1, (106.05, 19.0, 106.15, 19.1), closed=False)
    deliver(fix(60, INSIDE))
    assert not Alert.objects.get().active


def test_a_rule_switched_off_is_silent_from_the_next_batch(world):
    switched = rule()
    deliver(fix(0, OUTSIDE))
    switched.enabled = False
    save_rule(switched)
    deliver(fix(60, INSIDE))
    assert Alert.objects.count() == 0
    assert Rule.objects.get().version == 2


def test_only_features_that_pass_the_filter_raise(world):
    rule(feature_filter="kind = 'cargo'")
    deliver(fix(0, INSIDE))
    assert Alert.objects.count() == 0
    assert RuleState.objects.count() == 0


def test_a_suppressed_rule_keeps_its_alerts_off_the_list_and_starts_nothing(world):
    told: list[int] = []
    reaction = Reaction("trial", lambda alert: told.append(alert.pk))
    later = timezone.now() + timedelta(hours=1)
    rule(suppressed_until=later, suppression_reason="drill")
    with alert_raised.override(reaction):
        deliver(fix(0, INSIDE))
    assert Alert.objects.get().state == "suppressed"
    assert told == []


def test_at_sea_the_nearest_unit_answers(world):
    draw(2, (107.9, 19.0, 108.1, 19.1))
    rule()
    deliver(fix(0, SEA))
    assert Alert.objects.get().unit_id == world["east"]


def test_a_threshold_rule_reads_the_observed_value(world):
    params = {"field": "level", "limit": 10, "deadband": 1}
    rule(kind="threshold", params=params, zone_layer="", zone_filter="")
    deliver(fix(0, INSIDE, level=9), fix(60, INSIDE, level=11))
    assert Alert.objects.get().active
    deliver(fix(120, INSIDE, level=9.5))
    assert Alert.objects.get().active
    deliver(fix(180, INSIDE, level=9))
    assert not Alert.objects.get().active


def test_two_rules_on_one_boat_are_two_alerts(world):
    rule()
    rule(slug="second", severity="low")
    deliver(fix(0, INSIDE))
    assert Alert.objects.count() == 2


def test_one_cause_for_many_boats_stands_under_one_root(world):
    told: list[Alert] = []
    reaction = Reaction("trial", told.append)
    rule()
    with alert_raised.override(reaction):
        deliver(*[fix(0, INSIDE, boat) for boat in range(1, 31)])
    root = Alert.objects.get(feature_id=None)
    assert root.members.count() == 30
    assert [alert.pk for alert in told] == [root.pk]
    deliver(*[fix(60, OUTSIDE, boat) for boat in range(1, 31)])
    root.refresh_from_db()
    assert not root.active


def test_a_reaction_that_fails_does_not_lose_the_alert(world):
    def broken(alert: Alert) -> None:
        raise LookupError("nobody there")

    rule()
    with alert_raised.override(Reaction("broken", broken)):
        deliver(fix(0, INSIDE))
    assert Alert.objects.count() == 1


def test_raising_moves_the_alerts_layer_and_nothing_else_does(world):
    rule()
    before = current(by_role("alarms").slug)
    deliver(fix(0, OUTSIDE))
    assert current(by_role("alarms").slug) == before
    deliver(fix(60, INSIDE))
    assert current(by_role("alarms").slug) > before


def test_momentary_alerts_are_raised_and_cleared_in_one(world):
    rule(params={"on": "exit"})
    deliver(fix(0, INSIDE))
    assert Alert.objects.count() == 0
    deliver(fix(60, OUTSIDE))
    alert = Alert.objects.get()
    assert not alert.active
    assert kinds_of(alert) == ["alert.raised", "alert.cleared"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)])
def test_whatever_the_order_of_batches_the_alert_ends_the_same(world, order):
    rule()
    fixes = [fix(0, INSIDE), fix(60, OUTSIDE), fix(120, INSIDE), fix(180, OUTSIDE)]
    for at in order:
        deliver(fixes[at])
    alert = Alert.objects.get()
    assert not alert.active


def _grant(user):
    from layers.core.scope import everything

    assert user.pk
    return everything()
