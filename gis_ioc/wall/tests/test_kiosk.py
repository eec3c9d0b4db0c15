"""Panels sign in by a link, and may do nothing but look."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from gis_ioc.accounts.models import AuditEntry, Scope, User
from gis_ioc.wall.kiosk.links import link
from gis_ioc.wall.models import Wall
from layers.core.spec import by_role

pytestmark = pytest.mark.django_db
ROOM = "/wall/room"


@pytest.fixture
def wall(cast):
    """Its panels sign in as an operator: the session says what they may not."""
    cache.clear()
    user = User.objects.create_user("wall-room")
    user.groups.add(Group.objects.get(name="operator"))
    Scope.objects.create(user=user, all_units=True)
    made = Wall.objects.create(slug="room", title="Room", columns=2, panel_user=user)
    Wall.objects.create(slug="other", title="Other")
    yield made
    cache.clear()


def pass_to(wall, panel=(2, 1), days=1.0):
    return link(wall, panel, timezone.now() + timedelta(days=days))


@pytest.fixture
def panel(client, wall):
    answer = client.get(pass_to(wall))
    assert answer["Location"] == "/wall/room/2/1"
    return client


def test_a_link_opens_its_panel_and_is_written_down(panel):
    assert panel.get("/wall/room/2/1").status_code == 200
    entry = AuditEntry.objects.get(action="open-display")
    assert entry.detail == {"wall": "room", "panel": [2, 1]}
    assert panel.get(pass_to(Wall.objects.get(slug="room"))).status_code == 302
    assert AuditEntry.objects.filter(action="open-display").count() == 1


def test_a_panel_reads_its_wall_and_the_data_of_the_map(panel):
    layer = by_role("alarms").slug
    for path in (
        "/wall/room",
        "/wall/room/1/1",
        "/wall/room/state",
        "/wall/room/bundle",
        "/api/v1/layers",
        f"/api/v1/layers/{layer}/features?limit=1",
    ):
        assert panel.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wall/",
        "/wall/other",
        "/wall/other/1/1",
        "/wall/roomy",
        "/wall/room/panels",
        "/wall/room/acts",
        "/wall/scenes/",
        "/console/",
        "/admin/",
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/uploads/",
        "/api/v1/docs",
        "/api/v1/openapi.json",
        "/wall/room/../other",
    ],
)
def test_a_panel_opens_no_other_page(panel, path):
    assert panel.get(path).status_code == 403


def test_a_panel_exports_nothing(panel):
    slug = by_role("alarms").slug
    for kind in ("csv", "geojson", "xlsx", "gpkg"):
        assert panel.get(f"/api/v1/layers/{slug}/export.{kind}").status_code == 403


def test_a_panel_writes_nothing_and_conducts_nothing(panel):
    slug = by_role("alarms").slug
    for method in ("post", "put", "patch", "delete"):
        for path in (
            "/wall/room/acts",
            "/wall/room",
            "/wall/room/panels/tell",
            f"/api/v1/{slug}/1/acknowledge",
            "/api/v1/layers",
        ):
            assert getattr(panel, method)(path).status_code == 403, (method, path)


def test_an_old_a_forged_and_a_foreign_link_open_nothing(client, wall):
    good = pass_to(wall)
    for wrong in (
        pass_to(wall, days=-1),
        good[:-2],
        good.replace("/room/", "/other/"),
        f"{ROOM}/enter",
        f"{ROOM}/enter?pass=%00",
    ):
        assert client.get(wrong).status_code == 403, wrong
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("change", ["links", "user", "closed", "staff"])
def test_revoked_links_open_nothing(client, wall, change, cast):
    good = pass_to(wall)
    user = wall.panel_user
    if change == "links":
        Wall.objects.filter(pk=wall.pk).update(links=2)
    elif change == "user":
        Wall.objects.filter(pk=wall.pk).update(panel_user=cast["leader"])
    elif change == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        User.objects.filter(pk=user.pk).update(is_staff=True)
    assert client.get(good).status_code == 403


def test_a_session_ends_when_its_link_is_revoked(panel, wall):
    assert panel.get("/wall/room/state").status_code == 200
    Wall.objects.filter(pk=wall.pk).update(links=2)
    cache.clear()  # what was checked is remembered for some seconds
    assert panel.get("/wall/room/state").status_code == 302
    assert "_auth_user_id" not in panel.session


def test_people_are_not_held_to_what_displays_may(client, cast, wall):
    client.force_login(cast["operator"])
    assert client.get("/wall/other").status_code == 200
    assert client.get("/wall/room/panels").status_code == 200


def test_a_display_that_somebody_signs_in_at_is_no_display_any_more(panel, cast):
    panel.force_login(cast["operator"])
    assert panel.get("/wall/other").status_code == 200


def run(*args):
    out = StringIO()
    call_command("wall_links", *args, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_a_link_a_panel_and_voids_old_ones(client, wall):
    lines = run("room", "--base", "https://ioc.example/")
    assert [line.split()[:2] for line in lines] == [["1", "1"], ["2", "1"]]
    address = lines[1].split()[2]
    assert address.startswith("https://ioc.example/wall/room/enter?pass=")
    path = address.removeprefix("https://ioc.example")
    assert client.get(path).status_code == 302
    run("room", "--revoke")
    cache.clear()
    client.logout()
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    "args",
    [
        ("nowhere",),
        ("other",),
        ("room", "--user", "nobody"),
        ("room", "--user", "boss"),
        ("room", "--days", "0"),
    ],
)
def test_the_command_says_what_is_wrong(wall, args):
    User.objects.create_superuser("boss", password="x")
    with pytest.raises(CommandError):
        run(*args)
