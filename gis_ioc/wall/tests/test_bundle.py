"""The bundle: all that a wall can show, under a version."""

from __future__ import annotations

import pytest

from gis_ioc.wall import program
from gis_ioc.wall.models import Playlist, Scene, Slot, Wall

pytestmark = pytest.mark.django_db
BODY = {
    "panes": [
        {"id": "map", "kind": "map", "column": 0, "row": 0, "width": 24, "height": 12}
    ]
}


@pytest.fixture
def wall(db):
    Scene.objects.all().delete()
    Slot.objects.all().delete()
    Playlist.objects.all().delete()
    wall = Wall.objects.create(slug="room", title="Room", columns=2, bezel_px=8)
    Scene.objects.create(slug="one", title="One", body=BODY)
    Scene.objects.create(slug="broken", title="Broken", body={"panes": []})
    other = Wall.objects.create(slug="other", title="Other")
    Scene.objects.create(slug="theirs", title="Theirs", body=BODY, wall=other)
    items = [{"scene": slug, "dwell_s": 30} for slug in ("one", "gone")]
    row = Playlist.objects.create(slug="round", title="Round", items=items)
    Playlist.objects.create(slug="odd", title="Odd", items=[{"scene": "one"}])
    Slot.objects.create(
        wall=wall, days=[1, 7], begins="22:00", ends="06:30", playlist=row
    )
    return wall


def test_it_holds_canvas_scenes_playlists_and_schedule(wall):
    found = program.bundle(wall)
    assert found["canvas"]["width_px"] == wall.canvas.width_px
    assert list(found["scenes"]) == ["one"]
    assert found["scenes"]["one"]["body"]["panes"][0]["kind"] == "map"
    assert list(found["program"]["playlists"]) == ["round"]
    assert found["program"]["schedule"] == [
        {"days": [1, 7], "begins": 1320, "ends": 390, "playlist": "round"}
    ]
    assert found["program"]["utc_offset_min"] == 420
    assert found["program"]["fallback"] == "one"


def test_broken_and_missing_scenes_are_named(wall):
    left_out = program.bundle(wall)["left_out"]
    assert {entry["scene"] for entry in left_out} == {"broken", "gone"}
    assert all(entry["why"] for entry in left_out)


def test_the_version_changes_with_whatever_is_in_it_and_with_nothing_else(wall):
    versions = [program.version(wall)]
    for change in (
        lambda: Scene.objects.filter(slug="one").update(title="Eins"),
        lambda: Playlist.objects.filter(slug="round").update(pause_on_alarm=False),
        lambda: Slot.objects.update(ends="07:00"),
        lambda: Wall.objects.filter(pk=wall.pk).update(theme="light"),
    ):
        change()
        versions.append(program.version(wall))
    assert len(set(versions)) == len(versions)
    Scene.objects.filter(slug="theirs").update(title="Other")
    assert program.version(wall) == versions[-1]


def test_a_page_that_has_it_is_told_so(client, cast, wall):
    client.force_login(cast["officer"])
    first = client.get("/wall/room/bundle")
    assert first.json()["version"] in first["ETag"]
    again = client.get("/wall/room/bundle", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.cookies["ioc_lang"] = "en"
    other = client.get("/wall/room/bundle", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_strangers_get_none(client, wall):
    assert client.get("/wall/room/bundle").status_code == 302
