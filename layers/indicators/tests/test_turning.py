from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from layers.core.models import Event
from layers.core.units import UnitTree
from layers.indicators import services, turning
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage

NOW = datetime(2026, 1, 15, tzinfo=UTC)


@pytest.fixture
def unit(province: UnitTree) -> int:
    """A commune of today."""
    today = timezone.localdate()
    communes = (n for n in province.nodes.values() if n.kind == "commune")
    return min(node.id for node in communes if node.valid_on(today))


@pytest.fixture
def on_time(db) -> Indicator:
    return Indicator.objects.create(
        code="ONTIME",
        subsystem="2b",
        title="Done on time",
        unit="%",
        direction="up",
        green=">=98",
        amber="95-98",
        red="<95",
    )


def last_month(back: int = 1) -> tuple[date, date]:
    first = timezone.localdate().replace(day=1)
    for _ in range(back):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
    return first, last


def publish(
    indicator: Indicator, unit: int, value, back=1, channel=Channel.FORM, hours=0
) -> None:
    start, end = last_month(back)
    made = Fact(
        indicator=indicator,
        unit_id=unit,
        period_start=start,
        period_end=end,
        value=Decimal(str(value)),
        vintage=Vintage.PRELIMINARY,
        published_at=NOW + timedelta(hours=hours),
        load=Load.objects.create(channel=channel, title="t", source="s"),
    )
    services.publish([made])


def told() -> list[tuple[str, float]]:
    rows = Event.objects.filter(layer="indicators").order_by("pk")
    return [(row.kind, row.new["value"]) for row in rows]


def test_a_month_that_turns_red_is_told_once_and_so_is_its_recovery(unit, on_time):
    publish(on_time, unit, 97, back=4)
    publish(on_time, unit, 94, back=3)
    publish(on_time, unit, 93, back=2)
    publish(on_time, unit, 99, back=1)
    assert told() == [(turning.TURNED_RED, 94), (turning.RECOVERED, 99)]
    event = Event.objects.get(kind=turning.TURNED_RED)
    assert (event.feature_id, event.unit_id) == (unit, unit)
    assert (event.old["value"], event.old["status"]) == (97, "amber")
    assert (event.new["code"], event.new["band"]) == ("ONTIME", "<95")
    assert event.title.endswith(": Done on time")
    assert (event.new["part"], event.new["part_title"]) == ("ONTIME", "Done on time")
    assert event.happened_at == NOW


def test_a_correction_that_turns_a_month_red_is_told(unit, on_time):
    publish(on_time, unit, 98)
    publish(on_time, unit, 90, hours=1)
    publish(on_time, unit, 90.5, hours=2)
    assert told() == [(turning.TURNED_RED, 90)]
    publish(on_time, unit, 96, hours=3)
    assert told()[-1] == (turning.RECOVERED, 96)


def test_the_same_figure_again_tells_nothing(unit, on_time):
    publish(on_time, unit, 97, back=2)
    publish(on_time, unit, 90)
    publish(on_time, unit, 90)
    assert told() == [(turning.TURNED_RED, 90)]


def test_a_first_figure_did_not_turn(unit, on_time):
    publish(on_time, unit, 90)
    assert told() == []


def test_made_up_figures_old_periods_and_late_news_tell_nothing(unit, on_time):
    publish(on_time, unit, 90, channel=Channel.DEMO)
    publish(on_time, unit, 90, back=15)
    publish(on_time, unit, 97, back=1, hours=1)
    publish(on_time, unit, 90, back=2, hours=2)
    assert told() == [(turning.RECOVERED, 97)], "a month before the newest is no news"


def test_a_computed_figure_that_turns_red_is_told_too(unit, on_time):
    done, whole = (
        Indicator.objects.create(
            code=code, subsystem="2b", title=code, unit="count", direction="none"
        )
        for code in ("DONE", "ALL")
    )
    Indicator.objects.filter(pk=on_time.pk).update(formula="share(DONE, ALL)")
    publish(done, unit, 99, back=2)
    publish(whole, unit, 100, back=2)
    publish(done, unit, 90)
    assert told() == []
    publish(whole, unit, 100)
    assert told() == [(turning.TURNED_RED, 90)]


def test_accidents_turn_red_against_the_same_month_of_the_year_before(unit):
    accidents = Indicator.objects.create(
        code="ACC",
        subsystem="4",
        title="Accidents",
        unit="count",
        direction="down",
        green="<-5% yoy",
        amber="+-5% yoy",
        red=">+5% yoy",
    )
    publish(accidents, unit, 316, back=13)
    publish(accidents, unit, 522, back=1, hours=1)
    event = Event.objects.get(kind=turning.TURNED_RED)
    assert event.new["against"] == 316
    assert event.new["cautions"] == ["near_doubling"]
