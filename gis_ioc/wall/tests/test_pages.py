import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from gis_ioc.wall import queries
from gis_ioc.wall.models import Wall
from layers.core.scope import everything

pytestmark = pytest.mark.django_db


def test_the_migrations_bring_the_main_wall():
    wall = Wall.objects.get(slug="main")
    assert wall.canvas.width_px == 3840
    assert wall.sizes.text > 50


def test_bezels_are_part_of_the_canvas():
    wall = Wall(columns=3, rows=2, panel_width_px=1920, bezel_px=10)
    assert wall.canvas.width_px == 3 * 1920 + 2 * 10


def test_a_wall_without_size_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Wall.objects.create(slug="flat", title="x", pitch_mm=0)


def test_a_stranger_sees_neither_the_wall_nor_its_state(client):
    for name in ("wall", "wall-state"):
        answer = client.get(reverse(name, args=["main"]))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_the_page_names_its_wall_and_has_no_inline_script_without_nonce(client, cast):
    client.force_login(cast["operator"])
    page = client.get("/wall/main").content.decode()
    assert 'data-wall="main"' in page
    assert page.count("<script") == page.count("nonce=") + page.count("json")


def test_a_panel_is_one_part_of_the_wall_and_there_are_no_others(client, cast):
    client.force_login(cast["operator"])
    page = client.get("/wall/main/1/1").content.decode()
    assert 'data-column="1" data-row="1"' in page
    for place in ("2/1", "1/2", "0/1"):
        assert client.get(f"/wall/main/{place}").status_code == 404


def test_asking_for_the_state_keeps_the_display_signed_in(client, cast):
    client.force_login(cast["operator"])
    session = client.session
    session.set_expiry(60)
    session.save()
    answer = client.get("/wall/main/state")
    assert set(answer.json()) == {"release", "time", "layers"}
    assert client.session.get_expiry_age() > 3600


def test_only_layers_that_feeds_write_and_that_grow_old_are_counted():
    for layer in queries.measured(everything()):
        assert layer.ingest
        assert layer.freshness


def test_the_counts_add_up_to_the_rows_of_the_layer():
    for layer in queries.measured(everything()):
        fresh, stale = queries.count(layer, everything())
        assert fresh == 0
        assert stale >= 0


def test_the_only_wall_opens_at_once(client, cast):
    client.force_login(cast["operator"])
    assert client.get("/wall/")["Location"] == "/wall/main"


def test_an_unknown_wall_is_not_found(client, cast):
    client.force_login(cast["operator"])
    assert client.get("/wall/nowhere").status_code == 404
