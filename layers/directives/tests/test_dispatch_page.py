"""Drafting on the page: from anything, saved once, changed until it is signed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from layers.alerts.models import Alert
from layers.alerts.tests import trial
from layers.alerts.tests.trial import Fix, deliver, rule
from layers.core.models import Event
from layers.core.spec import by_role, registry
from layers.core.units import ROLE
from layers.directives.models import Directive, Playbook

API = "/api/v1/directives/dispatch"
AREA = {
    "type": "Polygon",
    "coordinates": [[[105.95, 19], [106.05, 19], [106.05, 19.1], [105.95, 19]]],
}


@pytest.fixture
def draft(world):
    return {
        "key": "0123456789abcdef",
        "title": "Look around",
        "body": "Look around and tell",
        "severity": "low",
        "geometry": AREA,
        "needed_min": 60,
        "legal_min": 1_440,
        "document_no": "12/UBND",
        "tasks": [
            {"unit": world["west"], "co_units": [world["east"]]},
            {"unit": world["east"], "body": "From the east", "needed_min": 30},
        ],
    }


@pytest.fixture
def operator(people, client):
    client.force_login(people["operator"].user)
    return client


def screen(client, url: str) -> dict:
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()[-800:]
    text = page.content.decode()
    begin = text.index('<script id="dsp-screen"')
    return json.loads(text[text.index(">", begin) + 1 : text.index("</script>", begin)])


def post(client, url: str, body: dict, method: str = "post"):
    return getattr(client, method)(url, body, content_type="application/json")


def test_a_drawn_area_makes_a_draft_with_a_task_for_each_lead(operator, draft, world):
    answer = post(operator, API, draft)
    assert answer.status_code == 200, answer.content
    directive = Directive.objects.get()
    assert (directive.status, directive.document_no) == ("draft", "12/UBND")
    assert answer.json()["url"] == f"/directives/{directive.pk}/"
    west, east = directive.tasks.order_by("pk")
    assert (west.unit_id, west.co_units, west.minutes_needed) == (
        world["west"], [world["east"]], 60,
    )  # fmt: skip
    assert (east.unit_id, east.body, east.minutes_needed) == (
        world["east"], "From the east", 30,
    )  # fmt: skip
    assert directive.scope_units == [], "a draft is addressed to nobody yet"


def test_sent_twice_it_is_one_draft_and_one_event(operator, draft):
    first, second = (post(operator, API, draft).json() for _ in range(2))
    assert first == second
    assert Directive.objects.count() == 1
    kinds = Event.objects.filter(layer="directives").values_list("kind", flat=True)
    assert list(kinds) == ["directive.drafted"]


def test_what_was_changed_before_it_was_sent_again_is_kept(operator, draft):
    post(operator, API, draft)
    post(operator, API, {**draft, "title": "Look again", "tasks": draft["tasks"][:1]})
    directive = Directive.objects.get()
    assert directive.title == "Look again"
    assert directive.tasks.count() == 1
    assert Event.objects.filter(kind="directive.redrafted").count() == 1


def test_every_mistake_is_named_with_its_field_and_nothing_is_stored(operator, draft):
    wrong = {
        **draft,
        "title": " ",
        "needed_min": 2_000,
        "supervisor": 999_999,
        "geometry": {"type": "Polygon", "coordinates": [[[105, 19], [106, 19]]]},
        "tasks": [draft["tasks"][0], {"unit": 999_999}, draft["tasks"][0]],
    }
    answer = post(operator, API, wrong)
    assert answer.status_code == 422
    assert set(answer.json()["problems"]) >= {
        "title", "needed_min", "supervisor", "geometry", "tasks.1.unit",
        "tasks.2.unit",
    }  # fmt: skip
    assert not Directive.objects.exists()


def test_only_a_leader_signs_at_once(operator, draft, people, client):
    assert post(operator, API, {**draft, "sign": True}).status_code == 403
    assert not Directive.objects.exists()
    client.force_login(people["leader"].user)
    done = post(client, API, {**draft, "sign": True}).json()
    assert done["status"] == "issued"
    again = post(client, API, {**draft, "sign": True}).json()
    assert (again["id"], again["status"]) == (done["id"], "issued")
    changed = post(client, f"{API}/{done['id']}", draft, "put")
    assert changed.status_code == 409


def test_officers_neither_draft_nor_look_into_areas(people, client, draft):
    client.force_login(people["east"].user)
    assert client.get("/directives/new/").status_code == 403
    assert post(client, API, draft).status_code == 403
    assert post(client, f"{API}/inside", {"geometry": AREA}).status_code == 403
    assert client.get(f"{API}/forces?lon=106&lat=19").status_code == 403


def test_a_draft_is_opened_again_and_changed_by_one_at_a_time(operator, draft, world):
    directive_id = post(operator, API, draft).json()["id"]
    url = f"/directives/{directive_id}/edit/"
    shown = screen(operator, url)["draft"]
    assert [task["unit"] for task in shown["tasks"]] == [world["west"], world["east"]]
    assert shown["area"]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    first = {**draft, "seen": shown["seen"], "title": "By the first"}
    second = {**draft, "seen": shown["seen"], "title": "By the second"}
    assert post(operator, f"{API}/{directive_id}", first, "put").status_code == 200
    late = post(operator, f"{API}/{directive_id}", second, "put")
    assert late.status_code == 409
    assert Directive.objects.get().title == "By the first"
    operator.post(f"/directives/{directive_id}/withdraw/", {"text": "no"})
    Directive.objects.update(status="issued")
    assert operator.get(url).status_code == 302


def test_an_alert_brings_what_its_playbook_says(operator, playbook, world):
    Playbook.objects.update(auto_issue=False, area_km=2)
    rule(playbook="")
    deliver(Fix(1, 0, 106.5, 19.5))
    deliver(Fix(1, 60, 106.1, 19.05))
    alert = Alert.objects.get()
    Alert.objects.update(playbook="closed-zone")
    begun = screen(operator, f"/directives/new/?alert={alert.pk}")["draft"]
    assert begun["area"]["radius_km"] == 2
    assert [task["unit"] for task in begun["tasks"]] == [world["east"]]
    assert alert.feature_title in begun["body"]
    sent = {
        "key": begun["key"], "title": begun["title"], "body": begun["body"],
        "alert": alert.pk, "origin_layer": begun["origin_layer"],
        "origin_id": begun["origin_id"], "tasks": begun["tasks"],
        "playbook": begun["playbook"], "playbook_version": 1,
    }  # fmt: skip
    done = post(operator, API, sent)
    assert done.status_code == 200, done.content
    directive = Directive.objects.get()
    assert (directive.source, directive.alert_id) == ("alert", alert.pk)
    again = operator.get(f"/directives/new/?alert={alert.pk}")
    assert again.headers["Location"] == f"/directives/{directive.pk}/"


def test_the_page_begins_from_what_the_address_names(operator, world):
    deliver(Fix(7, 0, 105.9, 19.2))
    unit = screen(operator, f"/directives/new/?unit={world['west']}")["draft"]
    assert unit["area"] == {"unit": world["west"]}
    assert unit["origin_layer"] == by_role(ROLE).slug
    boat = screen(operator, f"/directives/new/?feature={trial.BOATS}/7")["draft"]
    assert boat["area"]["geometry"]["coordinates"] == [105.9, 19.2]
    assert (boat["origin_layer"], boat["origin_id"]) == (trial.BOATS, 7)
    round_ = screen(operator, "/directives/new/?area=105.9,19,2.5")["draft"]
    assert round_["area"] == {"lon": 105.9, "lat": 19.0, "radius_km": 2.5}
    ring = screen(operator, "/directives/new/?area=105.9,19,106,19,106,19.1")["draft"]
    assert ring["area"]["geometry"]["type"] == "MultiPolygon"
    figure = f"/directives/new/?unit={world['west']}&indicator=A1&period=2025"
    begun = screen(operator, figure)["draft"]
    assert begun["origin_part"] == "A1 2025"
    assert begun["origin_id"] == world["west"]


@pytest.mark.parametrize(
    "query", ["alert=999999", "alert=x", "feature=trial_boats/99", "feature=no/1",
              "unit=999999", "unit=x"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(operator, query):
    assert operator.get(f"/directives/new/?{query}").status_code == 404


@pytest.mark.parametrize("area", ["x", "1", "105,19,106,19,105", "105,99", "105,19,0"])
def test_a_wrong_area_is_told_and_the_page_still_opens(operator, area):
    page = operator.get(f"/directives/new/?area={area}")
    assert page.status_code == 200
    assert "note-error" in page.content.decode()


def test_an_area_is_answered_for_by_polygon_by_unit_and_by_circle(operator, world):
    drawn = post(operator, f"{API}/inside", {"geometry": AREA}).json()
    assert {unit["id"] for unit in drawn["units"]} == {world["west"], world["east"]}
    unit = post(operator, f"{API}/inside", {"unit": world["west"]}).json()
    assert unit["leads"] == [world["west"]]
    assert unit["units"][0]["share"] == 1
    asked = {"lon": 105.9, "lat": 19.0, "radius_km": 1}
    circle = post(operator, f"{API}/inside", asked).json()
    assert circle["area_km2"] == pytest.approx(3.14, abs=0.02)
    shown = {entry["layer"] for entry in circle["assets"]}
    assert trial.BOATS in shown
    assert shown <= set(registry)
    assert post(operator, f"{API}/inside", {}).status_code == 400


def test_the_outline_of_a_unit_is_stored_whole(operator, draft, world):
    post(operator, API, {**draft, "geometry": None, "area_unit": world["west"]})
    west = Directive.objects.get().geom
    assert west.extent == pytest.approx((105.8, 18.8, 106.0, 19.3))


def test_both_clocks_are_seen_before_it_is_issued(operator):
    tasks = [
        {"needed_min": 30, "legal_min": 60},
        {"needed_min": 30, "legal_min": 60, "step": 2, "after_step": 1},
        {"needed_min": None, "legal_min": 450, "working": True, "step": 3},
    ]
    answer = post(operator, f"{API}/clocks", {"tasks": tasks}).json()
    now = parse_datetime(answer["now"])
    first, second, third = answer["tasks"]
    assert parse_datetime(first["needed_by"]) == now + timedelta(minutes=30)
    assert parse_datetime(second["legal_deadline"]) == now + timedelta(minutes=90)
    assert third["needed_by"] is None
    due = timezone.localtime(parse_datetime(third["legal_deadline"]))
    assert due - now >= timedelta(minutes=450)
    assert due.weekday() < 5


def test_drawers_and_the_map_lead_to_a_new_directive_for_those_who_draft(
    people, client, world
):
    ground = by_role(ROLE).slug
    for name, shown in (("operator", True), ("east", False)):
        client.force_login(people[name].user)
        drawer = client.get(f"/drawer/{ground}/{world['east']}/").content.decode()
        assert (f"/directives/new/?unit={world['east']}" in drawer) is shown
        starts = client.get("/").content.decode()
        assert ('"url": "/directives/new/"' in starts) is shown
