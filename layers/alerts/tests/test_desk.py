"""The operators' list: what is found, in which order, and acts on many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope
from layers.alerts import queries, services
from layers.alerts.desk import acts, flood
from layers.alerts.desk.acts import Act
from layers.alerts.models import Alert, Suppression
from layers.alerts.queries import AlertFilter
from layers.alerts.services import Who
from layers.core import events
from layers.core.events import Happening
from layers.core.models import Event

from .trial import BOATS, Fix, deliver, rule

EAST, WEST = (106.1, 19.05), (105.9, 19.05)


@pytest.fixture
def operator(cast) -> Who:
    return Who(cast["operator"], grant_of(cast["operator"]))


@pytest.fixture
def four(world) -> list[Alert]:
    """Alerts of four boats in the closed area of the east, one after another."""
    rule()
    for boat in range(1, 5):
        deliver(Fix(boat, boat * 10, *EAST))
    return list(Alert.objects.order_by("feature_id"))


def change(alert: Alert, **values: object) -> None:
    Alert.objects.filter(pk=alert.pk).update(**values)


def found(who: Who, **wanted: object) -> list[int | None]:
    rows = queries.find(who.grant, AlertFilter(**wanted))  # type: ignore[arg-type]
    return [alert.feature_id for alert in rows]


def begin_flood() -> None:
    happening = Happening(
        key="flood.began:1", kind=flood.BEGAN, layer="alerts", feature_id=None
    )
    events.record([happening])


def test_an_act_on_many_does_what_can_be_done_and_says_why_not(four, operator):
    services.close(four[1].pk, operator, reason="done")
    ids = [four[0].pk, four[1].pk, 999_999, four[2].pk]
    act = Act(name="shelve", minutes=30, reason="sea trial")
    result = acts.many(ids, operator, act)
    assert [alert.pk for alert in result.done] == [four[0].pk, four[2].pk]
    assert [entry.id for entry in result.refused] == [four[1].pk, 999_999]
    assert result.refused[0].title == four[1].title
    assert all(entry.why for entry in result.refused)
    kinds = Event.objects.filter(layer="alerts", kind="alert.shelved")
    assert set(kinds.values_list("feature_id", "actor_id")) == {
        (four[0].pk, operator.id),
        (four[2].pk, operator.id),
    }


def test_an_act_on_many_done_again_is_no_further_event(four, operator):
    ids = [alert.pk for alert in four] * 2
    acts.many(ids, operator, Act(name="acknowledge"))
    acts.many(ids, operator, Act(name="acknowledge"))
    assert Event.objects.filter(kind="alert.acknowledged").count() == 4


def test_alerts_of_another_unit_are_refused_without_their_title(four, world, cast):
    cast["officer"].groups.set(cast["operator"].groups.all())
    Scope.objects.create(user=cast["officer"], units=[world["west"]])
    who = Who(cast["officer"], grant_of(cast["officer"]))
    result = acts.many([four[0].pk], who, Act(name="acknowledge"))
    assert (result.done, result.refused[0].title) == ([], "")


def test_the_api_acts_on_many_and_checks_what_it_is_sent(four, cast, client):
    client.force_login(cast["operator"])
    url, ids = "/api/v1/alerts/bulk", [four[0].pk, 999_999]
    body = {"act": "assign", "ids": ids, "user": "operator"}
    answer = client.post(url, body, "application/json").json()
    assert [row["assigned_to"] for row in answer["done"]] == ["operator"]
    assert [row["id"] for row in answer["refused"]] == [999_999]
    nobody = {**body, "user": "no such person"}
    assert client.post(url, nobody, "application/json").json()["done"] == []
    for wrong in ({"act": "delete"}, {"ids": []}, {"ids": list(range(501))}):
        answer = client.post(url, {**body, **wrong}, "application/json")
        assert answer.status_code == 422
    client.force_login(cast["leader"])
    mine = client.post(url, {**body, "act": "acknowledge"}, "application/json").json()
    leader = cast["leader"].has_perm("alerts.change_alert")
    assert bool(mine["done"]) is leader


def test_the_list_is_narrowed_by_person_rule_part_and_group(four, operator, cast):
    services.assign(four[0].pk, operator, user=cast["operator"])
    change(four[1], part="pm25", part_title="PM2.5")
    change(four[2], group_key="provider:1")
    me = str(cast["operator"].pk)
    assert found(operator, assigned=me) == [1]
    assert sorted(found(operator, assigned=queries.NOBODY)) == [2, 3, 4]
    assert found(operator, part="pm25") == [2]
    assert found(operator, group="provider:1") == [3]
    assert len(found(operator, rule="closed")) == 4
    assert found(operator, rule="other") == []
    assert queries.known_parts(operator.grant) == [("pm25", "PM2.5")]


def test_the_list_has_orders_and_pages(four, operator, cast, client):
    change(four[2], severity="critical", repeats=7)
    assert found(operator)[0] == 3
    assert found(operator, sort="oldest") == [1, 2, 3, 4]
    assert found(operator, sort="newest") == [4, 3, 2, 1]
    assert found(operator, sort="repeats")[0] == 3
    assert found(operator, sort="oldest", offset=1, limit=2) == [2, 3]
    client.force_login(cast["operator"])
    answer = client.get("/api/v1/alerts?sort=oldest&offset=3&limit=2")
    assert [row["feature_id"] for row in answer.json()] == [4]
    assert answer["X-Total-Count"] == "4"


def test_members_stand_under_their_root_until_it_is_opened(
    four, operator, cast, client
):
    root = four[0]
    for alert in four[1:]:
        change(alert, root=root)
    assert found(operator) == [1]
    assert sorted(found(operator, root=root.pk)) == [2, 3, 4]
    client.force_login(cast["operator"])
    shut = client.get("/alerts/").content.decode()
    opened = client.get(f"/alerts/?open={root.pk}").content.decode()
    assert (shut.count("TH-0000"), opened.count("data-below")) == (
        shut.count("TH-00001"),
        3,
    )


def test_who_does_not_see_the_root_sees_the_member_itself(four, world, cast):
    Scope.objects.create(user=cast["officer"], units=[world["east"]])
    officer = Who(cast["officer"], grant_of(cast["officer"]))
    change(four[0], unit_id=world["west"])
    change(four[1], root=four[0])
    assert sorted(found(officer)) == [2, 3, 4]


def test_a_flood_holds_back_the_lesser_and_says_how_many(four, operator, cast, client):
    change(four[0], severity="low")
    change(four[1], severity="medium")
    client.force_login(cast["operator"])
    assert client.get("/api/v1/alerts/desk").json()["flood"] is None
    begin_flood()
    assert client.get("/api/v1/alerts/desk").json()["flood"]["held"] == 2
    page = client.get("/alerts/?lang=en").content.decode()
    assert "2 more of lesser severity held back" in page
    assert f'data-id="{four[0].pk}"' not in page
    assert f'data-id="{four[2].pk}"' in page
    everything = client.get("/alerts/?held=show").content.decode()
    assert f'data-id="{four[0].pk}"' in everything


def test_what_is_shelved_or_suppressed_is_counted_and_listed(
    four, operator, cast, client
):
    services.shelve(four[0].pk, operator, minutes=60, reason="sea trial")
    now = timezone.now()
    row = Suppression.objects.create(
        kind="maintenance", reason="new sensor", layer=BOATS, starts_at=now,
        ends_at=now + timedelta(hours=1), created_by=cast["operator"],
    )  # fmt: skip
    change(four[1], suppressed=True, suppressed_by=row)
    assert queries.aside(operator.grant) == {"shelved": 1, "suppressed": 1}
    client.force_login(cast["operator"])
    page = client.get("/alerts/aside/").content.decode()
    for text in ("sea trial", "new sensor", "TH-00001", "TH-00002"):
        assert text in page
    assert "TH-00003" not in page


def test_a_suppression_is_begun_and_ended_on_its_page(four, cast, client):
    client.force_login(cast["operator"])
    until = timezone.localtime(timezone.now() + timedelta(hours=2))
    form = {
        "kind": "maintenance", "reason": "dry dock", "layer": BOATS,
        "feature_id": "1", "ends_at": until.strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    client.post("/alerts/aside/suppress/", form)
    row = Suppression.objects.get()
    assert (row.reason, row.feature_id, row.created_by) == (
        "dry dock",
        1,
        cast["operator"],
    )
    four[0].refresh_from_db()
    assert four[0].suppressed
    client.post(f"/alerts/aside/{row.pk}/end/")
    row.refresh_from_db()
    four[0].refresh_from_db()
    assert (row.ended_by, four[0].suppressed) == (cast["operator"], False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"ends_at": ""},
        {"ends_at": "2020-01-01T00:00"},
        {"ends_at": "2026-13-45T99:00"},
        {"feature_id": "boat"},
        {"kind": "holiday"},
        {"rule": "no-such-rule"},
        {"layer": "", "feature_id": ""},
    ],
)
def test_a_senseless_suppression_is_refused_and_the_form_kept(
    four, cast, client, wrong
):
    client.force_login(cast["operator"])
    until = timezone.localtime(timezone.now() + timedelta(hours=2))
    form = {
        "kind": "maintenance", "reason": "dry dock", "layer": BOATS, "part": "kept",
        "feature_id": "1", "ends_at": until.strftime("%Y-%m-%dT%H:%M"), **wrong,
    }  # fmt: skip
    page = client.post("/alerts/aside/suppress/", form, follow=True)
    assert not Suppression.objects.exists()
    assert 'value="kept"' in page.content.decode()
    assert "note-error" in page.content.decode()


def test_the_drawer_shows_evidence_terms_and_what_to_do_first(
    world, operator, cast, client
):
    rule(instruction="Call the owner.")
    deliver(Fix(1, 0, *EAST))
    alert = Alert.objects.get()
    change(alert, evidence={"value": 71.25, "limit": 50}, playbook="boat-in-zone")
    client.force_login(cast["operator"])
    drawer = client.get(f"/drawer/alerts/{alert.pk}/?lang=en").content.decode()
    for text in ("Call the owner.", "71.25", "boat-in-zone", "Stay, minutes"):
        assert text in drawer
