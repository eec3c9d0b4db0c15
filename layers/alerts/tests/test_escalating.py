"""Levels of escalation: who is told when, what stops them, what a crash leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pydantic import ValidationError

from layers.alerts import escalating, services
from layers.alerts.models import Alert, Escalation, Policy, Rule, Watch
from layers.core import events
from layers.core.delivery.models import Delivery, Message
from layers.core.models import Event

pytestmark = pytest.mark.django_db

LEVELS = [
    {"after_minutes": 0, "to": [{"kind": "watch"}], "channels": ["inapp"]},
    {"after_minutes": 5, "to": [{"kind": "role", "value": "leader"}]},
    {
        "after_minutes": 15,
        "to": [{"kind": "user", "value": "administrator"}, {"kind": "unit"}],
    },
]


@pytest.fixture
def policy() -> Policy:
    return Policy.objects.create(
        slug="grave", title="grave", severities=["critical"], levels=LEVELS
    )


def raised(severity: str = "critical", **changed: Any) -> Alert:
    rule, _made = Rule.objects.get_or_create(
        slug="late-boat",
        defaults={"title": "Late boat", "kind": "event", "layer": "alerts"},
    )
    now = timezone.now()
    return Alert.objects.create(
        source="test",
        external_id=str(Alert.objects.count()),
        title="Late boat",
        feature_title="TH-90123-TS",
        rule=rule,
        layer="alerts",
        feature_id=Alert.objects.count() + 1,
        severity=severity,
        raised_at=now,
        last_at=now,
        **changed,
    )


def begin(alert: Alert) -> None:
    """Raised, and the worker did what was asked of it after the commit."""
    escalating.begin(alert)
    escalating.advance(alert.pk, timezone.now())


def pass_minutes(minutes: float) -> None:
    """So much later."""
    for held in Escalation.objects.exclude(next_at=None):
        assert held.next_at is not None
        held.next_at -= timedelta(minutes=minutes)
        held.save()


def told() -> list[tuple[str, str]]:
    """(level's event, user) in the order they were told; the message centre only."""
    rows = Delivery.objects.filter(channel="inapp").order_by("pk")
    return [(row.message.kind, row.user.username) for row in rows if row.user]


def levels_reached(alert: Alert) -> list[int]:
    rows = Event.objects.filter(kind="alert.escalated", feature_id=alert.pk)
    return [event.new["level"] for event in rows.order_by("pk")]


def test_the_first_level_is_told_at_once_and_the_others_in_their_time(cast, policy):
    alert = raised()
    begin(alert)
    assert told() == [("alert", "operator")]
    escalating.sweep()
    assert levels_reached(alert) == [1]
    pass_minutes(5)
    escalating.sweep()
    assert told()[1:] == [("alert", "leader")]
    pass_minutes(9)
    escalating.sweep()
    assert levels_reached(alert) == [1, 2]
    pass_minutes(1)
    escalating.sweep()
    assert told()[2:] == [("alert", "administrator")]
    assert levels_reached(alert) == [1, 2, 3]
    assert Escalation.objects.get().next_at is None


def test_begun_or_swept_twice_nobody_is_told_twice(cast, policy):
    alert = raised()
    for _n in range(3):
        begin(alert)
        escalating.sweep()
    assert len(told()) == 1
    assert Message.objects.count() == 1


def test_who_is_on_watch_is_told_and_not_every_operator(cast, policy):
    now = timezone.now()
    other = type(cast["operator"]).objects.create_user("operator2")
    other.groups.set(cast["operator"].groups.all())
    hour = timedelta(hours=1)
    Watch.objects.create(
        user=cast["operator"], starts_at=now - hour, ends_at=now + hour
    )
    Watch.objects.create(user=other, starts_at=now - 9 * hour, ends_at=now - hour)
    begin(raised())
    assert told() == [("alert", "operator")]


def test_who_stayed_after_the_end_of_the_watch_is_on_watch(cast, policy):
    from layers.alerts.addressing import at_desk, desk_duty

    now, hour = timezone.now(), timedelta(hours=1)
    Watch.objects.create(
        user=cast["operator"],
        starts_at=now - 9 * hour,
        ends_at=now - hour,
        came_at=now - 9 * hour,
    )
    assert at_desk(now) == [cast["operator"].pk]
    assert desk_duty(cast["leader"].pk, now) is None


def test_those_who_may_not_see_the_alert_are_not_told(cast, policy):
    from gis_ioc.accounts.models import Scope

    Scope.objects.filter(user=cast["leader"]).update(all_units=False, units=[77])
    begin(raised(unit_id=78))
    pass_minutes(5)
    escalating.sweep()
    assert told() == [("alert", "operator")]


def test_an_acknowledgement_stops_it(cast, policy):
    alert = raised()
    begin(alert)
    services.acknowledge(alert.pk, services.SYSTEM)
    held = Escalation.objects.get()
    assert (held.next_at, held.ended_at is not None) == (None, True)
    pass_minutes(60)
    escalating.sweep()
    assert levels_reached(alert) == [1]


def test_one_that_must_be_seen_again_starts_anew(cast, policy):
    from layers.alerts.raising import happening

    alert = raised()
    begin(alert)
    services.acknowledge(alert.pk, services.SYSTEM)
    Alert.objects.filter(pk=alert.pk).update(acked_at=None)
    events.record([happening(alert, "alert.realarmed", timezone.now())])
    escalating.sweep()
    assert levels_reached(alert) == [1, 1]
    assert len(told()) == 2
    assert Escalation.objects.get().ended_at is None


def test_a_shelved_alert_waits_for_its_return(cast, policy):
    alert = raised()
    begin(alert)
    services.shelve(alert.pk, services.SYSTEM, minutes=30, reason="storm")
    pass_minutes(6)
    escalating.sweep()
    held = Escalation.objects.get()
    alert.refresh_from_db()
    assert levels_reached(alert) == [1]
    assert held.next_at == alert.shelved_until


def test_suppressed_and_grouped_alerts_ring_nowhere(cast, policy):
    root = raised()
    begin(raised(suppressed=True))
    begin(raised(root=root))
    assert not Escalation.objects.exists()


def test_levels_are_gone_through_again_as_often_as_the_policy_says(cast, policy):
    policy.loops = 2
    policy.save()
    alert = raised()
    begin(alert)
    for _n in range(12):
        pass_minutes(5)
        escalating.sweep()
    assert levels_reached(alert) == [1, 2, 3, 1, 2, 3]


def test_what_a_crash_kept_from_beginning_is_found(cast, policy):
    alert = raised()
    assert not Escalation.objects.exists()
    escalating.sweep()
    assert levels_reached(alert) == [1]


def test_old_alerts_do_not_flood_people_when_a_policy_comes_into_force(cast, policy):
    alert = raised()
    Alert.objects.filter(pk=alert.pk).update(
        known_at=timezone.now() - timedelta(hours=2)
    )
    escalating.sweep()
    assert not Escalation.objects.exists()


def test_a_crash_between_two_levels_repeats_nothing(cast, policy, monkeypatch):
    """Level, event and notice are one transaction: all of it or nothing."""
    alert = raised()
    begin(alert)
    pass_minutes(5)

    def broken(*args: object) -> None:
        raise ValueError("the power went away")

    with monkeypatch.context() as patch:
        patch.setattr(escalating, "_after", broken)
        escalating.sweep()
    assert levels_reached(alert) == [1]
    assert len(told()) == 1
    escalating.sweep()
    assert levels_reached(alert) == [1, 2]
    assert len(told()) == 2


def test_one_that_became_graver_follows_the_graver_policy(cast, policy):
    Policy.objects.create(
        slug="lesser",
        title="lesser",
        severities=["medium"],
        levels=[{"after_minutes": 0, "to": [{"kind": "watch"}]}],
    )
    alert = raised("medium")
    begin(alert)
    Alert.objects.filter(pk=alert.pk).update(severity="critical")
    alert.refresh_from_db()
    begin(alert)
    assert Escalation.objects.get().policy == policy
    assert Escalation.objects.get().next_at is not None


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ([], "levels"),
        ([{"after_minutes": 0, "to": []}], "levels.0.to"),
        ([{"after_minutes": 0, "to": [{"kind": "role"}]}], "levels.0.to.0"),
        ([{"after_minutes": 0, "to": [{"kind": "boss"}]}], "levels.0.to.0.kind"),
        ([LEVELS[1], LEVELS[0]], ""),
        ([{**LEVELS[0], "minutes": 3}], "levels.0.minutes"),
    ],
)
def test_levels_that_make_no_sense_are_refused_at_their_place(broken, place):
    with pytest.raises(ValidationError) as refused:
        escalating.levels(broken)
    assert place in ".".join(map(str, refused.value.errors()[0]["loc"]))


def test_the_words_are_in_the_reader_s_language_with_local_time(cast, policy):
    alert = raised()
    begin(alert)
    message = Message.objects.get()
    assert message.subject["en"].startswith("[Critical] Late boat: TH-90123-TS")
    assert message.subject["vi"] != message.subject["en"]
    local = timezone.localtime(alert.raised_at)
    assert f"{local:%H:%M %d/%m/%Y}" in message.body["en"]
    assert "TH-90123" not in message.short["en"]


def test_the_drawer_tells_who_was_told(cast, policy, client):
    alert = raised()
    begin(alert)
    client.force_login(cast["operator"])
    page = client.get(f"/drawer/alerts/{alert.pk}/?lang=en").content.decode()
    assert "Who was told" in page
    assert "operator, Message centre: delivered" in page
