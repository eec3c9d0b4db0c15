"""The VMS simulator: functions of time, and readable by our own feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.simulate import vms
from feeds.simulate.vms_wire import BODIES
from feeds.vms.config import settings_of
from feeds.vms.reading import entries
from fixtures import Demo

DAY = datetime(2026, 11, 22, tzinfo=UTC)
START = DAY.timestamp()
HOUR = 3_600.0


@pytest.fixture(scope="module")
def boats() -> list[vms.VmsBoat]:
    return vms.fleet(Demo(today=DAY))


def test_every_large_boat_reports_each_two_hours_or_more_often(boats):
    assert len(boats) == 1_014
    found = vms.messages(boats, START, START + 2 * HOUR)
    assert {m.device for m in found} == {b.device for b in boats}
    often = [b for b in boats if b.every_s == vms.OFTEN_S]
    assert len(found) == len(boats) + 3 * len(often)
    by_minute = [0] * 120
    for message in found:
        by_minute[min(int((message.at - START) // 60), 119)] += 1
    assert max(by_minute) < 40


def test_spans_one_after_the_other_give_what_the_whole_gives(boats):
    whole = vms.messages(boats[:50], START, START + 6 * HOUR)
    parts = [
        m for n in range(6)
        for m in vms.messages(boats[:50], START + n * HOUR, START + (n + 1) * HOUR)
    ]  # fmt: skip
    assert parts == whole


def test_an_outage_silences_a_provider_and_may_deliver_later(boats):
    since, until = START + HOUR, START + 9 * HOUR
    span = (START, START + 12 * HOUR)
    usual = vms.messages(boats, *span)
    lost = vms.messages(boats, *span, [vms.Trouble("vnpt", "outage", since, until)])
    gone = [m for m in usual if m.provider == "vnpt" and since <= m.at < until]
    assert len({m.device for m in gone}) > 600
    assert sorted(m.at for m in usual) == sorted(
        [m.at for m in lost] + [m.at for m in gone]
    )
    late = vms.messages(
        boats, *span, [vms.Trouble("vnpt", "outage", since, until, buffered=True)]
    )
    assert len(late) == len(usual)
    held = [m for m in late if m.sent_at != m.at]
    assert {m.sent_at for m in held} == {until}
    assert len(held) == len(gone)
    assert (
        vms.messages(
            boats, until - 1, until, [vms.Trouble("vnpt", "outage", since, until, True)]
        )[-1].sent_at
        == until
    )


def test_a_boat_can_fall_silent_or_break(boats):
    one = boats[3]
    span = (START, START + 12 * HOUR)
    assert not vms.messages([one], *span, [vms.Trouble(one.registration, "silence")])
    broken = vms.messages([one], *span, [vms.Trouble(one.registration, "broken")])
    assert broken
    assert {m.lon for m in broken} == {None}


@pytest.mark.parametrize("protocol", BODIES)
def test_what_is_sent_is_what_our_feed_reads(boats, protocol):
    sent = vms.messages(boats[:40], START, START + 4 * HOUR)
    body, _type = BODIES[protocol](sent)
    found = [
        entry.report
        for entry in entries(
            body, settings=settings_of({}), provider="p", received_at=START + 9 * HOUR
        )
    ]
    assert len(found) == len(sent)
    for message, report in zip(sent, found, strict=True):
        assert report is not None
        assert report.device == message.device
        assert report.at == pytest.approx(message.at, abs=60)
        assert report.lat == pytest.approx(message.lat, abs=0.0006)
        assert report.lon == pytest.approx(message.lon, abs=0.0006)


def test_ais_and_vms_of_a_boat_are_at_the_same_place(boats):
    from feeds.simulate import ais

    demo = Demo(today=DAY)
    by_name = {b.name: b for b in ais.build(demo)}
    both = [b for b in boats if b.registration.replace("-", " ") in by_name]
    assert len(both) > 800
    for boat in both[:50]:
        other = by_name[boat.registration.replace("-", " ")]
        assert boat.voyage.fix(START) == other.voyage.fix(START)


def test_troubles_of_other_simulators_are_left_alone(boats):
    texts = ["TH_LAMSON=exceed", "VNPT=outage", f"{boats[0].registration}=broken"]
    assert [t.kind for t in vms.parse_troubles(texts, boats)] == ["outage", "broken"]
    with pytest.raises(ValueError, match="outage, silence, broken"):
        vms.parse_troubles(["VNPT=flood"], boats)
