"""A flood from the values of a river station to the order for its communes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.urls import reverse
from django.utils import timezone

from fixtures import Demo
from layers.alerts import clock, demo, ruleset
from layers.alerts.models import Alert
from layers.core import units
from layers.core.scope import everything
from layers.core.spec import by_role
from layers.stations.flood import board
from layers.stations.flood.queries import area_of, levels
from layers.stations.models import AlarmLevel, Reach

from .helpers import send, station, values

pytestmark = pytest.mark.django_db

STEP = 300.0


@pytest.fixture
def river(load_demo):
    load_demo(by_role(units.ROLE).slug)
    ruleset.forget()
    demo.load(Demo())
    found = station(
        "river", "GIANG", levels=(4.0, 5.5, 6.5), river="Ma",
        geom=Point(105.76, 19.873, srid=4326),
    )  # fmt: skip
    line = LineString((105.72, 19.90), (105.76, 19.873), (105.80, 19.86))
    Reach.objects.create(
        station=found, title="Ma at Giang", geom=MultiLineString(line, srid=4326),
        source="drawn",
    )  # fmt: skip
    yield found
    ruleset.forget()


def send_levels(where, found: list[float], *, before_min: float = 0.0) -> None:
    """Values five minutes apart, the last one so many minutes ago."""
    end = timezone.now().timestamp() // STEP * STEP - before_min * 60
    start = end - (len(found) - 1) * STEP
    for step, value in enumerate(found):
        send(values(where, ("Level", start + step * STEP, value)))


def rising(first: float, last: float, count: int) -> list[float]:
    return [first + (last - first) * n / (count - 1) for n in range(count)]


def only() -> Alert:
    return Alert.objects.get(rule__slug="river-over-level-1")


def test_a_rising_river_is_one_alert_that_rises(river):
    send_levels(river, rising(3.8, 4.2, 6), before_min=60)
    assert (only().severity, only().playbook, only().evidence["value"]) == (
        "medium", "", 1,
    )  # fmt: skip
    send_levels(river, rising(4.4, 5.6, 12))
    alert = only()
    assert (alert.severity, alert.playbook) == ("high", "river-over-level-2")
    assert (alert.evidence["value"], alert.evidence["limit_m"]) == (2, 5.5)
    assert "II" in alert.title
    assert Alert.objects.filter(layer="stations", root=None).count() == 1


def test_falling_water_clears_below_the_band_after_half_an_hour(river):
    send_levels(river, [4.1, *[3.95] * 8], before_min=60)
    assert only().active
    send_levels(river, [3.85] * 6, before_min=25)
    assert only().active
    send_levels(river, [3.85] * 3)
    assert not only().active


def test_the_board_tells_rate_and_time_and_sorts_by_urgency(river):
    other = station("river", "CALM", levels=(4.0,), geom=river.geom)
    send_levels(other, [2.0] * 13)
    send_levels(river, rising(4.5, 5.1, 13))
    rows = board.board(everything())
    assert [row.id for row in rows] == [river.pk, other.pk]
    first = rows[0]
    assert first.standing == 1
    assert first.rate_1h == pytest.approx(0.6, abs=0.01)
    assert first.next is not None
    assert first.next.number == 2
    assert first.hours == pytest.approx(0.4 / 0.6, abs=0.05)
    assert first.due == first.at + timedelta(hours=first.hours)
    assert rows[1].due is None


def test_the_order_lists_the_communes_of_the_reach_valid_today(river):
    area = area_of(river.pk, everything())
    assert area is not None
    assert area.reaches == ("Ma at Giang",)
    today = timezone.localdate()
    nodes = units.tree().nodes
    assert len(area.communes) >= 2
    for commune in area.communes:
        assert nodes[commune.id].kind == "commune"
        assert nodes[commune.id].valid_on(today)
    assert area.people == sum(c.people for c in area.communes if c.people)


def test_a_station_without_a_reach_speaks_for_a_circle_and_says_so(river):
    Reach.objects.all().delete()
    area = area_of(river.pk, everything())
    assert area is not None
    assert area.reaches == ()
    assert area.buffer_m == 5_000
    assert units.containing(river.geom.x, river.geom.y) in {
        commune.id for commune in area.communes
    }


def test_the_sheet_leads_to_a_directive_about_alert_and_area(river, cast, client):
    send_levels(river, rising(5.0, 5.6, 13))
    client.force_login(cast["operator"])
    page = client.get(reverse("stations:flood-sheet", args=[river.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    for commune in area_of(river.pk, everything()).communes:
        assert commune.title in text
    url = page.context["sheet"].url
    assert f"alert={only().pk}&area=" in url
    begun = client.get(url)
    assert begun.status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_draft_is_a_pdf_in_both_languages(river, cast, client, language):
    send_levels(river, rising(5.0, 5.6, 13))
    client.force_login(cast["operator"])
    url = reverse("stations:flood-draft", args=[river.pk])
    made = client.get(f"{url}?lang={language}")
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF")


def test_who_does_not_see_the_station_sees_no_sheet(river, cast, client):
    client.force_login(cast["outsider"])
    for name in ("flood-sheet", "flood-draft"):
        url = reverse(f"stations:{name}", args=[river.pk])
        assert client.get(url).status_code == 404


def test_alarm_levels_are_those_of_the_day(river):
    AlarmLevel.objects.filter(station=river, number=1).update(
        valid_to=date(2026, 6, 30)
    )
    AlarmLevel.objects.create(
        station=river, number=1, value_m=4.2, legal_source="newer",
        valid_from=date(2026, 7, 1),
    )  # fmt: skip
    june = timezone.make_aware(timezone.datetime(2026, 6, 30, 12))
    assert levels(river.pk, june)[0].value_m == 4.0
    assert levels(river.pk, june + timedelta(days=1))[0].value_m == 4.2
    assert [level.number for level in levels(river.pk)] == [1, 2, 3]


def test_the_alert_of_the_sheet_is_that_of_the_water(river, cast, client):
    send_levels(river, [3.0] * 3, before_min=20)
    clock.look(timezone.now().timestamp())
    assert Alert.objects.filter(rule__slug="station-late").exists()
    client.force_login(cast["operator"])
    page = client.get(reverse("stations:flood-sheet", args=[river.pk]))
    assert page.context["sheet"].alert is None


def test_a_time_that_is_none_is_refused_in_words(river, cast, client):
    client.force_login(cast["operator"])
    found = client.get(reverse("stations:flood") + "?at=noon")
    assert found.status_code == 400
    assert "at" in found.content.decode()
