"""Zones and rules that change while nobody moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from layers.alerts import clock
from layers.alerts.models import Alert, Rule, RuleState
from layers.alerts.services import save_rule
from layers.core.models import Event, LayerVersion
from layers.core.periods import midnight

from .trial import AREAS, START, Fix, deliver, draw, remove, rule, set_area

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)
FULL = (106.05, 19.0, 106.15, 19.1)


def today():
    return timezone.localdate()


def told() -> list[tuple[str, float, str]]:
    """(kind, seconds since START, why) of everything in zones."""
    rows = Event.objects.filter(kind__startswith="zone.").order_by("happened_at", "pk")
    return [(e.kind, e.happened_at.timestamp() - START, e.reason) for e in rows]


def ticks() -> None:
    """The clock runs for ever; the second time has nothing to tell."""
    clock.tick()
    before = Event.objects.count()
    clock.tick()
    assert Event.objects.count() == before


def test_a_silent_boat_leaves_a_zone_when_it_expires(world):
    rule()
    deliver(Fix(1, -2 * 86_400, *INSIDE))
    set_area(1, valid_to=today() - timedelta(days=1))
    ticks()
    end = midnight(today()) - START
    assert told()[1:] == [("zone.exit", end, "the zone is no longer in force")]
    alert = Alert.objects.get()
    assert not alert.active
    assert alert.cleared_at.timestamp() - START == end
    assert not RuleState.objects.exists()
    cleared = Event.objects.get(kind="alert.cleared")
    assert cleared.reason == "the zone is no longer in force"


def test_a_boat_that_is_heard_after_the_expiry_left_when_it_expired(world):
    rule()
    deliver(Fix(1, -2 * 86_400, *INSIDE))
    set_area(1, valid_to=today() - timedelta(days=1))
    deliver(Fix(1, 0, *INSIDE))
    assert told()[1:] == [
        ("zone.exit", midnight(today()) - START, "the zone is no longer in force")
    ]
    ticks()
    assert len(told()) == 2


def test_a_season_that_ends_lets_everyone_out(world):
    rule()
    first, last = today() - timedelta(days=40), today() - timedelta(days=1)
    set_area(1, season_from=f"{first:%m-%d}", season_to=f"{last:%m-%d}")
    deliver(Fix(1, midnight(today()) - START - 3_600, *INSIDE))
    ticks()
    assert [kind for kind, _at, _why in told()] == ["zone.enter", "zone.exit"]
    assert told()[1][1] == midnight(today()) - START


def test_a_season_that_begins_finds_the_silent_boat_inside(world):
    rule()
    start = midnight(today()) - START
    set_area(1, season_from=f"{today():%m-%d}", season_to="12-31")
    deliver(Fix(1, start - 3_600, *INSIDE), Fix(2, start - 3_600, *OUTSIDE))
    deliver(Fix(3, start - 7 * 3_600, *INSIDE))  # too long ago to be there still
    assert told() == []
    ticks()
    assert told() == [("zone.enter", start, "")]
    alert = Alert.objects.get()
    assert (alert.feature_id, alert.active) == (1, True)
    assert alert.raised_at.timestamp() == START + start


def test_a_redrawn_zone_lets_those_go_that_it_no_longer_holds(world):
    rule()
    deliver(Fix(1, 0, *INSIDE))
    draw(1, (107.0, 19.0, 107.1, 19.1))
    ticks()
    # within one test's transaction the rule is younger than the layer's change
    changed = LayerVersion.objects.get(slug=AREAS).changed_at
    changed = max(changed, Rule.objects.get().updated_at)
    exit_ = Event.objects.get(kind="zone.exit")
    assert (exit_.happened_at, exit_.reason) == (changed, "the zone was redrawn")
    assert not Alert.objects.get().active


def test_a_redrawn_zone_keeps_the_others_without_a_word(world):
    rule()
    deliver(*[Fix(boat, 0, *INSIDE) for boat in range(1, 6)])
    versions = set(RuleState.objects.values_list("zone_version", flat=True))
    draw(1, (106.0, 18.9, 106.2, 19.2))
    ticks()
    assert {kind for kind, _at, _why in told()} == {"zone.enter"}
    assert Alert.objects.filter(active=True).count() == 5
    after = set(RuleState.objects.values_list("zone_version", flat=True))
    assert len(after) == 1
    assert not after & versions
    deliver(*[Fix(boat, 60, *INSIDE) for boat in range(1, 6)])
    assert len(told()) == 5


@pytest.mark.parametrize(
    "change",
    [lambda: remove(1), lambda: draw(1, FULL, closed=False)],
    ids=["deleted", "no longer closed"],
)
def test_a_zone_that_the_rule_no_longer_means_lets_everyone_go(world, change):
    rule()
    deliver(Fix(1, 0, *INSIDE))
    change()
    ticks()
    (_enter, (kind, _at, why)) = told()
    assert (kind, why) == (
        "zone.exit", "the zone was removed or the rule no longer means it"
    )  # fmt: skip
    assert not Alert.objects.get().active


def test_a_rule_switched_off_lets_everyone_go_when_it_was(world):
    switched = rule()
    deliver(Fix(1, 0, *INSIDE))
    switched.enabled = False
    save_rule(switched)
    ticks()
    exit_ = Event.objects.get(kind="zone.exit")
    assert (exit_.happened_at, exit_.reason) == (
        switched.updated_at, "the rule was switched off"
    )  # fmt: skip
    assert not Alert.objects.get().active
    assert not RuleState.objects.exists()
    # on again, it finds the boat anew with its next fix
    switched.enabled = True
    save_rule(switched)
    deliver(Fix(1, 60, *INSIDE))
    assert Alert.objects.get().active


def test_a_changed_filter_lets_those_go_that_it_leaves_out(world):
    narrowed = rule()
    deliver(Fix(1, 0, *INSIDE), Fix(2, 0, *INSIDE))
    narrowed.feature_filter = "kind = 'cargo'"
    save_rule(narrowed)
    ticks()
    exits = Event.objects.filter(kind="zone.exit")
    assert {(e.happened_at, e.reason) for e in exits} == {
        (narrowed.updated_at, "the rule no longer concerns it")
    }
    assert Alert.objects.filter(active=True).count() == 0


def test_an_expired_zone_raises_no_alert_of_leaving(world):
    rule(params={"on": "exit"})
    deliver(Fix(1, -2 * 86_400, *INSIDE))
    set_area(1, valid_to=today() - timedelta(days=1))
    ticks()
    assert [kind for kind, _at, _why in told()] == ["zone.enter", "zone.exit"]
    assert Alert.objects.count() == 0


LINE = {"geom": "LINESTRING(106.3 18.5, 106.3 19.5)", "beyond": "right"}


def crossing(**params) -> Rule:
    set_area(1, **LINE)
    return rule(kind="crossing", slug="limit", params={"max_speed_kn": 10, **params},
                severity="critical", zone_filter="")  # fmt: skip


def test_a_boat_beyond_a_line_is_proven_with_both_fixes(world):
    crossing()
    deliver(Fix(1, 0, 106.2, 19.0))
    deliver(Fix(1, 7_200, 106.4, 19.0))
    alert = Alert.objects.get()
    assert (alert.severity, alert.certainty, alert.active) == (
        "critical", "proven", True
    )  # fmt: skip
    evidence = Event.objects.get(kind="crossing.beyond").new["evidence"]
    assert evidence == alert.evidence
    assert evidence["from"] == {"at": START, "lon": 106.2, "lat": 19.0}
    assert evidence["to"] == {"at": START + 7_200, "lon": 106.4, "lat": 19.0}
    assert evidence["beyond_least_m"] == pytest.approx(10_512, abs=60)
    # 20 nm between the fixes at most, the line in the middle of them
    assert evidence["beyond_most_m"] == pytest.approx(18_520, rel=0.01)
    deliver(Fix(1, 14_400, 106.2, 19.0))
    alert.refresh_from_db()
    assert not alert.active


def test_what_was_possible_becomes_proven_and_graver(world):
    crossing()
    deliver(Fix(1, 0, 106.2, 19.0))
    deliver(Fix(1, 600, 106.301, 19.0, error_m=1_800))
    alert = Alert.objects.get()
    assert (alert.severity, alert.certainty, alert.active) == (
        "low", "possible", False
    )  # fmt: skip
    assert (
        Event.objects.get(kind="crossing.possible").new["evidence"]["error_m"] == 1_800
    )
    assert not RuleState.objects.exists()
    deliver(Fix(1, 1_200, 106.35, 19.0))
    alert = Alert.objects.get(closed_at=None)
    assert (alert.severity, alert.certainty, alert.active, alert.repeats) == (
        "critical", "proven", True, 1
    )  # fmt: skip
    kinds = (
        Event.objects.filter(layer="alerts")
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == [
        "alert.raised", "alert.cleared", "alert.repeated", "alert.proven"
    ]  # fmt: skip


def test_a_line_without_a_side_is_left_out(world, caplog):
    crossing()
    set_area(1, beyond=None)
    deliver(Fix(1, 0, 106.2, 19.0))
    deliver(Fix(1, 7_200, 106.4, 19.0))
    assert Alert.objects.count() == 0
    assert "does not say which side" in caplog.text


def test_the_drawer_and_the_api_show_the_law_and_the_evidence(world, cast, client):
    set_area(1, **LINE)
    rule(kind="crossing", slug="limit", params={"max_speed_kn": 10}, zone_filter="",
         legal_basis="Decree 26/2019, article 42")  # fmt: skip
    deliver(Fix(1, 0, 106.2, 19.0))
    deliver(Fix(1, 600, 106.301, 19.0, error_m=1_800))
    client.force_login(cast["operator"])
    alert = Alert.objects.get()
    body = client.get(f"/api/v1/alerts/{alert.pk}").json()
    assert (body["certainty"], body["legal_basis"]) == (
        "possible", "Decree 26/2019, article 42"
    )  # fmt: skip
    assert body["evidence"]["error_m"] == 1_800
    page = client.get(f"/drawer/alerts/{alert.pk}/", HTTP_ACCEPT_LANGUAGE="en")
    text = page.content.decode()
    assert "Decree 26/2019, article 42" in text
    assert "19.0, 106.301 ± 1800 m" in text.replace("19,0", "19.0").replace(
        "106,301", "106.301"
    )
    assert "alert-possible" in client.get("/alerts/?state=all").content.decode()
