from __future__ import annotations

import csv
import io

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from layers.stations.indices import vn_aqi, vn_wqi
from layers.stations.models import IndexKind, Station, StationIndex
from layers.stations.public import throttle
from layers.stations.public.advice import advice
from layers.stations.tests.helpers import station

pytestmark = pytest.mark.django_db

PAGE = "/stations/public/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def say(where: Station, value: int | None, kind: str = "vn_aqi", **facts) -> None:
    at = timezone.now().replace(minute=0, second=0, microsecond=0)
    StationIndex.objects.create(
        station=where, kind=kind, period="hour", at=at, value=value, **facts
    )


@pytest.fixture
def anybody() -> Client:
    """Some stations of every kind; a client that did not sign in."""
    air = station("air", "TH_AIR", public=True, title="Open air", permit_no="secret-1")
    say(air, 168, parameter="PM2.5")
    say(station("surface_water", "TH_RIVER", public=True, title="Open river"), 48,
        "vn_wqi", parameter="COD")  # fmt: skip
    say(station("air", "TH_CLOSED", title="Closed air"), 20, parameter="PM10")
    station("effluent", "TH_PLANT", public=True, title="Waste water")
    say(station("air", "TH_OUT", public=True, active=False, title="Gone air"), 20)
    return Client()


def test_anybody_may_read_the_indices_of_public_stations_only(anybody):
    found = anybody.get(PAGE + "indices.json").json()["stations"]
    assert [row["station"] for row in found] == ["Open air", "Open river"]
    assert set(found[0]) == {
        "station", "place", "lon", "lat", "index", "value", "band", "colour",
        "dominant", "at", "advice", "reason",
    }  # fmt: skip
    assert (found[0]["index"], found[0]["value"], found[0]["dominant"]) == (
        "VN_AQI", 168, "PM2.5"
    )  # fmt: skip
    assert found[0]["colour"] == "#FF0000"
    page = anybody.get(PAGE).content.decode()
    for hidden in ("Closed air", "Waste water", "Gone air", "secret-1", "TH_AIR"):
        assert hidden not in page


@pytest.mark.parametrize(("language", "word"), [("vi", "X\u1ea5u"), ("en", "Bad")])
def test_the_page_names_index_band_pollutant_time_and_advice(anybody, language, word):
    page = anybody.get(f"{PAGE}?lang={language}").content.decode()
    with translation.override(language):
        for text in ("168", "VN_AQI", word, "PM2.5", advice(IndexKind.VN_AQI, 168)):
            assert text in page
    assert "pub-map" in page


def test_an_index_that_is_not_there_says_why(anybody):
    say(station("air", "TH_SHY", public=True, title="Shy"), None, reason="no_particles")
    station("air", "TH_MUTE", public=True, title="Mute")
    found = anybody.get(PAGE + "indices.json?lang=en").json()["stations"]
    why = {row["station"]: row["reason"] for row in found}
    assert why["Shy"] == "Neither PM2.5 nor PM10 was measured."
    assert why["Mute"] == "No values in the last three hours."
    assert why["Open air"] == ""


def test_the_files_carry_licence_and_delay_and_may_be_kept(anybody):
    answer = anybody.get(PAGE + "indices.json?lang=en")
    assert set(answer["Cache-Control"].split(", ")) == {"max-age=60", "public"}
    assert answer.json()["delay"] == "PT1H"
    assert "Preliminary" in answer.json()["about"]
    text = anybody.get(PAGE + "indices.csv?lang=en").content.decode("utf-8-sig")
    licence, _, rows = text.partition("\r\n")
    assert licence.startswith("# Preliminary")
    assert [row["value"] for row in csv.DictReader(io.StringIO(rows))] == ["168", "48"]


def test_the_list_is_read_once_a_minute(anybody, django_assert_num_queries):
    anybody.get(PAGE + "indices.json")
    with django_assert_num_queries(0):
        anybody.get(PAGE + "indices.json")


def test_it_can_only_be_read(anybody):
    for path in ("", "indices.json", "indices.csv"):
        assert anybody.post(PAGE + path).status_code == 405


def test_who_asks_too_often_has_to_wait(anybody, monkeypatch):
    monkeypatch.setattr(throttle, "MOST", 3)
    monkeypatch.setattr(throttle.time, "time", lambda: 1_700_000_010.0)
    answers = [anybody.get(PAGE + "indices.json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    other = anybody.get(PAGE + "indices.json", REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 200


def test_every_band_has_advice_in_both_languages():
    for kind, bands in (
        (IndexKind.VN_AQI, vn_aqi.BANDS),
        (IndexKind.VN_WQI, vn_wqi.BANDS),
    ):
        for edge, _slug, _colour in bands:
            texts = set()
            for language in ("vi", "en"):
                with translation.override(language):
                    texts.add(advice(kind, edge))
            assert len(texts) == 2
