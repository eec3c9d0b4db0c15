"""Press items: once each, in their place, corrected by people."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from layers.core import export, search
from layers.core.ingest import deliver
from layers.core.models import Event
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from layers.press import demo as press_demo
from layers.press import queries
from layers.press.choices import Precision, Tone
from layers.press.models import Outlet, PressItem
from layers.press.services import NewItem

LAYER = "press"
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget_places():
    queries.gazetteer.forget()
    yield
    queries.gazetteer.forget()


def told(name="p-1", **values) -> NewItem:
    given = {
        "source": "test-feed",
        "external_id": name,
        "title": "Nothing in particular",
        "url": f"https://paper.example/{name}",
        "published_at": START,
        "outlet": "Paper of the test",
        **values,
    }
    return NewItem(**given)


def enter(*records: NewItem):
    with transaction.atomic():
        return deliver(LAYER, list(records))


def about(province, number: int, name="p-1", **values) -> NewItem:
    return told(name, title=f"{province.communes[number].name}: news", **values)


def test_an_item_told_twice_is_one(province):
    assert enter(told(), told()).duplicate.tolist() == [False, True]
    assert enter(told(title="changed")).duplicate.tolist() == [True]
    assert PressItem.objects.count() == 1


def test_the_same_link_by_another_feed_is_the_same_item(province):
    enter(told())
    again = enter(told(source="other", external_id="x", url=told().url))
    assert again.duplicate.tolist() == [True]
    with pytest.raises(IntegrityError), transaction.atomic():
        PressItem.objects.create(
            source="third",
            external_id="y",
            title="x",
            url=told().url,
            published_at=START,
            outlet=Outlet.objects.get(),
        )


def test_items_without_a_link_are_told_apart_by_their_guid(province):
    assert enter(told("a", url=""), told("b", url="")).duplicate.tolist() == [
        False,
        False,
    ]


def test_the_place_is_the_commune_that_the_title_names(province, commune):
    enter(about(province, 20))
    item = PressItem.objects.get()
    unit_id, lon, lat = commune(20)
    assert item.unit_id == unit_id
    assert item.precision == Precision.COMMUNE
    assert item.place == province.communes[20].name
    north = (item.geom.y - lat) * 111_320
    east = (item.geom.x - lon) * 111_320 * 0.94
    assert (north**2 + east**2) ** 0.5 <= 460


def test_a_former_district_leads_to_the_commune_of_its_seat(province):
    district = next(d for d in province.districts if d.type == "district")
    enter(told(title=f"{district.name}: news"))
    item = PressItem.objects.get()
    home = province.unit_at(*district.seat)
    assert item.precision == Precision.AREA
    assert item.place == district.name
    assert home is None or item.unit_id is not None


def test_items_of_one_place_do_not_lie_on_each_other(province):
    enter(*(about(province, 20, f"p-{n}") for n in range(8)))
    points = {tuple(item.geom.coords) for item in PressItem.objects.all()}
    assert len(points) >= 6


def test_an_item_without_a_place_is_kept_but_not_on_the_map(province):
    applied = enter(told())
    assert PressItem.objects.get().geom is None
    assert len(applied.observed) == 0
    assert len(features(registry[LAYER], everything(), FeatureQuery())) == 1


def test_an_unknown_outlet_is_registered_as_not_licensed(province):
    Outlet.objects.create(domain="known.example", name="Known", licensed=True)
    enter(told(), told("k", url="https://www.known.example/1", outlet="other name"))
    assert Outlet.objects.get(domain="paper.example").licensed is False
    assert Outlet.objects.get(domain="known.example").name == "Known"
    assert PressItem.objects.get(external_id="k").outlet.licensed


def test_a_person_corrects_the_tone_and_the_correction_is_history(cast, province):
    enter(about(province, 20))
    item = PressItem.objects.get()
    user = cast["administrator"]
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    page = client.get(f"/admin/press/pressitem/{item.pk}/change/")
    initial = page.context["adminform"].form.initial
    form = {
        "source": initial["source"],
        "external_id": initial["external_id"],
        "title": initial["title"],
        "unit_id": initial["unit_id"],
        "geom": json.dumps({"type": "Point", "coordinates": [*item.geom.coords]}),
        "outlet": initial["outlet"],
        "url": initial["url"],
        "published_at_0": "2026-11-20",
        "published_at_1": "15:00:00",
        "topic": "health",
        "human_tone": "positive",
        "verified": "true",
    }
    answer = client.post(f"/admin/press/pressitem/{item.pk}/change/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    shown = features(registry[LAYER], everything(), FeatureQuery())[0]["properties"]
    assert (shown["tone"], shown["tone_corrected"]) == ("positive", True)
    assert (shown["topic"], shown["verified"]) == ("health", "true")
    before, after = item.events.order_by("pgh_id")
    assert (before.human_tone, after.human_tone) == ("", "positive")


def test_the_past_shows_what_was_published_by_then(province):
    enter(told(), told("p-2", published_at=START + timedelta(days=2)))
    layer = registry[LAYER]
    for at, number in ((-1, 0), (1, 1), (3, 2)):
        query = FeatureQuery(at=START + timedelta(days=at))
        assert len(features(layer, everything(), query)) == number


def test_rows_of_other_units_are_not_there(province, commune):
    enter(about(province, 0), about(province, 100, "p-2"), told("p-3"))
    grant = Grant(layers=frozenset([LAYER]), units=frozenset([commune(0)[0]]))
    found = features(registry[LAYER], grant, FeatureQuery())
    assert [row["properties"]["external_id"] for row in found] == ["p-1"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_opens_in_both_languages(cast, province, language):
    enter(about(province, 20), about(province, 20, "p-2"))
    with translation.override(language):
        word = str(Tone.NEUTRAL.label)
    client = Client()
    client.force_login(cast["operator"])
    item = PressItem.objects.order_by("pk").first()
    page = client.get(f"/drawer/press/{item.pk}/?lang={language}")
    text = page.content.decode()
    assert page.status_code == 200
    assert word in text
    assert 'rel="noopener noreferrer"' in text
    assert text.count('class="drawer-links"') == 1


def test_an_item_without_a_place_has_a_drawer_too(cast, province):
    enter(told())
    client = Client()
    client.force_login(cast["operator"])
    assert client.get(f"/drawer/press/{PressItem.objects.get().pk}/").status_code == 200


def test_a_title_cannot_bring_its_own_markup(cast, province):
    enter(told(title="<script>alert(1)</script>", summary="<b>x</b>"))
    client = Client()
    client.force_login(cast["operator"])
    page = client.get(f"/drawer/press/{PressItem.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_search_forgives_missing_diacritics(province):
    enter(told(title=province.table("streets")[0]["name"]))
    hits = search.search("le loi", everything(), only=[LAYER])
    assert [hit.id for hit in hits] == [PressItem.objects.get().pk]


def test_volume_and_negative_share_by_day(province):
    enter(
        told(),
        told("p-2", published_at=START + timedelta(hours=1)),
        told("p-3", published_at=START + timedelta(days=1)),
    )
    PressItem.objects.filter(external_id="p-2").update(human_tone="negative")
    rows = queries.by_day(everything(), START, START + timedelta(days=5))
    assert [(row["number"], row["negative"]) for row in rows] == [(2, 1), (1, 0)]


@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_every_format_exports(province, fmt):
    enter(told(), about(province, 20, "p-2"))
    write = export.FORMATS[fmt].write
    written = b"".join(write(registry[LAYER], everything(), FeatureQuery(limit=10)))
    if fmt == "xlsx":
        with zipfile.ZipFile(io.BytesIO(written)) as book:
            written = b"".join(book.read(name) for name in book.namelist())
    assert b"Paper of the test" in written


def test_a_tile_holds_the_items_with_a_place(province):
    enter(told(), about(province, 20, "p-2"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'press', 4096, 'geom', 'id') FROM (SELECT id, title,"
            " tone, topic, ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS geom"
            " FROM press_map WHERE shape IS NOT NULL) AS t"
        )
        (tile,) = cursor.fetchone()
    assert b"topic" in bytes(tile)


def test_the_demo_is_read_placed_and_marked_as_demo(province):
    assert press_demo.load(province) == 900
    assert not PressItem.objects.exclude(source="demo").exists()
    assert not Outlet.objects.exclude(name__endswith="(DEMO)").exists()
    assert not Outlet.objects.exclude(domain__endswith=".example").exists()
    assert not PressItem.objects.filter(unit_id=None).exists()
    tones = set(PressItem.objects.values_list("machine_tone", flat=True))
    assert tones == set(Tone.values)
    assert Event.objects.filter(kind="press.published").count() == 900


def test_the_hash_proves_the_snapshot(province):
    digest = hashlib.sha256(b"document").hexdigest()
    enter(told(snapshot_sha256=digest))
    shown = features(registry[LAYER], everything(), FeatureQuery())[0]["properties"]
    assert shown["snapshot_sha256"] == digest
