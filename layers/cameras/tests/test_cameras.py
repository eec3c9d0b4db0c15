"""Cameras: cones, health, credentials, and who sees what."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from fixtures.tables import table
from gis_ioc.accounts.models import Scope
from layers.cameras import demo as cameras_demo
from layers.cameras import queries, services
from layers.cameras.choices import State
from layers.cameras.models import Camera
from layers.cameras.secrets import UnsealError, seal, unseal
from layers.core import export, search
from layers.core.models import Event
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import registry

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECRET = "hunter2-of-the-camera"


def make(unit_id=None, lon=105.78, lat=19.81, **values) -> Camera:
    given = {
        "source": "test",
        "external_id": f"C-{lon}-{lat}-{unit_id}",
        "title": table("streets")[0]["name"],
        "kind": "fixed",
        "purpose": "traffic",
        "azimuth_deg": 90.0,
        "fov_deg": 60.0,
        "range_m": 100.0,
        "state": State.ONLINE,
        "state_since": START,
        **values,
    }
    return Camera.objects.create(
        unit_id=unit_id, geom=Point(lon, lat, srid=4326), **given
    )


def health(camera, minutes, state, *, seen=True, **values) -> services.Health:
    at = START + timedelta(minutes=minutes)
    return services.Health(
        source=camera.source,
        external_id=camera.external_id,
        at=at,
        state=state,
        seen=at if seen else None,
        **values,
    )


def test_the_cone_opens_towards_the_azimuth_and_has_the_range(db):
    camera = make()
    camera.refresh_from_db()
    west, south, east, north = camera.cone.extent
    metres_east = (east - 105.78) * 111_320 * 0.9408
    assert metres_east == pytest.approx(100, abs=1.5)
    assert west == pytest.approx(105.78)
    assert (north - south) * 110_600 == pytest.approx(100, abs=2)


def test_a_camera_that_sees_all_round_has_a_disc(db):
    camera = make(fov_deg=360.0)
    camera.refresh_from_db()
    assert camera.cone.contains(Point(105.7795, 19.81))
    assert camera.cone.contains(Point(105.7805, 19.81))


def test_without_azimuth_there_is_no_cone(db):
    camera = make(azimuth_deg=None)
    camera.refresh_from_db()
    assert camera.cone is None


def test_cameras_watching_a_place_are_those_whose_cone_holds_it(db):
    camera = make()
    make(lon=105.7801, azimuth_deg=270.0)
    found = list(queries.watching(everything(), 105.7805, 19.81))
    assert found == [camera]
    assert not queries.watching(Grant(units=frozenset({-1})), 105.7805, 19.81)


def test_health_changes_state_once_and_is_an_event(db):
    camera = make()
    reports = [health(camera, 5, State.OFFLINE, seen=False, reason="no frame 20 s")]
    first = services.apply(reports, 1)
    again = services.apply(reports, 2)
    camera.refresh_from_db()
    assert camera.state == State.OFFLINE
    assert camera.state_since == START + timedelta(minutes=5)
    assert not first.duplicate[0]
    assert again.duplicate[0]
    event = Event.objects.get(kind="camera.state")
    assert (event.old, event.new, event.reason) == (
        "online",
        "offline",
        "no frame 20 s",
    )


def test_late_health_reports_do_not_turn_the_clock_back(db):
    camera = make()
    services.apply([health(camera, 10, State.OFFLINE, seen=False)], 1)
    late = services.apply([health(camera, 4, State.DEGRADED)], 2)
    camera.refresh_from_db()
    assert late.duplicate[0]
    assert camera.state == State.OFFLINE


def test_reports_of_one_delivery_are_taken_in_order_of_time(db):
    camera = make()
    services.apply(
        [
            health(camera, 9, State.ONLINE),
            health(camera, 3, State.OFFLINE, seen=False),
        ],
        1,
    )
    camera.refresh_from_db()
    assert camera.state == State.ONLINE
    assert camera.last_seen == START + timedelta(minutes=9)
    assert Event.objects.filter(kind="camera.state").count() == 2


def test_a_disabled_camera_stays_disabled(db):
    camera = make(state=State.DISABLED)
    applied = services.apply([health(camera, 5, State.ONLINE)], 1)
    camera.refresh_from_db()
    assert applied.duplicate[0]
    assert camera.state == State.DISABLED


def test_health_of_an_unknown_camera_is_not_taken(db):
    camera = make()
    unknown = services.Health(
        source="test", external_id="none", at=timezone.now(), state=State.ONLINE
    )
    assert services.apply([unknown], 1).duplicate[0]
    assert Camera.objects.get() == camera


def test_pictures_alone_leave_no_history(db):
    camera = make()
    services.apply([health(camera, m, State.ONLINE) for m in range(1, 5)], 1)
    assert camera.events.count() == 1
    services.apply([health(camera, 9, State.OFFLINE, seen=False)], 2)
    assert camera.events.count() == 2


def test_credentials_are_sealed_in_the_database_and_open_again(db):
    camera = make(credentials=seal("viewer", SECRET))
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM cameras_camera")
        (stored,) = cursor.fetchone()
        cursor.execute("SELECT to_jsonb(e)::text FROM cameras_cameraevent e")
        (history,) = cursor.fetchone()
    assert SECRET.encode() not in bytes(stored)
    assert "credentials" not in history
    camera.refresh_from_db()
    assert unseal(camera.credentials) == ("viewer", SECRET)


def test_older_keys_still_open_what_they_sealed(settings):
    sealed = seal("viewer", SECRET)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" * 5
    with pytest.raises(UnsealError):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == ("viewer", SECRET)


def test_the_database_refuses_an_address_with_a_password(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(stream_address=f"rtsp://viewer:{SECRET}@10.0.0.7/1")


def admin_form(camera: Camera, **values) -> dict[str, str]:
    return {
        "source": camera.source,
        "external_id": camera.external_id,
        "title": camera.title,
        "geom": json.dumps({"type": "Point", "coordinates": [105.78, 19.81]}),
        "kind": "fixed",
        "purpose": "traffic",
        "azimuth_deg": "90",
        "fov_deg": "60",
        "range_m": "100",
        "stream_kind": "rtsp",
        "state": "online",
        "stream_address": "",
        **values,
    }


def test_the_admin_takes_credentials_and_never_shows_them(cast):
    camera = make()
    client = Client()
    client.force_login(make_staff(cast["administrator"]))
    url = f"/admin/cameras/camera/{camera.pk}/change/"
    form = admin_form(camera, stream_address=f"rtsp://viewer:{SECRET}@10.0.0.7:554/1")
    answer = client.post(url, form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    camera.refresh_from_db()
    assert camera.stream_address == "rtsp://10.0.0.7:554/1"
    assert unseal(camera.credentials) == ("viewer", SECRET)
    assert SECRET not in client.get(url).content.decode()


def make_staff(user):
    user.is_staff = True
    user.save()
    return user


def test_saving_the_form_without_credentials_keeps_them(cast):
    camera = make(credentials=seal("viewer", SECRET))
    client = Client()
    client.force_login(make_staff(cast["administrator"]))
    client.post(f"/admin/cameras/camera/{camera.pk}/change/", admin_form(camera))
    camera.refresh_from_db()
    assert unseal(camera.credentials) == ("viewer", SECRET)


@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_no_export_carries_credentials_or_the_stream_address(db, fmt):
    make(credentials=seal("viewer", SECRET), stream_address="rtsp://10.0.0.7/inner")
    written = b"".join(
        export.FORMATS[fmt].write(
            registry["cameras"], everything(), FeatureQuery(limit=10)
        )
    )
    assert len(written) > 50
    for word in (b"credentials", b"inner", b"gAAAA", SECRET.encode()):
        assert word not in written


def test_rows_of_other_units_are_not_there(commune):
    here, there = commune(0), commune(100)
    mine = make(*here)
    make(*there)
    grant = Grant(layers=frozenset(["cameras"]), units=frozenset([here[0]]))
    found = features(registry["cameras"], grant, FeatureQuery())
    assert [row["id"] for row in found] == [mine.pk]


def test_cones_keep_to_scope_and_filter(cast, commune):
    here, there = commune(0), commune(100)
    make(*here)
    make(*there)
    officer = cast["operator"]
    officer.scopes.all().delete()
    Scope.objects.create(user=officer, units=[here[0]])
    client = Client()
    client.force_login(officer)
    url = "/api/v1/cameras/cones?bbox=104,19,107,21"
    found = client.get(url).json()["features"]
    assert len(found) == 1
    assert found[0]["geometry"]["type"] == "Polygon"
    assert client.get(f"{url}&filter=state='offline'").json()["features"] == []
    assert client.get(f"{url}&filter=credentials='x'").status_code == 400
    assert client.get("/api/v1/cameras/cones?bbox=1,2").status_code == 400


def test_cones_are_not_there_for_those_without_the_layer(cast):
    client = Client()
    client.force_login(cast["environment"])
    assert client.get("/api/v1/cameras/cones?bbox=104,19,107,21").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_opens_in_both_languages(cast, commune, language):
    with translation.override(language):
        word = str(State.OFFLINE.label)
    camera = make(*commune(3), credentials=seal("viewer", SECRET))
    services.apply([health(camera, 5, State.OFFLINE, seen=False)], 1)
    client = Client()
    client.force_login(cast["operator"])
    page = client.get(f"/drawer/cameras/{camera.pk}/?lang={language}")
    assert page.status_code == 200
    assert word in page.content.decode()
    assert SECRET not in page.content.decode()


def test_search_forgives_missing_diacritics(db):
    camera = make()
    hits = search.search("le loi", everything(), only=["cameras"])
    assert [hit.id for hit in hits] == [camera.pk]


def test_the_past_shows_the_state_of_then(db):
    camera = make()
    before = timezone.now()
    Camera.objects.filter(pk=camera.pk).update(state=State.OFFLINE)
    with connection.cursor() as cursor:
        # inside one test all rows have the time of its transaction
        cursor.execute(
            "UPDATE cameras_cameraevent SET pgh_created_at = %s + interval '1 h'"
            " WHERE pgh_label = 'update'",
            [before],
        )
    found = features(registry["cameras"], everything(), FeatureQuery(at=before))
    assert [row["properties"]["state"] for row in found] == ["online"]


def test_a_tile_holds_the_cameras(db):
    make()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'cameras', 4096, 'geom', 'id') FROM (SELECT id, title,"
            " state, azimuth_deg, ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS geom"
            " FROM cameras_camera) AS t"
        )
        (tile,) = cursor.fetchone()
    assert b"azimuth_deg" in bytes(tile)


def test_the_demo_places_120_cameras_in_communes(province):
    assert cameras_demo.load(province) == 120
    assert Camera.objects.filter(unit_id=None).count() == 0
    assert Camera.objects.filter(cone=None).count() == 0
    assert Camera.objects.exclude(state=State.ONLINE).exists()
