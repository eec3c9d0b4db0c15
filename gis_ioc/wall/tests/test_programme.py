"""Playlists and the week of a wall, as people change them."""

import json
from typing import Any

import pytest
from django.utils import translation

from gis_ioc.wall.models import Playlist, Slot

pytestmark = pytest.mark.django_db
ITEMS = [{"scene": "sea", "dwell_s": 30}, {"scene": "air", "dwell_s": 20}]
SLOT = {"days": [6, 7, 7], "begins": "08:00", "ends": "02:00", "playlist": "visitors"}


def posted(client: Any, url: str, values: Any) -> Any:
    return client.post(url, json.dumps(values), content_type="application/json")


@pytest.fixture
def operator(client, cast):  # type: ignore[no-untyped-def]
    client.force_login(cast["operator"])
    client.cookies["ioc_lang"] = "en"
    with translation.override("en"):
        yield client


def save(client: Any, known: int = 0, **more: Any) -> Any:
    draft = {"slug": "tour", "title": "Tour", "items": ITEMS, **more}
    return posted(client, "/wall/playlists/save", {"draft": draft, "known": known})


def test_a_playlist_is_saved_changed_and_deleted(operator) -> None:  # type: ignore[no-untyped-def]
    assert save(operator).json() == {"slug": "tour", "version": 1}
    assert save(operator, 1).json()["version"] == 1
    assert save(operator, 1, pause_on_alarm=False).json()["version"] == 2
    assert save(operator, 1, title="Late").status_code == 409
    operator.post("/wall/playlists/tour/delete", {"reason": ""})
    assert Playlist.objects.filter(slug="tour").exists()
    operator.post("/wall/playlists/tour/delete", {"reason": "over"})
    assert not Playlist.objects.filter(slug="tour").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": []}, "items"),
        ({"items": [{"scene": "gone", "dwell_s": 30}]}, "There is no scene gone"),
        ({"items": [{"scene": "sea", "dwell_s": 4}]}, "at least 5"),
        ({"slug": "day"}, "already"),
        ({"slug": "-"}, "look like"),
    ],
)
def test_a_playlist_that_cannot_play_is_refused(operator, change, words) -> None:  # type: ignore[no-untyped-def]
    answer = save(operator, **change)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_a_playlist_of_the_schedule_stays(operator) -> None:  # type: ignore[no-untyped-def]
    page = operator.post("/wall/playlists/day/delete", {"reason": "x"}, follow=True)
    assert b"The schedule of" in page.content
    assert Playlist.objects.filter(slug="day").exists()


def test_the_week_is_saved_whole_and_the_upper_slot_wins(operator) -> None:  # type: ignore[no-untyped-def]
    page = operator.get("/wall/schedule/main/")
    token = page.context["data"]["token"]
    week = [SLOT, *page.context["data"]["slots"]]
    answer = posted(
        operator, "/wall/schedule/main/save", {"slots": week, "token": token}
    )
    assert answer.status_code == 200, answer.content
    assert [slot["playlist"] for slot in answer.json()["slots"]] == [
        "visitors", "day", "night",
    ]  # fmt: skip
    assert answer.json()["slots"][0]["days"] == [6, 7]
    first = Slot.objects.filter(wall__slug="main").first()
    assert first is not None
    assert first.playlist.slug == "visitors"
    stale = {"slots": week[:1], "token": token}
    assert posted(operator, "/wall/schedule/main/save", stale).status_code == 409


@pytest.mark.parametrize(
    "change",
    [{"days": []}, {"days": [8]}, {"begins": "24:00"}, {"ends": "7:00"},
     {"playlist": "gone"}, {"begins": None}],
)  # fmt: skip
def test_a_slot_that_is_none_is_refused(operator, change) -> None:  # type: ignore[no-untyped-def]
    token = operator.get("/wall/schedule/main/").context["data"]["token"]
    values = {"slots": [{**SLOT, **change}], "token": token}
    assert posted(operator, "/wall/schedule/main/save", values).status_code == 422
    assert Slot.objects.filter(wall__slug="main").count() == 2


def test_others_see_the_programme_and_change_nothing(client, cast) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast["leader"])
    assert client.get("/wall/playlists/").status_code == 200
    token = client.get("/wall/schedule/main/").context["data"]["token"]
    assert save(client).status_code == 403
    values = {"slots": [], "token": token}
    assert posted(client, "/wall/schedule/main/save", values).status_code == 403
    client.post("/wall/playlists/visitors/delete", {"reason": "x"})
    assert Playlist.objects.filter(slug="visitors").exists()
    assert client.get("/wall/schedule/nowhere/").status_code == 404
