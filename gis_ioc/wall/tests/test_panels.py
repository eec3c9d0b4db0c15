"""The page of a wall's panels."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gis_ioc.wall import displays, panels
from gis_ioc.wall.models import Panel, Wall
from layers.core.scope import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def wall(db):
    made = Wall.objects.create(slug="room", title="Room", columns=2, rows=2)
    Panel.objects.create(wall=made, column=2, row=1, host="nuc-2")
    return made


def beat(wall, column, row, age_s=0.0, **stats):
    at = timezone.now() - timedelta(seconds=age_s)
    displays.deliver(
        [
            {
                "wall": wall.slug,
                "panel": [column, row],
                "at": int(at.timestamp() * 1000),
                "address": "10.0.0.7",
                "stats": stats,
            }
        ]
    )


def states(wall):
    rows = panels.grid(wall, everything(), timezone.now())
    return [[panel.state for panel in row] for row in rows]


def test_every_place_of_the_wall_is_shown_as_it_hangs(wall):
    assert states(wall) == [["never", "never"], ["never", "never"]]
    displays.configure([wall])
    beat(wall, 2, 1)
    beat(wall, 1, 2, age_s=30)
    assert states(wall) == [["never", "up"], ["old", "never"]]


def test_heartbeats_of_panels_that_no_wall_has_are_left_out(wall):
    beat(wall, 3, 1)
    displays.deliver([{"wall": "gone", "panel": [1, 1], "at": 0, "stats": {}}])
    assert states(wall) == [["never", "never"], ["never", "never"]]


def test_operators_see_it_and_what_is_wrong_stands_out(client, cast, wall):
    beat(wall, 2, 1, offset_ms=80.5, release="old-release", heap_mb=210)
    client.force_login(cast["operator"])
    page = client.get("/wall/room/panels").content.decode()
    assert page.count('class="card panel-card"') == 4
    assert "nuc-2" in page
    assert page.count("panel-wrong") == 2
    assert 'hx-get="/wall/room/panels"' in page


def test_panels_are_told_and_nothing_else_is(client, cast, wall, monkeypatch):
    sent = []
    monkeypatch.setattr("gis_ioc.wall.services.changes.send", sent.append)
    client.force_login(cast["operator"])
    tell = "/wall/room/panels/tell"
    assert client.post(tell, {"what": "identify", "panel": "2/1"}).status_code == 302
    assert client.post(tell, {"what": "reload"}).status_code == 302
    assert [entry["message"] for entry in sent] == [
        {"type": "wall.identify", "wall": "room", "panel": [2, 1]},
        {"type": "wall.reload", "wall": "room", "panel": None},
    ]
    for wrong in ({"what": "sing"}, {"what": "reload", "panel": "9/9"},
                  {"what": "reload", "panel": "x"}):  # fmt: skip
        assert client.post(tell, wrong).status_code == 400


def test_others_do_not_see_it(client, cast, wall):
    client.force_login(cast["officer"])
    assert client.get("/wall/room/panels").status_code == 403
    assert client.post("/wall/room/panels/tell", {"what": "reload"}).status_code == 403
