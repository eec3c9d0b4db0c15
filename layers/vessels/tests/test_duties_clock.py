"""The clock of duties over stored reports: what is told, when, and what is not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from layers.core.ingest import deliver
from layers.core.models import Event
from layers.vessels.duties import clock, placing, queries, services
from layers.vessels.identity import directory
from layers.vessels.models import (
    Device,
    Fitting,
    Outage,
    Provider,
    ReportingDuty,
    Vessel,
    VesselState,
)
from layers.vessels.reports import Builder

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    directory.forget()
    placing._told_by.clear()
    ReportingDuty.objects.create(code="vms", title="VMS", length_from_m=15)


def fleet(count: int, provider: str = "vnpt", length_m: float = 18) -> list[Vessel]:
    by = Provider.objects.create(code=provider, title=provider.upper())
    boats = Vessel.objects.bulk_create(
        Vessel(
            source="test", external_id=f"{provider}-{n}", title=f"{provider} {n}",
            vessel_class="fishing", registered=True, length_m=length_m,
        )
        for n in range(count)
    )  # fmt: skip
    devices = Device.objects.bulk_create(
        Device(key=f"vms:{provider}:{n}", kind="vms", provider=by) for n in range(count)
    )
    Fitting.objects.bulk_create(
        Fitting(device=device, vessel=boat)
        for device, boat in zip(devices, boats, strict=True)
    )
    return boats


def report(numbers: list[int], at: list[datetime], provider: str = "vnpt") -> None:
    """The boats report from the open sea, where each drifts a little."""
    builder = Builder()
    for number, moment in zip(numbers, at, strict=True):
        builder.add(
            key=f"vms:{provider}:{number}",
            receiver=provider,
            at=moment.timestamp(),
            lon=106.5 + number * 1e-4,
            lat=19.0 + (moment - START).total_seconds() * 1e-8,
            digest=hash((number, moment.timestamp())) >> 2,
        )
    with transaction.atomic():
        deliver("vessels", builder.build())


def told() -> Counter[str]:
    return Counter(
        Event.objects.filter(kind__regex=r"^(vms|device)\.").values_list(
            "kind", flat=True
        )
    )


def test_each_step_is_told_with_its_own_minute_however_late_the_clock_looks() -> None:
    boats = fleet(1)
    report([0], [START])
    clock.tick(START + timedelta(days=11))
    happened = dict(
        Event.objects.filter(
            feature_id=boats[0].pk, kind__startswith="vms"
        ).values_list("kind", "happened_at")
    )
    assert happened == {
        "vms.missed": START + 2.5 * HOUR,
        "vms.silent_6h": START + 6 * HOUR,
        "vms.silent_10d": START + timedelta(days=10),
    }


def test_nobody_is_accused_while_old_reports_are_still_being_read() -> None:
    fleet(30)
    now = datetime.now(UTC)
    heard = now - 10 * HOUR
    report(list(range(30)), [heard] * 30)
    clock.tick(now + timedelta(seconds=20))
    assert told() == {}
    assert not Outage.objects.exists()
    # ten more minutes, and nothing newer has come of these three
    report(list(range(3, 30)), [now] * 27)
    clock.tick(now + 10 * MINUTE)
    assert told() == {"vms.missed": 3, "vms.silent_6h": 3}
    missed = Event.objects.filter(kind="vms.missed").first()
    assert missed is not None
    assert missed.happened_at == heard + 2.5 * HOUR


def test_a_clock_that_looks_twice_or_starts_anew_tells_nothing_twice() -> None:
    fleet(1)
    report([0], [START])
    for _again in range(3):
        clock.tick(START + 7 * HOUR)
    assert told() == {"vms.missed": 1, "vms.silent_6h": 1}
    assert clock.tick(START + 7 * HOUR) == 0


def test_a_report_ends_the_silence_at_the_time_of_the_report() -> None:
    boats = fleet(1)
    report([0], [START])
    clock.tick(START + 7 * HOUR)
    report([0], [START + 8 * HOUR])
    clock.tick(START + 9 * HOUR)
    ended = Event.objects.get(kind="vms.reported")
    assert (ended.happened_at, ended.feature_id) == (START + 8 * HOUR, boats[0].pk)
    state = VesselState.objects.get(vessel=boats[0])
    assert (state.step, state.next_step) == ("", "missed")
    assert state.next_at == START + 10.5 * HOUR
    assert "vms.retracted" not in told()


def test_reports_that_were_only_late_take_the_accusation_back() -> None:
    fleet(1)
    report([0], [START])
    clock.tick(START + 3 * HOUR)
    assert told() == {"vms.missed": 1}
    report([0, 0], [START + 2 * HOUR, START + 4 * HOUR])
    clock.tick(START + 4 * HOUR)
    assert told() == {"vms.missed": 1, "vms.reported": 1, "vms.retracted": 1}


@pytest.mark.slow
def test_seven_hundred_silent_boats_are_one_outage_and_no_violation() -> None:
    count = 700
    fleet(count)
    fleet(1, "vishipel")
    numbers = list(range(count))
    phase = [timedelta(seconds=n * 7_200 / count) for n in numbers]
    report(numbers, [START + late for late in phase])
    report([0], [START + 2 * HOUR], "vishipel")
    now = began = START + 2 * HOUR
    # nothing comes for five hours
    while now < began + 5 * HOUR:
        now += 15 * MINUTE
        clock.tick(now)
    outage = Outage.objects.get()
    assert outage.provider.code == "vnpt"
    assert abs(outage.began_at - began) < 30 * MINUTE
    assert told()["vms.outage_began"] == 1
    # it comes back, boat by boat, and all goes on as before for twelve hours
    back, rounds = now, 0
    while now < back + 12 * HOUR:
        now += 20 * MINUTE
        due = [n for n in numbers if _reports(phase[n], back, now, 20 * MINUTE)]
        report(due, [now - MINUTE] * len(due))
        clock.tick(now)
        rounds += 1
    assert rounds == 36
    outage.refresh_from_db()
    assert outage.ended_at is not None
    accused = Event.objects.filter(
        kind__in=["vms.missed", "vms.silent_6h"]
    ).values_list("title", flat=True)
    assert set(accused) == {"vishipel 0"}
    assert told()["vms.outage_began"] == told()["vms.outage_ended"] == 1


def _reports(
    phase: timedelta, since: datetime, now: datetime, width: timedelta
) -> bool:
    """Whether a boat that reports every two hours does so in (now - width, now]."""
    gone = (now - since - phase) % (2 * HOUR)
    return now - since >= phase and gone < width


def test_one_boat_that_falls_silent_among_many_is_no_outage() -> None:
    boats = fleet(30)
    now = START
    for _round in range(8):
        report(list(range(1, 30)), [now] * 29)
        if _round == 0:
            report([0], [now])
        clock.tick(now + HOUR)
        now += 2 * HOUR
    assert not Outage.objects.exists()
    assert set(
        Event.objects.filter(kind="vms.missed").values_list("feature_id", flat=True)
    ) == {boats[0].pk}


def test_a_vessel_below_the_length_of_the_duty_is_never_accused() -> None:
    fleet(1, length_m=14.9)
    report([0], [START])
    clock.tick(START + timedelta(days=20))
    assert told() == {}


def test_the_second_device_of_a_vessel_does_not_count() -> None:
    boats = fleet(1)
    provider = Provider.objects.get()
    device = Device.objects.create(key="vms:vnpt:99", kind="vms", provider=provider)
    Fitting.objects.create(device=device, vessel=boats[0], counted=False)
    report([0], [START])
    report([99], [START + 2 * HOUR])
    clock.tick(START + 3 * HOUR)
    assert told() == {"vms.missed": 1}


def test_a_broken_device_is_told_and_a_position_by_phone_holds_its_clock(
    django_user_model: type,
) -> None:
    user = django_user_model.objects.create_user("fish")
    boats = fleet(1)
    report([0], [START])
    clock.tick(START + HOUR)
    services.declare_fault(boats[0], START + HOUR, user, reported_by="captain")
    services.declare_fault(boats[0], START + 2 * HOUR, user)
    clock.tick(START + 6 * HOUR)
    assert told() == {"device.broken": 1}
    services.report_position(boats[0], 106.6, 19.1, START + 6 * HOUR, user)
    clock.tick(START + 11 * HOUR)
    assert VesselState.objects.get(vessel=boats[0]).step == "broken"
    clock.tick(START + 12.5 * HOUR)
    assert told() == {"device.broken": 1, "device.report_due": 1}
    services.mend_fault(boats[0], START + 13 * HOUR, user)
    report([0], [START + 13 * HOUR])
    clock.tick(START + 13.5 * HOUR)
    assert VesselState.objects.get(vessel=boats[0]).step == ""


def test_a_list_of_a_past_moment_is_the_same_whenever_it_is_made() -> None:
    from layers.core.scope import everything

    boats = fleet(1)
    report([0], [START])
    clock.tick(START + 7 * HOUR)
    report([0], [START + 8 * HOUR])
    clock.tick(START + 9 * HOUR)
    grant = everything()
    assert queries.published("silent_6h", grant, START + 5 * HOUR) == []
    (line,) = queries.published("silent_6h", grant, START + 7 * HOUR)
    assert (line.vessel_id, line.since, line.at) == (boats[0].pk, START, START)
    assert queries.published("silent_6h", grant, START + 9 * HOUR) == []


def test_refused_entries_say_why(django_user_model: type) -> None:
    user = django_user_model.objects.create_user("fish")
    boats = fleet(1)
    with pytest.raises(services.RefusedError):
        services.log_contact(
            boats[0], services.Said(channel="smoke", outcome="reached"), user
        )
    with pytest.raises(services.RefusedError):
        services.report_position(boats[0], 206.6, 19.1, START, user)
    with pytest.raises(services.RefusedError):
        services.mend_fault(boats[0], START, user)
