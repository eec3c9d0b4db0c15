"""What people do to alerts: checked, idempotent, and written down with who."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import ApiKey, Scope
from layers.alerts import clock, queries, services
from layers.alerts.desk import load
from layers.alerts.models import Alert
from layers.alerts.services import NotAllowedError, NotFoundError, RefusedError, Who
from layers.core import queries as features
from layers.core.models import Event
from layers.core.scope import everything
from layers.core.spec import by_role

from .trial import BOATS, Fix, deliver, rule
from .trial import START as START_S

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)


@pytest.fixture
def alert(world) -> Alert:
    rule()
    deliver(Fix(1, 0, *INSIDE))
    return Alert.objects.get()


@pytest.fixture
def operator(cast) -> Who:
    return Who(cast["operator"], grant_of(cast["operator"]))


def officer_of(cast, *unit_ids: int) -> Who:
    Scope.objects.create(user=cast["officer"], units=list(unit_ids))
    return Who(cast["officer"], grant_of(cast["officer"]))


def acts(alert: Alert) -> list[tuple[str, int | None]]:
    return list(
        Event.objects.filter(layer="alerts", feature_id=alert.pk)
        .order_by("id")
        .values_list("kind", "actor_id")
    )


def test_acknowledging_twice_is_one_event_with_who(alert, operator):
    services.acknowledge(alert.pk, operator)
    again = services.acknowledge(alert.pk, operator)
    assert again.acked_by_id == operator.id
    assert acts(alert)[1:] == [("alert.acknowledged", operator.id)]


def test_acknowledging_what_is_over_brings_it_back_to_normal(alert, operator):
    deliver(Fix(1, 60, *OUTSIDE))
    services.acknowledge(alert.pk, operator)
    alert.refresh_from_db()
    assert alert.closed_at is not None
    assert [kind for kind, _who in acts(alert)][-1] == "alert.closed"


def test_shelving_needs_a_reason_and_an_end(alert, operator):
    with pytest.raises(RefusedError):
        services.shelve(alert.pk, operator, minutes=30, reason=" ")
    with pytest.raises(RefusedError):
        services.shelve(alert.pk, operator, minutes=0, reason="tests")
    with pytest.raises(RefusedError):
        services.shelve(alert.pk, operator, minutes=100_000, reason="tests")
    services.shelve(alert.pk, operator, minutes=30, reason="sea trial")
    assert not queries.find(operator.grant, queries.AlertFilter()).exists()
    shelved = queries.AlertFilter(state="shelved")
    assert queries.find(operator.grant, shelved).count() == 1


def test_a_shelved_alert_comes_back_when_its_time_is_over(alert, operator):
    services.shelve(alert.pk, operator, minutes=30, reason="sea trial")
    assert clock.unshelve_due() == 0
    Alert.objects.update(shelved_until=timezone.now() - timedelta(seconds=1))
    assert clock.unshelve_due() == 1
    alert.refresh_from_db()
    assert alert.state == "active"
    assert acts(alert)[-1] == ("alert.unshelved", None)


def test_closing_needs_a_reason_and_frees_the_place_for_a_new_alert(alert, operator):
    with pytest.raises(RefusedError):
        services.close(alert.pk, operator, reason="")
    services.close(alert.pk, operator, reason="false alarm")
    services.close(alert.pk, operator, reason="again")
    alert.refresh_from_db()
    assert alert.closed_reason == "false alarm"
    deliver(Fix(1, 60, *OUTSIDE), Fix(1, 120, *INSIDE))
    assert Alert.objects.filter(closed_at=None).count() == 1


def test_an_officer_of_the_unit_sees_but_may_not_acknowledge(alert, world, cast):
    officer = officer_of(cast, world["east"])
    assert queries.find(officer.grant, queries.AlertFilter()).count() == 1
    with pytest.raises(NotAllowedError):
        services.acknowledge(alert.pk, officer)


def test_an_officer_of_another_unit_sees_and_does_nothing(alert, world, cast, client):
    officer = officer_of(cast, world["west"])
    assert queries.find(officer.grant, queries.AlertFilter()).count() == 0
    with pytest.raises(NotFoundError):
        services.acknowledge(alert.pk, officer)
    client.force_login(cast["officer"])
    assert client.get("/api/v1/alerts").json() == []
    assert client.get(f"/api/v1/alerts/{alert.pk}").status_code == 404
    assert client.post(f"/api/v1/alerts/{alert.pk}/acknowledge").status_code == 404
    assert client.get(f"/drawer/alerts/{alert.pk}/").status_code == 404
    alert.refresh_from_db()
    assert alert.acked_at is None


def test_the_api_lists_what_the_wall_and_the_list_need(alert, world, cast, client):
    client.force_login(cast["operator"])
    (row,) = client.get("/api/v1/alerts").json()
    expected = {
        "id": alert.pk, "severity": "high", "state": "active", "active": True,
        "acknowledged": False, "layer": BOATS, "feature_id": 1, "lon": 106.1,
        "lat": 19.05, "unit": world["east"], "unit_title": "Commune east",
        "rule": "closed",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert client.get("/api/v1/alerts?severity=low").json() == []
    assert client.get("/api/v1/alerts?q=th-00001").json()[0]["id"] == alert.pk
    assert client.get(f"/api/v1/alerts?unit={world['west']}").json() == []
    assert len(client.get(f"/api/v1/alerts?unit={world['province']}").json()) == 1
    assert client.get("/api/v1/alerts?state=wrong").status_code == 422


def test_the_api_acts_and_answers_with_the_alert(alert, cast, client):
    client.force_login(cast["operator"])
    url = f"/api/v1/alerts/{alert.pk}"
    assert client.post(f"{url}/acknowledge").json()["acknowledged"] is True
    body = {"text": "called the owner"}
    assert client.post(f"{url}/comment", body, "application/json").status_code == 200
    shelf = {"minutes": 30, "reason": "sea trial"}
    shelved = client.post(f"{url}/shelve", shelf, "application/json").json()
    assert shelved["state"] == "shelved"
    closed = client.post(f"{url}/close", {"reason": "done"}, "application/json").json()
    assert closed["state"] == "closed"
    log = client.get(url).json()["log"]
    assert log[0]["who"] == "operator"
    assert {entry["reason"] for entry in log} >= {"called the owner", "done"}


def test_a_key_that_may_only_read_changes_nothing(alert, cast, client):
    _key, text = ApiKey.issue(cast["operator"], "wall")
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    assert len(client.get("/api/v1/alerts", **bearer).json()) == 1
    denied = client.post(f"/api/v1/alerts/{alert.pk}/acknowledge", **bearer)
    assert denied.status_code == 403


def test_a_session_without_a_csrf_token_changes_nothing(alert, cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast["operator"])
    denied = strict.post(f"/api/v1/alerts/{alert.pk}/acknowledge")
    assert denied.status_code == 403


def test_the_list_and_the_drawer_are_shown(alert, cast, client):
    client.force_login(cast["operator"])
    page = client.get("/alerts/")
    assert page.status_code == 200
    assert "TH-00001" in page.content.decode()
    rows = client.get("/alerts/?severity=low", headers={"HX-Request": "true"})
    assert "TH-00001" not in rows.content.decode()
    drawer = client.get(f"/drawer/alerts/{alert.pk}/").content.decode()
    assert f"/alerts/{alert.pk}/acknowledge/" in drawer
    url = f"/alerts/{alert.pk}/acknowledge/"
    answer = client.post(url, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "alerts-changed"
    alert.refresh_from_db()
    assert alert.acked_by_id == cast["operator"].pk


def test_a_refused_action_is_told_in_the_drawer(alert, cast, client):
    client.force_login(cast["operator"])
    answer = client.post(
        f"/alerts/{alert.pk}/close/?lang=en", headers={"HX-Request": "true"}
    )
    assert "Please give a reason" in answer.content.decode()


def test_a_stranger_is_sent_to_sign_in(alert, client):
    assert client.get("/alerts/").status_code == 302
    assert client.get("/api/v1/alerts").status_code == 401


def test_alerts_stand_on_the_map_and_as_they_were(alert, operator):
    layer = by_role("alarms")
    (now,) = features.features(layer, everything(), features.FeatureQuery())
    assert now["properties"]["state"] == "active"
    before_act = timezone.now()
    services.acknowledge(alert.pk, operator)
    services.close(alert.pk, operator, reason="done")
    then = features.FeatureQuery(at=before_act)
    (was,) = features.features(layer, everything(), then)
    assert (was["properties"]["state"], was["properties"]["acknowledged"]) == (
        "active",
        False,
    )
    gone = features.FeatureQuery(at=timezone.now())
    assert features.features(layer, everything(), gone) == []


def test_the_clock_raises_and_ends_silence_once(world):
    rule(slug="silent", kind="silence", params={"minutes": 60, "until_minutes": 1440},
         zone_layer="", zone_filter="")  # fmt: skip
    deliver(Fix(1, -7_200, *INSIDE), Fix(2, 0, *INSIDE))
    assert clock.tick() == 1
    assert clock.tick() == 0
    alert = Alert.objects.get()
    assert (alert.feature_id, alert.active) == (1, True)
    assert alert.raised_at.timestamp() == START_S - 7_200 + 3_600
    deliver(Fix(1, 60, *INSIDE))
    alert.refresh_from_db()
    assert not alert.active
    assert alert.cleared_at.timestamp() == START_S + 60


def test_the_load_tells_good_from_flood(world):
    assert load.Load(1, 1).level == "good"
    assert load.Load(2, 1).level == "most"
    assert load.Load(10, 1).level == "high"
    assert load.Load(11, 1).level == "flood"
    assert load.Load(11, 6).level == "most"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"params": {"fixes": 0}}, "params"),
        ({"params": {"unknown": 1}}, "params"),
        ({"zone_layer": "", "zone_filter": ""}, "zone_layer"),
        ({"zone_filter": "nothing = 1"}, "zone_filter"),
        ({"feature_filter": "kind = = 1"}, "feature_filter"),
        ({"kind": "wishful"}, "kind"),
    ],
)
def test_a_rule_that_could_not_be_evaluated_is_refused(world, changes, field):
    with pytest.raises(ValidationError) as caught:
        rule(**changes)
    assert field in caught.value.message_dict
