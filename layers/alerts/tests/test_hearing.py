"""Rules over events: what other parts record raises, repeats and ends alerts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from layers.alerts import clock, grouping, hearing, queries, services
from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised
from layers.alerts.services import Who, save_rule
from layers.core import events
from layers.core.events import Happening
from layers.core.models import Event
from layers.core.scope import everything

from . import trial
from .trial import BOATS, START, Fix, deliver

SILENT = {"began": "vms.silent_6h", "ended": "vms.reported"}
OUTAGE = {"began": "vms.outage_began", "ended": "vms.outage_ended"}


def event_rule(params=SILENT, **changes):
    values = {"slug": "silent", "kind": "event", "zone_layer": "", "zone_filter": ""}
    return trial.rule(**{**values, **changes}, params=params)


def tell(
    kind: str, t: float, boat: int | None = 1, group: str = "", **more
) -> set[str]:
    """Record one event at START + t."""
    new = {"group": group} if group else None
    with transaction.atomic():
        return events.record(
            [
                Happening(
                    key=f"{kind}:{boat}:{group}:{t}",
                    kind=kind,
                    layer=BOATS,
                    feature_id=boat,
                    title=f"TH-{boat:05d}" if boat else f"Provider {group}",
                    lon=106.1,
                    lat=19.05,
                    new=new,
                    happened_at=datetime.fromtimestamp(START + t, UTC),
                    **more,
                )
            ]
        )


def the(boat: int | None = 1, **more) -> Alert:
    return Alert.objects.get(feature_id=boat, **more)


def test_an_event_raises_at_the_minute_it_happened_and_another_ends_it(world):
    event_rule(severity="high", legal_basis="Decree 26/2019, article 44")
    tell("vms.silent_6h", -3_600)
    alert = the()
    assert alert.raised_at.timestamp() == START - 3_600
    assert (alert.severity, alert.active, alert.unit_id) == (
        "high",
        True,
        world["east"],
    )
    assert alert.title == "Tau vao vung cam: TH-00001"
    assert alert.late
    tell("vms.reported", -60)
    alert.refresh_from_db()
    assert not alert.active
    assert alert.cleared_at.timestamp() == START - 60


def test_told_twice_it_is_raised_once(world):
    event_rule()
    assert tell("vms.silent_6h", 0)
    assert not tell("vms.silent_6h", 0)
    assert (the().repeats, Alert.objects.count()) == (0, 1)


def test_once_more_is_a_repeat_of_the_same_alert(world):
    event_rule()
    tell("vms.silent_6h", 0)
    tell("vms.reported", 10)
    tell("vms.silent_6h", 20)
    alert = the()
    assert (alert.repeats, alert.active, alert.cleared_at) == (1, True, None)


def test_other_kinds_other_layers_and_filtered_features_raise_nothing(world):
    event_rule(feature_filter="kind = 'cargo'")
    deliver(Fix(1, 0, 106.5, 19.5))
    tell("vms.silent_6h", 0)
    tell("vms.missed", 0)
    assert Alert.objects.count() == 0


def test_a_beginning_that_comes_late_does_not_stay(world):
    event_rule()
    tell("vms.reported", 100)
    tell("vms.silent_6h", 50)
    alert = the()
    assert not alert.active
    assert alert.cleared_at.timestamp() == START + 100


def test_an_end_that_comes_late_does_not_end_what_began_after(world):
    event_rule()
    tell("vms.silent_6h", 100)
    tell("vms.reported", 50)
    assert the().active


def test_without_an_end_it_is_momentary(world):
    event_rule({"began": "movement.encounter"})
    tell("movement.encounter", 0)
    alert = the()
    assert not alert.active
    assert alert.state == "cleared"


def test_what_nobody_tells_again_is_over_after_its_time(world):
    event_rule({"began": "distress.heard", "lasts_minutes": 30})
    tell("distress.heard", -40 * 60)
    tell("distress.heard", -35 * 60)
    assert the().active
    clock.tick()
    alert = the()
    assert not alert.active
    assert alert.cleared_at.timestamp() == START - 5 * 60
    clock.tick()
    assert Event.objects.filter(kind="alert.cleared").count() == 1


def test_what_is_told_again_lasts(world):
    event_rule({"began": "distress.heard", "lasts_minutes": 30})
    tell("distress.heard", -40 * 60)
    tell("distress.heard", -60)
    clock.tick()
    assert the().active


def test_a_provider_without_service_is_one_alert_over_all_its_boats(world):
    """The table: 7 boats are silent, then the outage is found, 3 more are told of,
    two report, the outage ends. While it lasts one of them is on the list; then the
    five that were silent before it are, and the three that came of it are closed."""
    reacted: list[Alert] = []
    outage = event_rule(OUTAGE, slug="outage", severity="high")
    event_rule()
    for boat in range(1, 8):
        tell("vms.silent_6h", boat, boat, group="vnpt")
    tell("vms.silent_6h", 9, 99, group="other")
    with alert_raised.override(Reaction("trial", reacted.append)):
        tell("vms.outage_began", 10, None, group="vnpt")
        for boat in range(8, 11):
            tell("vms.silent_6h", 10 + boat, boat, group="vnpt")
    root = the(None)
    assert (root.rule_id, root.group_key) == (outage.pk, "vnpt")
    assert root.title == "Tau vao vung cam: Provider vnpt"
    assert root.members.count() == 10
    assert [alert.pk for alert in reacted] == [root.pk]
    listed = queries.find(everything(), queries.AlertFilter())
    assert {alert.pk for alert in listed} == {root.pk, the(99).pk}
    for boat in (1, 2):
        tell("vms.reported", 50, boat, group="vnpt")
    assert root.active
    tell("vms.outage_ended", 60, None, group="vnpt")
    root.refresh_from_db()
    assert not root.active
    still = Alert.objects.filter(active=True, root=None, group_key="vnpt")
    assert sorted(still.values_list("feature_id", flat=True)) == [3, 4, 5, 6, 7]
    came_of_it = Alert.objects.filter(closed_reason=grouping.CAUSED)
    assert sorted(came_of_it.values_list("feature_id", flat=True)) == [8, 9, 10]


def test_seven_hundred_silent_boats_of_one_provider_end_as_nothing(world):
    """All at once first, as one tick of the clock finds them; then the outage, which
    is found to have begun before."""
    event_rule(OUTAGE, slug="outage")
    event_rule()
    with transaction.atomic():
        events.record(
            Happening(
                key=f"silent:{boat}", kind="vms.silent_6h", layer=BOATS,
                feature_id=boat, title=f"TH-{boat:05d}", new={"group": "vnpt"},
                happened_at=datetime.fromtimestamp(START, UTC),
            )
            for boat in range(1, 701)
        )  # fmt: skip
    assert queries.find(everything(), queries.AlertFilter()).count() == 1
    tell("vms.outage_began", -3_600, None, group="vnpt")
    (listed,) = queries.find(everything(), queries.AlertFilter())
    assert (listed.group_key, listed.member_count) == ("vnpt", 700)
    tell("vms.outage_ended", 60, None, group="vnpt")
    assert Alert.objects.filter(active=True).count() == 0
    (listed,) = queries.find(everything(), queries.AlertFilter())
    assert (listed.group_key, listed.state) == ("vnpt", "cleared")


def test_two_providers_are_two_alerts_of_one_rule(world):
    event_rule(OUTAGE)
    tell("vms.outage_began", 0, None, group="vnpt")
    tell("vms.outage_began", 0, None, group="vishipel")
    tell("vms.outage_began", 5, None, group="vnpt")
    found = Alert.objects.values_list("group_key", "repeats").order_by("group_key")
    assert list(found) == [("vishipel", 0), ("vnpt", 1)]


def test_closing_the_groups_alert_frees_its_members(world, cast):
    event_rule(OUTAGE, slug="outage")
    event_rule()
    tell("vms.outage_began", 0, None, group="vnpt")
    tell("vms.silent_6h", 1, 1, group="vnpt")
    assert the(1).root_id == the(None).pk
    who = Who(cast["operator"], everything())
    services.close(the(None).pk, who, reason="the provider answers")
    assert the(1).root_id is None


def test_what_alerts_and_rules_record_is_not_heard_by_rules(world):
    event_rule({"began": "zone.enter"})
    trial.rule()
    deliver(Fix(1, 0, 106.1, 19.05))
    assert list(Alert.objects.values_list("rule__slug", flat=True)) == ["closed"]


def test_what_is_withdrawn_is_closed_and_what_began_since_is_not(world):
    event_rule({**SILENT, "withdrawn": "vms.retracted"})
    for boat in (1, 2):
        tell("vms.silent_6h", 0, boat)
        tell("vms.reported", 0, boat)  # at the same moment: it never was
    tell("vms.silent_6h", 50, 2)
    for boat in (1, 2):
        tell("vms.retracted", 0, boat)
    assert the(1).closed_reason == hearing.WITHDRAWN
    assert (the(2).active, the(2).closed_at) == (True, None)


def test_a_rule_switched_off_ends_what_it_raised(world):
    rule = event_rule()
    tell("vms.silent_6h", -60)
    rule.enabled = False
    save_rule(rule)
    clock.tick()
    alert = the()
    assert not alert.active
    assert alert.cleared_at == rule.updated_at
    cleared = Event.objects.get(kind="alert.cleared")
    assert cleared.reason == "the rule was switched off"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"began": "Distress"},
        {"began": "distress.heard", "ended": "distress.heard"},
        {"began": "distress.heard", "lasts_minutes": 0},
    ],
)
def test_a_rule_that_could_hear_nothing_is_refused(world, params):
    with pytest.raises(ValidationError):
        event_rule(params)
